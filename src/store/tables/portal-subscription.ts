import type { Generated } from 'kysely'

/** Of whom a citizen portal wants to be told. */
export interface PortalSubscriptionTable {
  /** All that a portal is told of whom it is. */
  readonly id: Generated<string>
  readonly portal: string
  /** As in `person_mark`. */
  readonly mark: string
  readonly created_at: Generated<Date>
}
