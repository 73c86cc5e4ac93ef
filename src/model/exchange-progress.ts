import type { AnswerStatus } from './exchange.ts'
import type { ExchangeId, OperationRef, PartyId } from './ids.ts'
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
