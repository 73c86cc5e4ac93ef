import type { CorrectionResult, CorrectionState } from '../model/correction.ts'
import type { NewLogEntry } from '../store/log-entries.ts'
import { commit } from './commitment.ts'
import { entryBytes } from './entry.ts'
import { leafHash } from './merkle.ts'

export { freshSalt } from './commitment.ts'

/** A step of a correction, as it is recorded. */
export interface CorrectionToLog {
  readonly correction: string
  readonly change: CorrectionState
  readonly exchangeId: string
  readonly consumer: string
  readonly call: string
  readonly operation: string
  readonly by: string
  /** SHA-256 (hex) of the client certificate. */
  readonly certificate: string
  readonly result?: CorrectionResult
}

/** The entry commits to what was said, which is kept elsewhere. */
export function correctionEntry(
  step: CorrectionToLog,
  { text, salt, at }: { readonly text: string; readonly salt: Uint8Array; readonly at: Date },
): NewLogEntry {
  const textCommit = commit(salt, Buffer.from(text)).toString('base64url')
  const bytes = entryBytes({ v: 1, time: at.toISOString(), event: 'correction', ...step, textCommit })
  return { bytes, leafHash: leafHash(bytes), event: 'correction' }
}
