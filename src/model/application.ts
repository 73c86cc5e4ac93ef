import type { ExchangeId, PartyId } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { RegixForm } from './regix.ts'

/** How the applicant is identified; never guessed from the digits (an ЕГН and an ЛНЧ can look the same). */
export type IdentifierType = 'egn' | 'lnch' | 'eik'

/** Who of the consumer asks. */
export interface Official {
  readonly identifier: string
  readonly names: string
  readonly position: string
}

/** Who applied, and is answered by the consumer's decision. */
export interface Applicant {
  readonly identifierType: IdentifierType
  readonly identifier: string
  readonly names: string
}

/**
 * What the line must know before the whole document is judged: who, which exchange, when.
 * A member that is absent or unreadable is `undefined`; `admit` refuses it as `request.schema`.
 */
export interface ApplicationHead {
  readonly exchangeId: string | undefined
  readonly consumer: string | undefined
  readonly onBehalfOf: string | undefined
  /** RFC 3339 with offset, as written. */
  readonly issuedAt: string | undefined
}

/** The signed application (design §4), envelope judged by its schema; `body` is judged by the service's own schema. */
export interface Application {
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly issuedAt: string
  readonly service: { readonly id: string; readonly version: number }
  readonly case: string
  readonly official: Official
  readonly legalBasis: string
  readonly applicant: Applicant
  readonly onBehalfOf?: PartyId
  /** Until then nobody whom it is about is told; RFC 3339, as written. */
  readonly hiddenUntil?: string
  readonly applicantDocument?: string
  readonly body: JsonObject
}

/** As the line takes it: a single question that comes through a channel names no applicant. */
export interface AskedApplication extends Omit<Application, 'applicant' | 'exchangeId' | 'consumer' | 'issuedAt'> {
  readonly applicant?: Applicant
  readonly regix?: RegixForm
}
