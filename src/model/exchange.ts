import type { Applicant, ApplicationHead, AskedApplication } from './application.ts'
import type { DecisionRecord } from './decision.ts'
import type { ExchangeId, OperationRef, PartyId, ServiceRef } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { LocalisedText } from './localised.ts'
import type { CallOutcome, CheckResult, OutcomeKind, Provenance } from './outcome.ts'
import type { Allowance, Counting } from './quota.ts'
import type { Channel, RegixForm } from './regix.ts'
import type { Retention } from './retention.ts'
import type { AnyOf, KnownService, Mandate, Need, ServiceCheck } from './service.ts'

/** How the caller is proven; set by the binding, never by content. */
export type Proof = 'signature' | 'channel'
/** Signed JSON: a JWS in compact or in flattened serialisation (RFC 7515 §7.1, §7.2.2). */
export type JwsFormat = 'jws' | 'jws-flattened'
/** Documents that carry the signature of whoever wrote them. */
export type SignedFormat = 'xml' | JwsFormat
/**
 * How the application was written, and so how the answer is; told by the media type or the address, never by the content.
 * `regix`: a SOAP envelope of RegiX, signed by nobody.
 */
export type Format = SignedFormat | 'regix'

/** Octets that a verified signature covers (canonical XML, or the payload of a JWS): the only bytes later stages may read. */
export type SignedContent = Uint8Array & { readonly __brand: 'SignedContent' }

/** Bytes as they came, with what the transport proved. Made by a binding in `http/`. */
export interface ReceivedRequest {
  readonly stage: 'received'
  readonly format: Format
  readonly proof: Proof
  readonly bytes: Uint8Array
  readonly receivedAt: Date
  /** The party whose client certificate the connection proved. */
  readonly connection: PartyId
  /** Present where nothing but the channel, or a signed message of SOAP, proves who asks. */
  readonly channel?: Channel
}

/** Who signed, with which registered certificate. */
export interface Signer {
  readonly party: PartyId
  /** SHA-256 of the certificate, lower-case hex. */
  readonly certificate: string
  /** SHA-256 of its SubjectPublicKeyInfo, lower-case hex: agreements are bound to keys. */
  readonly key: string
  /** When the signer says to have signed (SigningTime of XAdES), as written. A claim: nothing may rest on it alone. */
  readonly claimedAt?: string
  /** What the authorities above the certificate said of it then, by the names (SHA-256, hex) under which it is kept. */
  readonly revocationProofs?: readonly string[]
}

/** The signature is true; `content` is what was signed and nothing else. */
export interface VerifiedRequest {
  readonly stage: 'verified'
  readonly format: Format
  readonly content: SignedContent
  readonly head: ApplicationHead
  readonly signer: Signer
  /** The party that handed it in: the signer, or one that acts for it. */
  readonly connection: PartyId
  /** SHA-256 of the octets of the signature's value; absent where the channel proved the caller. */
  readonly signatureDigest?: Uint8Array
  /** SHA-256 of the received bytes. */
  readonly requestDigest: Uint8Array
  readonly proof: Proof
  readonly channel?: Channel
  readonly receivedAt: Date
}

/** Not seen before (or the same again, which is another type), and issued in the window. */
export interface AdmittedRequest extends Omit<VerifiedRequest, 'stage'> {
  readonly stage: 'admitted'
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
}

/** The same id with the same bytes came before: its one answer is given again. */
export interface RepeatedRequest {
  readonly stage: 'repeated'
  readonly consumer: PartyId
  readonly exchangeId: ExchangeId
}

/** Call of the service → which fields of its evidence may leave; an empty list lets only checks out. */
export type Disclosure = Readonly<Record<string, readonly string[]>>

export interface AuthorisedRequest extends Omit<AdmittedRequest, 'stage'> {
  readonly stage: 'authorised'
  readonly application: AskedApplication
  readonly service: ServiceRef
  /** As it was decided on: the catalogue may be read again while the request is on its way. */
  readonly known: KnownService
  readonly grant: string
  readonly legalBasis: LegalBasis
  readonly disclosure: Disclosure
  /** Call of the service → the limits that its questions count against. */
  readonly counting?: Readonly<Record<string, Counting>>
  /** SHA-256 (hex) of the governance snapshot that decided. */
  readonly governanceDigest: string
  /** All of this as it is kept. */
  readonly record: DecisionRecord
}

/** The applicant's own signature holds: which certificate made it, and when it says so. */
export interface ApplicantSigner {
  /** SHA-256 of the certificate, lower-case hex. */
  readonly certificate: string
  /** SigningTime as written: a claim. */
  readonly claimedAt?: string
}

/** What the applicant's document proves. */
export interface ApplicantProof extends ApplicantSigner {
  /** ЕГН of the signer, where that is not the Applicant but one who says to represent it: still to be shown. */
  readonly representative?: string
}

/** The applicant signed too, where the service wants it. */
export interface ProvenRequest extends Omit<AuthorisedRequest, 'stage'> {
  readonly stage: 'proven'
  readonly applicantSigner?: ApplicantSigner
  /** ЕГН of one who signed for a firm; the plan says how that is to be shown. */
  readonly representative?: string
}

export interface LegalBasis {
  readonly code: string
  readonly text: LocalisedText
}

export interface PlannedCall {
  readonly name: string
  readonly operation: OperationRef
  readonly need: Need
  readonly input: Readonly<Record<string, string>>
  readonly when?: string
  readonly forEach?: string
  readonly needs: readonly string[]
  readonly timeoutMs: number
  readonly idempotent: boolean
  /** Evidence paths the adapter is asked for: disclosed or referenced. */
  readonly fields: readonly string[]
  /** Evidence paths that may leave in the answer. */
  readonly disclosed: readonly string[]
  /** Absent: its questions count against no limit. */
  readonly counting?: Counting
}

/**
 * Everything `complete` needs, as plain JSON, so that a crash between `open` and `close` loses nothing.
 * Contains personal data: it is stored encrypted only.
 */
export interface ExchangePlan {
  readonly stage: 'planned'
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly service: ServiceRef
  readonly format: Format
  readonly proof: Proof
  /** Base64 SHA-256 of the received bytes. */
  readonly requestDigest: string
  /** Base64 SHA-256 of the octets of the signature's value; absent where the channel proved the caller. */
  readonly signatureDigest?: string
  readonly case: string
  readonly official: { readonly identifier: string; readonly names: string; readonly position: string }
  readonly legalBasis: LegalBasis
  readonly grant: string
  readonly governanceDigest: string
  readonly signer: Signer
  readonly applicantSigner?: ApplicantSigner
  /** Who signed for the firm, and by which answer it must be shown that they may. */
  readonly mandate?: Mandate & { readonly signer: string }
  readonly onBehalfOf?: PartyId
  /** Until then nobody whom it is about is told; ISO instant. */
  readonly hiddenUntil?: string
  /** Absent: as the standard class. */
  readonly retention?: Retention
  /** ISO instants. */
  readonly receivedAt: string
  readonly deadline: string
  /** Until when work may go on for a later answer; absent: nothing goes on after the deadline. */
  readonly outerEnd?: string
  /** What expressions see as `application`, `applicant` and `exchange.date`. */
  readonly application: JsonObject
  /** Absent for a single question that came through a channel. */
  readonly applicant?: Applicant
  readonly date: string
  /** In an order in which every call stands after those it needs. */
  readonly calls: readonly PlannedCall[]
  /** Groups of calls of which one found answer is enough, asked in their order. */
  readonly anyOf?: readonly AnyOf[]
  readonly checks: readonly ServiceCheck[]
  /** Present where `format` is `regix`. */
  readonly regix?: RegixForm
}

/** The opening entry is durable; registries may be asked now. */
export interface OpenedExchange {
  readonly stage: 'opened'
  readonly plan: ExchangePlan
  /** Outcomes that a run before a crash already stored. */
  readonly known: readonly CallOutcome[]
  /** Read back from the store: calls of it may be queued. `deferred`: nobody waited in a process any more. */
  readonly resumed?: { readonly deferred: boolean }
  /** It was taken back by this party, and its calls were ended: nothing is left to do but to say so. */
  readonly cancelledBy?: PartyId
}

/** The exchange runs still, in some process or, once it is deferred, in the queue; its one answer comes later. */
export interface RunningExchange {
  readonly stage: 'running'
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  /** Its deadline passed without an answer: that comes by `outerEnd` at the latest. */
  readonly deferred: boolean
  /** ISO instant. */
  readonly outerEnd: string
}

export type AnswerStatus = 'complete' | 'partial' | 'refused' | 'cancelled'

export interface AnswerProblem {
  readonly code: string
  readonly title: LocalisedText
  /** The call it is about; absent for a problem of the whole exchange. */
  readonly call?: string
}

export interface AnswerPart {
  readonly call: string
  readonly operation: OperationRef
  readonly outcome: OutcomeKind
  readonly problem?: string
  readonly provenance?: Provenance
  /** Disclosed fields only; absent where the grant lets only checks out. */
  readonly evidence?: JsonObject
}

export interface AnswerCheck {
  readonly id: string
  readonly title: LocalisedText
  readonly result: CheckResult
  readonly calls: readonly string[]
}

/** The answer before it is written and signed; what stands here may leave. */
export interface AssembledAnswer {
  readonly stage: 'assembled'
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly service: ServiceRef
  readonly format: Format
  readonly requestDigest: string
  readonly issuedAt: string
  readonly status: AnswerStatus
  readonly problems: readonly AnswerProblem[]
  readonly parts: readonly AnswerPart[]
  readonly checks: readonly AnswerCheck[]
  /** How it is written where `format` is `regix`, and what might leave of each call: its access matrix. */
  readonly regix?: RegixForm & { readonly disclosure: Disclosure }
}

export interface SignedAnswer {
  readonly stage: 'signed'
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly status: AnswerStatus
  readonly bytes: Uint8Array
  readonly mediaType: string
}

/** The closing entry, which commits to these bytes, is durable; the answer may leave. */
export interface ClosedExchange {
  readonly stage: 'closed'
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly status: AnswerStatus
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** What is left of its limits, where it has any; absent in an answer that is given again. */
  readonly allowances?: readonly Allowance[]
}
