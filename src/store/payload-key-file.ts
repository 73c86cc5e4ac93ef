import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BrokerError } from '../problem/broker-error.ts'
import { KEY_BYTES, type KeyEncryptionKey, keyEncryptionKey } from './payload-cipher.ts'

/**
 * Reads the key-encryption key (64 hex digits), making it with mode 0600 where there is none.
 *
 * @throws BrokerError `broker.internal` where the file holds something else.
 */
export async function readPayloadKeyFile(path: string): Promise<KeyEncryptionKey> {
  const text = (await readIfThere(path)) ?? (await make(path))
  const key = Buffer.from(text.trim(), 'hex')
  if (key.length !== KEY_BYTES) {
    throw new BrokerError('broker.internal', `${path} is not a payload key: ${KEY_BYTES * 2} hex digits are expected`)
  }
  return keyEncryptionKey(key)
}

/** Made whole beside its place, then linked: of two starters one wins and both read the same key. */
async function make(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true })
    await link(draft, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error
    })
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(path, 'utf8')
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === code
