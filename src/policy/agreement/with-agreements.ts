import type { Agreement } from '../../model/agreement.ts'
import { canonicalJson, sha256Hex } from '../../schema/canonical-json.ts'
import type { Governance } from '../governance.ts'

/** Whose grants count beside agreements: `config/grants/` may be for development only. */
export type GrantsFrom = 'files-and-agreements' | 'agreements'

/** The snapshot of the files with what the parties signed; its digest covers both. */
export const withAgreements = (
  files: Governance,
  agreements: readonly Agreement[],
  grantsFrom: GrantsFrom = 'files-and-agreements',
): Governance => {
  const grants = grantsFrom === 'agreements' ? [] : files.grants
  const signed = agreements.map(({ digest, acts }) => [digest, ...acts.map(({ jws }) => sha256Hex(jws))])
  const digest =
    signed.length === 0 && grants === files.grants
      ? files.digest
      : sha256Hex(canonicalJson({ files: files.digest, grantsFrom, agreements: signed }))
  return Object.freeze({ ...files, grants, agreements: Object.freeze([...agreements]), digest })
}
