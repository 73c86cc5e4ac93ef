import type { GrantedAgreement } from './agreement.ts'
import type { AnswerStatus } from './exchange.ts'
import type { ExchangeId, OperationRef, PartyId, ServiceRef } from './ids.ts'
import type { OutcomeKind } from './outcome.ts'
import type { Need } from './service.ts'

/** One try of one call. ISO instants, here and below. */
export interface RecordedAttempt {
  readonly number: number
  readonly startedAt: string
  readonly endedAt?: string
  /** A code of the problem table. */
  readonly fault?: string
}

export interface RecordedCall {
  readonly call: string
  readonly operation: OperationRef
  readonly registry: string
  readonly need: Need
  readonly state: 'planned' | 'running' | 'ended'
  readonly outcome?: OutcomeKind
  readonly problem?: string
  readonly startedAt?: string
  readonly endedAt?: string
  readonly elapsedMs?: number
  /** When a supplement was signed, where what it brought came after the answer. */
  readonly supplementedAt?: string
  readonly attempts: readonly RecordedAttempt[]
}

/** An entry of the exchange log about it: where it stands is proven by the log, not by this. */
export interface RecordedEntry {
  readonly event: string
  readonly time: string
  /** Place in the tree; absent while it is not integrated. */
  readonly index?: number
  /** RFC 6962 leaf hash, hex. */
  readonly leafHash: string
}

export interface RecordedIncident {
  readonly call: string
  readonly cause: string
  readonly state: string
  readonly openedAt: string
  readonly changedAt?: string
}

/** Why it was allowed. */
export interface RecordedDecision {
  /** SHA-256 (hex) of the record of the decision, as the opening entry names it. */
  readonly digest: string
  readonly governance: string
  readonly grant?: string
  readonly agreements: readonly GrantedAgreement[]
  /** Call → fields that may leave. */
  readonly disclosure: Readonly<Record<string, readonly string[]>>
}

/**
 * One exchange as its calls and attempts, for an auditor: who asked whom for what kind of thing, when, on which basis and
 * with which result. What was asked about whom, and what was found, is not in it.
 */
export interface ExchangeRecord {
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  /** The party that the consumer acted for. */
  readonly onBehalfOf?: PartyId
  readonly service: ServiceRef
  readonly legalBasis?: string
  readonly case: string
  readonly official?: string
  readonly state: 'running' | 'deferred' | 'closed'
  readonly status?: AnswerStatus
  readonly receivedAt: string
  readonly deadline: string
  readonly closedAt?: string
  readonly deferredAt?: string
  readonly cancelledAt?: string
  readonly cancelledBy?: PartyId
  /** Until when application, evidence and answer are kept; absent where they are gone. */
  readonly keptUntil?: string
  /** They are gone: on order, or because their time was over. */
  readonly content?: 'erased' | 'deleted'
  /** Until then nobody whom it is about is told of it. */
  readonly hiddenUntil?: string
  /** SHA-256 (hex) of the certificate that signed the application. */
  readonly signerCertificate?: string
  /** In the order in which they began. */
  readonly calls: readonly RecordedCall[]
  readonly incidents: readonly RecordedIncident[]
  readonly decision?: RecordedDecision
  readonly entries: readonly RecordedEntry[]
}

/** The same for the owner of a registry: its own calls, and neither how the whole stands nor anything of others. */
export interface RegistryExchangeRecord
  extends Pick<
    ExchangeRecord,
    | 'exchangeId'
    | 'consumer'
    | 'onBehalfOf'
    | 'service'
    | 'legalBasis'
    | 'case'
    | 'official'
    | 'receivedAt'
    | 'signerCertificate'
    | 'calls'
    | 'incidents'
  > {
  readonly decision?: Pick<RecordedDecision, 'agreements' | 'disclosure'>
}
