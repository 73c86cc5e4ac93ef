import type { Agreement, AgreementDigest, AgreementState, AgreementStateName } from './agreement.ts'
import type { OperationRef } from './ids.ts'

/** How much of its quota an agreement has left today; the day is the calendar day in Sofia. */
export interface QuotaView {
  readonly limit: number
  readonly used: number
  readonly left: number
  /** ISO instant of the next midnight in Sofia. */
  readonly reset: string
}

/** An agreement as its parties see it: what it says, who declared what, and what follows from that now. */
export interface AgreementView extends Agreement {
  /** Of this agreement taken alone. */
  readonly state: AgreementState
  /** Whether it is this agreement that decides now. */
  readonly inForce: boolean
  /** It stands, but the one of this name was agreed after it and counts instead, for good. */
  readonly replacedBy?: AgreementDigest
  /** It stands, but the service asks something else since. */
  readonly outdated?: true
  /** Operations of which it names fields, but of which nothing but checks leaves since. */
  readonly checksOnly?: readonly OperationRef[]
  /** Only where the agreement has a quota. */
  readonly quota?: QuotaView
  /** Operation → what is left of its owner's limit over all consumers; for the owner's eyes, operators' and auditors'. */
  readonly totals?: Readonly<Record<OperationRef, QuotaView>>
}

/** All that is named must hold. */
export interface AgreementFilter {
  readonly state?: AgreementStateName
  readonly consumer?: string
  readonly provider?: string
  readonly registry?: string
  readonly service?: string
  readonly request?: string
}

/** One page, in the order in which they were asked for. */
export interface AgreementPage {
  readonly agreements: readonly AgreementView[]
  /** There is more: ask again with `after` set to this. */
  readonly next?: AgreementDigest
}

/** Content with its consumer's signed accept: what is asked for. */
export interface AgreementProposal {
  readonly content: unknown
  /** JWS compact over the act. */
  readonly accept: string
}
