import type { Generated } from 'kysely'

/** What somebody asked about the exchanges of others; the entry that commits to it stands in the log. */
export interface AuditReadTable {
  readonly id: Generated<number>
  readonly at: Date
  readonly party: string
  readonly what: string
  /** Canonical JSON; never a person's number. */
  readonly question: string
  readonly salt: Buffer
}
