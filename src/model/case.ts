import type { PartyId } from './ids.ts'

/** A case as the consumer's own software sees it. */
export interface CaseView {
  readonly state: 'open' | 'closed'
  /** ISO instants, of the last time that it was opened. */
  readonly openedAt: string
  readonly closedAt?: string
}

/** Who keeps a case, whose it is, and its number. */
export interface CaseRequest {
  readonly party: PartyId
  readonly consumer: PartyId
  readonly number: string
}
