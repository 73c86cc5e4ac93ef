import { generateKeyPairSync } from 'node:crypto'
import { type NoteSigner, noteSigner } from '../../../src/exchange-log/note.ts'

export const ORIGIN = 'edno.example.bg/exchange-log'

/** A fresh Ed25519 key in PEM, of this run only. */
export const freshLogKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

export const freshSigner = (name = ORIGIN): NoteSigner => noteSigner(name, freshLogKey())
