import type { Generated } from 'kysely'
import type { OutcomeKind } from '../../model/outcome.ts'
import type { Need } from '../../model/service.ts'

/** One call of an exchange, or one item of a `forEach` call (`managers.0`). */
export interface CallTable {
  readonly exchange: number
  readonly name: string
  readonly operation: string
  readonly need: Need
  readonly state: Generated<'planned' | 'running' | 'ended'>
  readonly outcome: OutcomeKind | null
  readonly problem: string | null
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly elapsed_ms: number | null
  /** ISO date on which its question was counted against its limits; null where it was not. */
  readonly counted_on: string | null
  /** Where its answer was not as agreed, in names of schemas and maps; nothing of the answer. */
  readonly drift: string | null
}
