import type { Generated } from 'kysely'

/** What was decided when somebody asked for an exchange; never changed. */
export interface DecisionTable {
  readonly id: Generated<number>
  readonly at: Date
  /** Row number of the exchange that was opened on it. */
  readonly exchange: number | null
  /** Canonical JSON of a `DecisionRecord`. */
  readonly record: string
}
