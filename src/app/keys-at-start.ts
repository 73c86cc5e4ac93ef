import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import type { BrokerSecrets } from '../config/read-secrets.ts'
import type { KeyEntry } from '../exchange-log/entry.ts'
import { keyEntry } from '../exchange-log/rule-entries.ts'
import { appendLogEntry, lastLogEntryOf } from '../store/log-entries.ts'
import type { Store } from '../store/store.ts'

type UsedKey = KeyEntry['inUse'][number]

/** The keys that edno signs with, by their digests. */
export function keysInUse({ logKey, seal, nextSeal, callbackKeys }: BrokerSecrets): readonly UsedKey[] {
  const ofCertificate = (pem: string): string => sha256(new X509Certificate(pem).raw)
  const ofKey = (pem: string): string => sha256(createPublicKey(pem).export({ type: 'spki', format: 'der' }))
  return [
    { use: 'log', sha256: ofKey(logKey.reveal()) },
    { use: 'seal', sha256: ofCertificate(seal.certificate) },
    ...(nextSeal === undefined ? [] : [{ use: 'next-seal' as const, sha256: ofCertificate(nextSeal.certificate) }]),
    ...callbackKeys.map((key) => ({ use: 'callback' as const, sha256: ofKey(key.reveal()) })),
  ]
}

const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex')

/**
 * An entry where the keys are others than those of the last such entry: whoever verifies old answers finds out which key was in use
 * when. Keys are read at the start, so this is where they change.
 */
export async function logKeysAtStart(
  { db }: Pick<Store, 'db'>,
  keys: readonly UsedKey[],
  at: Date,
): Promise<'first' | 'changed' | 'unchanged'> {
  const last = await lastLogEntryOf(db, 'key')
  const before = last && (JSON.parse(last.bytes.toString('utf8')) as KeyEntry).inUse
  const changes = before === undefined ? ['the keys are recorded from here on'] : changesBetween(before, keys)
  if (changes.length === 0) return 'unchanged'
  await appendLogEntry(db, keyEntry({ inUse: keys, changes }, at))
  return before === undefined ? 'first' : 'changed'
}

function changesBetween(before: readonly UsedKey[], after: readonly UsedKey[]): string[] {
  const named = (keys: readonly UsedKey[]): ReadonlySet<string> =>
    new Set(keys.map((key) => `${key.use} ${key.sha256}`))
  const [old, fresh] = [named(before), named(after)]
  return [
    ...[...old].filter((key) => !fresh.has(key)).map((key) => `${key} is not in use any more`),
    ...[...fresh].filter((key) => !old.has(key)).map((key) => `${key} is in use`),
  ]
}
