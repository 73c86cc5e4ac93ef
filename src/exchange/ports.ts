import type { GrantedAgreement } from '../model/agreement.ts'
import type { Applicant, ApplicationHead, AskedApplication } from '../model/application.ts'
import type {
  ApplicantProof,
  AssembledAnswer,
  ClosedExchange,
  Disclosure,
  ExchangePlan,
  Format,
  LegalBasis,
  OpenedExchange,
  ReceivedRequest,
  RepeatedRequest,
  RunningExchange,
  SignedContent,
  SignedAnswer,
  Signer,
  VerifiedRequest,
} from '../model/exchange.ts'
import type { DecisionRecord, GrantedByFile } from '../model/decision.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { Allowance, Counting } from '../model/quota.ts'
import type { Channel } from '../model/regix.ts'
import type { KnownService, Service } from '../model/service.ts'
import type { BrokerError } from '../problem/broker-error.ts'
import type { ProblemCode } from '../problem/codes.ts'

/** A signature that holds, the canonical octets it digested, and whose key it was; or the same of a channel, and what came through it. */
export interface VerifiedSignature {
  readonly content: SignedContent
  readonly signer: Signer
  /** SHA-256 of the octets of the signature's value: the same in another exchange is a replay. Absent: a channel proved it. */
  readonly valueDigest?: Uint8Array
}

/** What policy decided, from one immutable governance snapshot. */
export interface Decision {
  readonly grant: string
  readonly legalBasis: LegalBasis
  readonly disclosure: Disclosure
  readonly governanceDigest: string
  /** The agreements it rests on; absent where it rests on files alone. */
  readonly agreements?: readonly GrantedAgreement[]
  /** The grant of the files that it rests on; absent where it rests on agreements alone. */
  readonly file?: GrantedByFile
  /** Call of the service → the limits that its questions count against. */
  readonly counting?: Readonly<Record<string, Counting>>
  /** The official that asks, in the words of the grant; absent where it restricts none. */
  readonly official?: string
  /** No question without an open case. */
  readonly openCase?: boolean
}

/** A limit of today, and how much of it an exchange would use up. */
export interface Room extends Allowance {
  readonly wanted: number
}

export interface AccessQuestion {
  /** Whose grant is asked for: the party that is acted for, where a delegate signs. */
  readonly consumer: PartyId
  /** Who signed, with which key (SHA-256 of its SubjectPublicKeyInfo). */
  readonly signer: { readonly party: PartyId; readonly key: string }
  /** The position of the official who asks, as the application states it. */
  readonly official: { readonly position: string }
  readonly service: Service
  readonly legalBasis: string
  readonly at: Date
}

/** `refused`: written, but what it should hold could not be. */
export interface WrittenAnswer {
  readonly canonical: string
  readonly mediaType: string
  readonly refused?: boolean
}

/** Told what happens while it happens, in this process only; for the demo's screen and for tests. */
export interface ExchangeObserver {
  readonly planned?: (plan: ExchangePlan) => void
  readonly outcome?: (id: ExchangeId, outcome: CallOutcome) => void
  readonly assembled?: (answer: AssembledAnswer) => void
}

export interface ApplicantAsked {
  readonly at: Date
  /** May somebody else than the Applicant have signed, if a register shows that they represent it? */
  readonly mandates: boolean
}

/** Who asked without a signature, and through which channel. */
export interface AskedThrough {
  readonly consumer: PartyId
  readonly channel?: Channel
}

/** How far `issuedAt` may lie from the broker's clock. */
export interface TimeWindow {
  readonly pastMs: number
  readonly futureMs: number
}

/** What the line needs from the rest; `src/app/` joins each port to a capability. */
export interface ExchangePorts {
  readonly clock: () => Date
  readonly timeWindow: TimeWindow
  /** Refuses with `request.malformed` or `signature.*`. */
  readonly verifySignature: (received: ReceivedRequest) => Promise<VerifiedSignature>
  readonly readHead: (content: SignedContent, format: Format) => ApplicationHead
  /** Refuses with `request.schema`. */
  readonly readApplication: (content: SignedContent, format: Format, from?: AskedThrough) => AskedApplication
  /** May `signer` act for `consumer` in anything? Its recorded delegate, or one that an agreement names. */
  readonly actsFor: (signer: PartyId, consumer: PartyId) => boolean
  /** May `sender` hand in what `signer` asks of this service? Its recorded delegate, or the one that all agreements of it name. */
  readonly mayHandIn: (sender: PartyId, signer: PartyId, service: Service | undefined) => boolean
  readonly isActive: (party: PartyId) => boolean
  /** SHA-256 of the bytes under which this id was opened, if it was. Fails with `broker.log-unavailable`. */
  readonly findExchange: (consumer: PartyId, id: ExchangeId) => Promise<Uint8Array | undefined>
  readonly findService: (id: string, version: number) => KnownService | undefined
  /** Is the service, which is not there, a single question to a registry whose adapter is refused for now? */
  readonly isLeftOut: (service: string) => boolean
  /** Refuses with `access.*`. */
  readonly decide: (question: AccessQuestion) => Decision
  /** SHA-256 (hex) of the governance in force. */
  readonly governanceDigest: () => string
  /** Sequence of the last act on an agreement that `decide` knows of; 0: none. */
  readonly lastAct: () => number
  /** Fails with `broker.log-unavailable`. */
  readonly isCaseOpen: (consumer: PartyId, number: string) => Promise<boolean>
  /** Every limit that the plan's questions count against, as it stands; nothing is counted. Fails with `broker.log-unavailable`. */
  readonly lookAtQuotas: (plan: ExchangePlan) => Promise<readonly Room[]>
  /** Refuses with `broker.overloaded` where too many exchanges of its consumer wait in the queue, into which this one may come. */
  readonly requirePlaceInQueue: (plan: ExchangePlan) => Promise<void>
  /**
   * The applicant's own signed document, base64; is its signer the applicant, or, where `mandates` says that this may be, a
   * person who signed for a firm? Refuses with `applicant.*`.
   */
  readonly verifyApplicantDocument: (
    document: string,
    applicant: Applicant,
    asked: ApplicantAsked,
  ) => Promise<ApplicantProof>
  /** Durable opening entry, decision and rows before it resolves. Fails with `broker.log-unavailable`. */
  readonly open: (
    plan: ExchangePlan,
    bytes: Uint8Array,
    decision: DecisionRecord | undefined,
  ) => Promise<OpenedExchange | RepeatedRequest>
  /**
   * One outcome per call, in the plan's order; never throws for a registry. `deferred`: a required part is unanswered at the
   * deadline, and its service allows a later answer. `taken` aborts when the exchange is taken back.
   */
  readonly fanOut: (opened: OpenedExchange, taken?: AbortSignal) => Promise<readonly CallOutcome[] | 'deferred'>
  /** Why nothing may leave to this consumer any more, as things stand now; undefined where it may. */
  readonly closed: (plan: ExchangePlan) => ProblemCode | undefined
  /** The exchange runs on in the queue; some process completes it. */
  readonly defer: (opened: OpenedExchange) => Promise<RunningExchange>
  /** Canonical octets of the unsigned answer, in the caller's format. */
  readonly writeAnswer: (answer: AssembledAnswer) => WrittenAnswer
  /** Signed by edno, and stamped where answers are stamped. Fails with `broker.signing`; the exchange stays open then. */
  readonly seal: (canonical: string, answer: AssembledAnswer) => Promise<Uint8Array>
  /** Durable closing entry, which commits to the answer's bytes, before it resolves. */
  readonly close: (
    opened: OpenedExchange,
    answer: SignedAnswer,
    outcomes: readonly CallOutcome[],
  ) => Promise<ClosedExchange>
  /** The one answer of an exchange opened before: stored, or awaited while it runs in a process. */
  readonly answerOf: (repeated: RepeatedRequest) => Promise<ClosedExchange | RunningExchange>
  /** Durable entry of a refusal of a verified caller, and the decision where it came that far. */
  readonly refused: (
    request: VerifiedRequest,
    refusal: BrokerError,
    refused: { readonly bytes: Uint8Array; readonly decision: DecisionRecord | undefined },
  ) => Promise<void>
  readonly observer?: ExchangeObserver
}
