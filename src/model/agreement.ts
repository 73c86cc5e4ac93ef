import type { OperationRef, PartyId, ServiceRef } from './ids.ts'

/** SHA-256 of RFC 8785 canonical content, lower-case hex: the agreement's name everywhere. */
export type AgreementDigest = string & { readonly __brand: 'AgreementDigest' }

/** A party bound by its keys: SHA-256 of each SubjectPublicKeyInfo, lower-case hex. A renewed certificate keeps the key. */
export interface BoundParty {
  readonly party: PartyId
  readonly keys: readonly string[]
}

/**
 * What a consumer asks one registry's owner for: immutable; any change is another agreement. A service that touches
 * several registries needs one of each, asked for together under one `request`.
 */
export interface AgreementContent {
  readonly type: 'edno-agreement@1'
  /** UUID made by who asks: the same wish twice is two agreements. */
  readonly id: string
  /** UUID shared by what was asked for together. */
  readonly request: string
  readonly consumer: BoundParty
  readonly provider: PartyId
  readonly registry: string
  readonly service: ServiceRef
  /** SHA-256 of what the service asks this registry, lower-case hex: it opens nothing once the service asks anything else. */
  readonly asks: string
  /** Every operation of the registry that the service uses; no fields: only checks leave. */
  readonly operations: readonly { readonly operation: OperationRef; readonly fields: readonly string[] }[]
  /** Calls of the service of which only checks leave, whatever their operation discloses elsewhere. */
  readonly withhold: readonly string[]
  /** Codes of config/legal-bases.yaml. */
  readonly legalBases: readonly string[]
  /** In words, of the service; never about a person. */
  readonly purpose: string
  /** Positions of officials that may ask; absent: any. */
  readonly officials?: readonly string[]
  /** First and last day, ISO dates of the calendar in Sofia. */
  readonly validity: { readonly from: string; readonly until: string }
  /** Questions a calendar day in Sofia; absent: no limit of this agreement. */
  readonly quota?: { readonly perDay: number }
  /** Who may sign and send for the consumer under this agreement. */
  readonly delegate?: BoundParty
  /** No question without an open case. */
  readonly openCase?: true
  /** ISO instant. */
  readonly createdAt: string
}

export type ActKind = 'accept' | 'refuse' | 'withdraw' | 'revoke' | 'suspend' | 'resume'

/** What one party declared; signed, it names everybody concerned, so that nobody agrees on another's behalf. */
export interface AgreementAct {
  readonly type: 'edno-agreement-act@1'
  readonly agreement: AgreementDigest
  readonly act: ActKind
  readonly by: PartyId
  readonly consumer: PartyId
  readonly provider: PartyId
  readonly registry: string
  readonly service: ServiceRef
  /** ISO instant, by the signer's clock: a claim. */
  readonly at: string
  /** Why; required to refuse, revoke and suspend. Never about a person. */
  readonly reason?: string
}

export type Side = 'consumer' | 'provider' | 'delegate' | 'operator'

/** An act as it was recorded, with the proof of who declared it. */
export interface RecordedAct extends AgreementAct {
  /** As whom the party acted; that a party was edno's operator is told by nothing else. */
  readonly side: Side
  /** Order of recording. */
  readonly sequence: number
  /** ISO instant, by edno's clock. */
  readonly recordedAt: string
  /** JWS compact over the act. */
  readonly jws: string
}

export type AgreementStateName = 'proposed' | 'valid' | 'suspended' | 'refused' | 'withdrawn' | 'revoked' | 'expired'

/** Follows from content, acts and clock; stored nowhere. */
export interface AgreementState {
  readonly name: AgreementStateName
  /** Who still has to accept (proposed), who suspended, or who ended it (refused, withdrawn, revoked). */
  readonly by: readonly Side[]
  /** Valid, and its first day has come. */
  readonly inForce: boolean
}

/** An agreement as a decision rests on it: which registry it opens, and how many questions a day. */
export interface GrantedAgreement {
  readonly registry: string
  readonly digest: AgreementDigest
  readonly perDay?: number
}

export interface Agreement {
  readonly digest: AgreementDigest
  readonly content: AgreementContent
  readonly acts: readonly RecordedAct[]
  /** What the database holds of it is not what was signed: nothing is believed of it, and it closes what it is about. */
  readonly damaged?: true
}
