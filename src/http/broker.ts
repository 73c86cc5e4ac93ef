import type { ClosedExchange, ReceivedRequest } from '../model/exchange.ts'
import type { AuditReport } from '../model/audit-report.ts'
import type { AgreementFilter, AgreementPage, AgreementProposal, AgreementView } from '../model/agreement-view.ts'
import type { CaseRequest, CaseView } from '../model/case.ts'
import type { Reader } from '../model/exchange-list.ts'
import type { ExchangeProgress } from '../model/exchange-progress.ts'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import type { JsonObject } from '../model/json.ts'
import type { LocalisedText } from '../model/localised.ts'
import type { PlanView } from '../model/plan-view.ts'
import type { PlannedDowntime } from '../model/registry-limits.ts'
import type { RegistryPage } from '../model/registry-page.ts'
import type { RegistryStatus } from '../model/registry-status.ts'
import type { RegixAddress } from '../model/regix.ts'
import type { Service } from '../model/service.ts'
import type { Usage, UsageQuestion } from '../model/usage.ts'
import type { SignedSupplement } from '../model/supplement.ts'
import type { BrokerError } from '../problem/broker-error.ts'
import type { ProblemCode } from '../problem/codes.ts'
import type { Watch } from './watch.ts'
import type { ExchangeBook, AuditDesk, PersonDesk, DataTracker, CorrectionDesk } from './record-desks.ts'

/** The receipt as it travels: see docs/exchange-cycle.md. All binary members are base64url. */
export interface ReceiptView {
  readonly entry: string
  readonly salts: { readonly request?: string; readonly answer?: string }
  readonly proof: string
}

export interface RegistryView {
  readonly id: string
  readonly name: LocalisedText
  readonly provider: string
  /** When nothing is asked of it; without what is over. */
  readonly plannedDowntime: readonly PlannedDowntime[]
  readonly operations: readonly {
    readonly operation: string
    readonly title: LocalisedText
    /** All dotted paths of its evidence; lists are transparent. */
    readonly fields: readonly string[]
    /** None of them leaves, whatever anybody agrees to. */
    readonly disclosure?: 'checks-only'
  }[]
}

/** Where agreements are asked for, decided on and read. `sender` and `reader` are who the connection proves. */
export interface AccessDesk {
  /** All of them or none. */
  readonly propose: (sender: PartyId, proposals: readonly AgreementProposal[]) => Promise<readonly AgreementView[]>
  /** `digest`: the agreement that the act must be about. */
  readonly act: (sender: PartyId, jws: string, digest?: string) => Promise<AgreementView>
  /** Undefined for what does not exist, and for what is none of the reader's business. */
  readonly find: (reader: PartyId, digest: string) => Promise<AgreementView | undefined>
  readonly list: (
    reader: PartyId,
    filter: AgreementFilter,
    page: { readonly limit: number; readonly after?: string },
  ) => Promise<AgreementPage>
  /** What a consumer would get of a service, or whose agreement is missing. */
  readonly explain: (reader: PartyId, question: { readonly service: string; readonly consumer?: string }) => JsonObject
}

/** Where consumers, or their delegates, say which of their cases are open. */
export interface CaseDesk {
  /** `fresh`: it was not open before. */
  readonly open: (request: CaseRequest) => Promise<{ readonly view: CaseView; readonly fresh: boolean }>
  readonly close: (request: CaseRequest) => Promise<CaseView>
  readonly find: (request: CaseRequest) => Promise<CaseView>
}

/** What others say of the heads of the exchange log; all undefined for a size without. */
export interface HeadDesk {
  readonly checkpointAt: (size: number) => Promise<string | undefined>
  readonly stampAt: (size: number) => Promise<Uint8Array | undefined>
  /** At most 1000, the smallest first. */
  readonly stampsFrom: (size: number) => Promise<readonly { readonly size: number; readonly at: Date }[]>
}

export interface Readiness {
  readonly ready: boolean
  /** Check → `ok` or why not. */
  readonly checks: Readonly<Record<string, string>>
}

/** How long a caller waits for an answer. */
export interface CallerWaits {
  /** Absent: until the answer leaves. */
  readonly ms?: number
  /** Aborts when the caller hangs up. */
  readonly gone: AbortSignal
}

/** An answer, or how far the exchange has come without one. */
export type Standing = ClosedExchange | ExchangeProgress

/** `asks`: registry → SHA-256 of what the service asks it, as agreements name it. */
export interface ListedService extends Service {
  readonly asks: Readonly<Record<string, string>>
}

/** A SOAP message of RegiX as it came, and every action that HTTP names for it. */
export interface RegixAsked extends RegixAddress {
  readonly bytes: Uint8Array
  readonly actions: readonly string[]
}

/** Who the connection proves. */
export interface RegixCaller {
  readonly party: PartyId
  /** SHA-256 of its certificate, lower-case hex. */
  readonly certificate: string
}

export interface RegixReply {
  readonly status: number
  readonly mediaType: string
  readonly body: string | Uint8Array
  readonly exchangeId?: ExchangeId
  /** What edno took because the question did not say it. */
  readonly assumed?: readonly string[]
  /** It is the refusal of the question. */
  readonly refusal?: BrokerError
}

/** The door of clients that speak RegiX (docs/regix-door.md). What it refuses is answered in their words. */
export interface RegixDesk {
  readonly ask: (asked: RegixAsked, caller: RegixCaller, waits: CallerWaits) => Promise<RegixReply>
  /** A refusal from before the message was read. */
  readonly refuse: (refusal: BrokerError, asked: Omit<RegixAsked, 'bytes'>) => RegixReply
  /** WSDL and schemas; `base` is the address before the name of the entry point. Undefined for what there is not. */
  readonly describe: (asked: RegixAddress & { readonly query: string; readonly base: string }) => string | undefined
}

/** Answers that registries send of themselves (docs/fan-out.md). */
export interface PushedAnswerDesk {
  /** Refuses whoever is not this registry, before a byte of what it sends is read. */
  readonly admit: (registry: string, certificate: string | undefined) => void
  /** Refuses what no call waits for, or what is no answer to it. @returns the answer to the registry, SOAP 1.1. */
  readonly take: (registry: string, certificate: string | undefined, raw: Uint8Array) => Promise<string>
}

/** What the bindings may ask of edno; `src/app/` provides it. */
export interface Broker {
  readonly regix: RegixDesk
  readonly pushed: PushedAnswerDesk
  /** The answer, or how far it is where it does not come in the time that the caller waits. */
  readonly run: (received: ReceivedRequest, waits: CallerWaits) => Promise<Standing>
  /** A dry run: what `run` would ask, or the same refusal; asks and writes nothing. */
  readonly preview: (received: ReceivedRequest) => Promise<PlanView>
  /** Refuses with `exchange.unknown` what does not exist or is another's, as all that follow. */
  readonly standingOf: (reader: PartyId, id: ExchangeId, waits: CallerWaits) => Promise<Standing>
  readonly progressOf: (reader: PartyId, id: ExchangeId) => Promise<ExchangeProgress>
  /**
   * Tells again and again how far an exchange is; undefined when there is nothing to wait for any more.
   * @returns what ends it.
   */
  readonly follow: (
    reader: PartyId,
    id: ExchangeId,
    told: (progress: ExchangeProgress | undefined) => void,
  ) => Promise<() => void>
  readonly exchanges: ExchangeBook
  readonly audit: AuditDesk
  readonly persons: PersonDesk
  readonly tracker: DataTracker
  readonly corrections: CorrectionDesk
  /** How much is asked, by whom, of whom; nothing from which anybody could be told. */
  readonly statistics: (reader: Reader, question: UsageQuestion) => Promise<Usage>
  /** For auditors: what stands out in a period. Refuses with `access.not-auditor`. */
  readonly auditReport: (reader: Reader, period: { readonly from: string; readonly to: string }) => Promise<AuditReport>
  /**
   * Stops what runs and closes it with an answer that says so; the same answer when it is asked again. Refuses with
   * `exchange.closed` where its answer was there before.
   */
  readonly cancel: (sender: PartyId, id: ExchangeId) => Promise<ClosedExchange>
  /** What calls brought after the answer, in the order in which it was signed; none where its time is over. */
  readonly supplementsOf: (reader: PartyId, id: ExchangeId) => Promise<readonly SignedSupplement[]>
  /** Undefined while the entry is not integrated, and for what is missing or another's. */
  readonly receiptOf: (reader: PartyId, id: ExchangeId, waitMs: number) => Promise<ReceiptView | undefined>
  /**
   * The container of evidence, cut to its reader. Refuses with `request.parameter` where several consumers used the id and
   * none is named.
   */
  readonly evidenceOf: (
    reader: Reader,
    id: ExchangeId,
    asked: { readonly consumer?: PartyId; readonly waitMs: number },
  ) => Promise<Uint8Array>
  /**
   * What the consumer signed when the answer had reached it. Refuses with `signature.*`, `exchange.unanswered`,
   * `exchange.other-answer`, `exchange.acknowledged`, `exchange.expired`.
   */
  readonly acknowledge: (sender: PartyId, id: ExchangeId, jws: string) => Promise<{ readonly acknowledgedAt: string }>
  /** The log's signed promise for an entry that has no place yet; undefined for what is missing, another's, or runs still. */
  readonly promiseOf: (reader: PartyId, id: ExchangeId) => Promise<string | undefined>
  /** The value of `Edno-Receipt`; undefined when it would be too long for a header. */
  readonly receiptHeader: (receipt: ReceiptView) => string | undefined
  /** The party whose registered TLS certificate has this SHA-256 (lower-case hex) and is in its dates. */
  readonly partyOf: (certificate: string, der?: Uint8Array) => PartyId | undefined
  /**
   * The path and revocation of a registered TLS certificate, at every use. Refuses with `access.certificate-untrusted`,
   * `access.certificate-revoked`, `access.revocation-unknown`.
   */
  readonly judgeConnection: (certificate: string) => Promise<void>
  /** A file of the exchange log by its path in C2SP tlog-tiles; undefined for what is not there. */
  readonly readLog: (path: string) => Promise<Uint8Array | undefined>
  readonly cases: CaseDesk
  readonly access: AccessDesk
  readonly heads: HeadDesk
  readonly services: () => readonly ListedService[]
  readonly registries: () => readonly RegistryView[]
  /** All that the catalogue knows of one; undefined where there is none. */
  readonly registryPage: (registry: string) => RegistryPage | undefined
  /**
   * How a registry does, by what was asked in so many hours. For its owner, operators and auditors; refuses others with
   * `access.not-owner`.
   */
  readonly registryStatus: (reader: Reader, registry: string, hours: number) => Promise<RegistryStatus>
  /** edno's seals and the key of its log, a compact JWS. */
  readonly trust: () => string
  readonly ready: () => Promise<Readiness>
  /** Numbers of this process and of the store, in the text format of Prometheus. Refuses with `access.not-operator`. */
  readonly metrics: (reader: PartyId) => Promise<string>
}

export interface HttpSettings {
  readonly bodyLimitBytes: number
  /** How long an answer waits for its proof before it leaves with a link only. */
  readonly receiptWaitMs: number
  readonly clock: () => Date
  /** Absolute folder that holds `schemas/` and `docs/`. */
  readonly root: string
  readonly watch: Watch
  /** Told the code of each request that is answered with a problem. */
  readonly onRefused: (code: ProblemCode) => void
  /** Told of a failure that is edno's; the message holds nothing personal. */
  readonly onFailure: (error: unknown) => void
}
