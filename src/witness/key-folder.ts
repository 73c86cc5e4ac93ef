import { generateKeyPairSync } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Cosigner, cosigner } from '../exchange-log/cosignature.ts'
import { LogFault } from '../exchange-log/log-fault.ts'

/** What others are given, out of band. */
export const VKEY_FILE = 'witness.vkey'
const KEY_FILE = 'witness.key'
const OTHERS = 0o077

/**
 * A folder with a fresh key, which never leaves it. Refuses to write over one: who loses the key loses the word given.
 *
 * @returns the vkey.
 */
export function initWitness(folder: string, name: string): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const { vkey } = cosigner(name, pem)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, KEY_FILE)
  if (existsSync(file)) throw new LogFault('key-malformed', `${file} is there already: a witness keeps its key`)
  // 'wx': also of two at once none writes over the other's; and with its mode from the first byte on.
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeSync(handle, pem)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  writeFileSync(join(folder, VKEY_FILE), `${vkey}\n`)
  return vkey
}

/** The key of a folder that `initWitness` made. Refuses one that others on the machine may read, or that is not its vkey's. */
export function openWitnessKey(folder: string): Cosigner {
  const file = join(folder, KEY_FILE)
  const stat = lstatSync(file)
  if (!stat.isFile() || (stat.mode & OTHERS) !== 0)
    throw new LogFault('key-malformed', `${file} must be a file that nobody else may read (chmod 600)`)
  const vkey = readFileSync(join(folder, VKEY_FILE), 'utf8').trim()
  const key = cosigner(vkey.split('+', 1)[0] ?? '', readFileSync(file, 'utf8'))
  if (key.vkey !== vkey) throw new LogFault('key-malformed', `${VKEY_FILE} is not of the key beside it`)
  return key
}
