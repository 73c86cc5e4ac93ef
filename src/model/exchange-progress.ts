import type { AnswerStatus } from './exchange.ts'
import type { ExchangeId, OperationRef, PartyId, ServiceRef } from './ids.ts'
import type { OutcomeKind } from './outcome.ts'

/** How far one call has come. Nothing in it is about a person. */
export interface CallProgress {
  readonly call: string
  readonly operation: OperationRef
  readonly state: 'planned' | 'running' | 'ended'
  /** Once it has ended. */
  readonly outcome?: OutcomeKind
  readonly problem?: string
  readonly elapsedMs?: number
}

/** How far an exchange has come: what its rows say at one moment. */
export interface ExchangeProgress {
  readonly stage: 'progress'
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  /** `deferred`: its answer will leave later than its deadline. */
  readonly state: 'running' | 'deferred' | 'closed'
  /** Of the answer, once it is closed. */
  readonly status?: AnswerStatus
  /** ISO instant: no call of it goes on after this. */
  readonly outerEnd: string
  readonly calls: readonly CallProgress[]
  /** Calls whose answers came after the exchange's, in the order of their coming. */
  readonly supplements: readonly string[]
  /** A call may still bring a supplement. */
  readonly goesOn: boolean
}

/** One exchange in a list: nothing of its content but the number of the consumer's own case. */
export interface ListedExchange {
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly service: ServiceRef
  readonly case: string
  readonly state: 'running' | 'deferred' | 'closed'
  readonly status?: AnswerStatus
  /** ISO instants. */
  readonly receivedAt: string
  readonly closedAt?: string
  /** How many calls ended in which outcome. */
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
}

export interface ExchangeFilter {
  readonly case?: string
  /** ISO instants of reception: from the first on, before the second. */
  readonly from?: string
  readonly to?: string
  /** Some call of it ended so. */
  readonly outcome?: OutcomeKind
  readonly status?: AnswerStatus | 'running' | 'deferred'
  readonly service?: ServiceRef
}

/** Newest first. */
export interface ExchangePage {
  readonly exchanges: readonly ListedExchange[]
  /** There is more after the exchange of this id. */
  readonly next?: ExchangeId
}
