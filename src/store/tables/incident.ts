import type { Generated } from 'kysely'

export type IncidentCause = 'tries-used-up' | 'interrupted'
export type IncidentState = 'open' | 'retried' | 'closed'

/** A call that did not end by itself: an operator decides. */
export interface IncidentTable {
  readonly id: Generated<number>
  readonly exchange: number
  readonly call: string
  readonly registry: string
  readonly operation: string
  readonly cause: IncidentCause
  /** A code of the problem table. */
  readonly fault: string | null
  readonly state: Generated<IncidentState>
  readonly opened_at: Date
  readonly changed_at: Date | null
  /** The operator's words; null while open, and when the exchange's time is over. */
  readonly reason: string | null
  /** Opens the commitment to the reason that stands in the exchange log; gone with the reason. */
  readonly reason_salt: Buffer | null
}
