import type { Generated } from 'kysely'
import type { CorrectionKind, CorrectionResult, CorrectionState } from '../../model/correction.ts'

/** An error in a registry's data that a consumer reported. */
export interface CorrectionTable {
  readonly id: Generated<string>
  readonly exchange: number
  readonly consumer: string
  readonly registry: string
  readonly call: string
  readonly operation: string
  readonly kind: CorrectionKind
  /** In order. */
  readonly fields: readonly string[]
  readonly state: Generated<CorrectionState>
  readonly result: CorrectionResult | null
  readonly reported_at: Date
  readonly changed_at: Date | null
}

/** What was said at one step; the entry of the log commits to the text. */
export interface CorrectionStepTable {
  readonly correction: string
  /** From 1. */
  readonly number: number
  readonly at: Date
  readonly by: string
  readonly change: CorrectionState
  readonly text: string
  readonly salt: Buffer
}
