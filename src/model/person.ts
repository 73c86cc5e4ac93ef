import type { IdentifierType } from './application.ts'
import type { ExchangeId, PartyId, ServiceRef } from './ids.ts'

/** Somebody, or a firm, by the number that names them. */
export interface PersonName {
  readonly identifierType: IdentifierType
  readonly identifier: string
}

/** As what somebody stands in an exchange; `subject`: a registry was asked about them. */
export type PersonPart = 'applicant' | 'representative' | 'subject'

/** One exchange that was about somebody: who asked whom and why, nothing of what was found. */
export interface ExchangeAbout {
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly service: ServiceRef
  /** Code. */
  readonly legalBasis: string
  readonly case: string
  /** ISO instants. */
  readonly receivedAt: string
  /** Until then the person is not told. */
  readonly hiddenUntil?: string
  readonly status?: string
  readonly as: readonly PersonPart[]
  /** That were asked: about a subject those calls, of an applicant and who stands for one all of the exchange. */
  readonly registries: readonly string[]
}

/** What an auditor asks for, and why. */
export interface PersonQuestion extends PersonName {
  /** Of the search: an order, a complaint, a case; never about a person. */
  readonly basis: string
  readonly from: string
  readonly to: string
  readonly offset: number
  readonly limit: number
}

/** Newest first. */
export interface PersonPage {
  readonly total: number
  readonly exchanges: readonly ExchangeAbout[]
}
