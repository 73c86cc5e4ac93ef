import type { ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { ProblemCode } from '../problem/codes.ts'
import type { ReadyCall } from './schedule.ts'

/** A call that is to be asked by whoever works on its registry's queue. */
export interface CallForQueue {
  readonly call: ReadyCall
  /** How its last try ended. */
  readonly fault?: ProblemCode
  /** Asking before this moment is of no use; absent: now. */
  readonly notBefore?: Date
}

/** What the queue does for the process in which an exchange runs. */
export interface Later {
  /** Does this process ask this registry itself? */
  readonly servesHere: (registry: string) => boolean
  /** Names of calls of a resumed exchange that are in the queue, or are incidents. */
  readonly queued: (plan: ExchangePlan) => Promise<readonly string[]>
  /** Durable rows first, then jobs; what the queue does not take is brought to it later. */
  readonly put: (plan: ExchangePlan, calls: readonly CallForQueue[]) => Promise<void>
  /** How a queued call ended; `incident` where an operator must decide, `undefined` where `until` comes first. */
  readonly ended: (
    plan: ExchangePlan,
    call: string,
    until: AbortSignal,
  ) => Promise<CallOutcome | 'incident' | undefined>
  /** How the last try of a queued call ended, where there was one. */
  readonly faultOf: (plan: ExchangePlan, call: string) => Promise<ProblemCode | undefined>
  /** Nobody waits for this queued call any more. */
  readonly giveUp: (plan: ExchangePlan, call: string) => Promise<void>
  /** Its question was on its way, and must not be put twice: an operator decides. */
  readonly interrupt: (plan: ExchangePlan, call: ReadyCall, fault: ProblemCode) => Promise<void>
}

/** Asking again later may mend these. */
const MENDABLE: ReadonlySet<string> = new Set<ProblemCode>([
  'provider.unavailable',
  'provider.timeout',
  'provider.busy',
  'provider.pending',
  'provider.planned-downtime',
])

export const isMendable = (problem: string | undefined): boolean => problem !== undefined && MENDABLE.has(problem)
