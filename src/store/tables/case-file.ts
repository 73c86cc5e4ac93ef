import type { Generated } from 'kysely'

/** One time for which a case of a consumer is, or was, open. */
export interface CaseFileTable {
  readonly id: Generated<number>
  readonly consumer: string
  readonly number: string
  readonly opened_at: Date
  /** The party whose client certificate opened it. */
  readonly opened_by: string
  readonly closed_at: Date | null
  readonly closed_by: string | null
}
