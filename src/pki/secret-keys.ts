import { generateKeyPairSync, randomBytes } from 'node:crypto'

/** Ed25519 private key, PKCS #8 PEM: one signs the checkpoints of the exchange log, another callbacks. */
export const newSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** 32 random bytes as one line of hex digits: wraps the data keys of stored payloads. */
export const newRandomKey = (): string => `${randomBytes(32).toString('hex')}\n`
