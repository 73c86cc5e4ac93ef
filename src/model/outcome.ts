import type { OperationRef } from './ids.ts'
import type { Json } from './json.ts'

/** What became of one call, as it stands on the wire. */
export type OutcomeKind = 'found' | 'not-found' | 'refused' | 'failed' | 'skipped' | 'late'

/** Where evidence comes from, and as of when. */
export interface Provenance {
  readonly registry: string
  readonly operation: OperationRef
  /** ISO instant at which edno asked. */
  readonly askedAt: string
  /** ISO instant or date the registry's answer speaks of. */
  readonly asOf: string
  readonly sourceReference: string
  readonly signedByRegistry: boolean
  /** True where another person's data was dropped from the registry's answer. */
  readonly othersDropped: boolean
}

/** A registry's answer as it came: the closing entry commits to it. */
export interface KeptAnswer {
  readonly mediaType: string
  /** Base64url, 32 random bytes: what opens the commitment. */
  readonly salt: string
  /** Base64url HMAC-SHA256 of the bytes under the salt. */
  readonly commit: string
  /** Base64; absent where another person's data had to be dropped, the answer was refused, or tells more than is read of it. */
  readonly body?: string
}

/** One outcome per call (and per item of a `forEach` call: `managers.0`). */
export interface CallOutcome {
  /** `driver`, or `managers.0` for an item of a `forEach` call. */
  readonly call: string
  readonly operation: OperationRef
  readonly outcome: OutcomeKind
  /** A code of the problem table; set for refused, failed and late. */
  readonly problem?: string
  /** Only for `found`: the fields that were asked for, never more. */
  readonly evidence?: Json
  /** For `found` and `not-found`. */
  readonly provenance?: Provenance
  /** Where the registry answered in a form that could be read. */
  readonly received?: KeptAnswer
  /** Milliseconds from the start of the first attempt to the outcome; 0 for skipped. */
  readonly elapsedMs: number
}

export type CheckResult = 'pass' | 'fail' | 'unknown'
