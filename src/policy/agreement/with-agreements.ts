import type { Agreement, RecordedAct } from '../../model/agreement.ts'
import { canonicalJson, sha256Hex } from '../../schema/canonical-json.ts'
import type { Governance } from '../governance.ts'

/** Whose grants count beside agreements: `config/grants/` may be for development only. */
export type GrantsFrom = 'files-and-agreements' | 'agreements'

/** What is recorded never changes: each act, and each agreement with its acts, is hashed once in the life of the process. */
const once = <Key extends object>(hash: (key: Key) => string): ((key: Key) => string) => {
  const known = new WeakMap<Key, string>()
  return (key) => {
    const found = known.get(key) ?? hash(key)
    known.set(key, found)
    return found
  }
}
const hashOfAct = once(({ jws }: RecordedAct) => sha256Hex(jws))
const hashOf = once(({ digest, acts }: Agreement) => sha256Hex(canonicalJson([digest, ...acts.map(hashOfAct)])))

/** The snapshot of the files with what the parties signed; its digest covers both. */
export const withAgreements = (
  files: Governance,
  agreements: readonly Agreement[],
  grantsFrom: GrantsFrom = 'files-and-agreements',
): Governance => {
  const grants = grantsFrom === 'agreements' ? [] : files.grants
  const signed = agreements.map(hashOf)
  const digest =
    signed.length === 0 && grants === files.grants
      ? files.digest
      : sha256Hex(canonicalJson({ files: files.digest, grantsFrom, agreements: signed }))
  return Object.freeze({ ...files, grants, agreements: Object.freeze([...agreements]), digest })
}
