import type { OpenedExchange } from '../model/exchange.ts'

/** Longer ago than this nobody repeats the request: registries are not asked for data that nobody will fetch. */
const RESUMED_WITHIN_MS = 3_600_000

export interface TimeLeft {
  /** Until the answer must leave. */
  readonly leftMs: number
  /** What is unanswered then goes on in the queue. */
  readonly defers: boolean
  /** Nobody is asked any more. */
  readonly over?: boolean
}

/**
 * An exchange whose time passed while edno was down gets the time until its deadline again: nobody waits on the line any
 * more, and a complete answer serves the repeated request better than a late one. One that was deferred had its time.
 */
export function timeOf({ plan, resumed }: OpenedExchange, now: Date, hasQueue: boolean): TimeLeft {
  const until = (instant: string): number => Date.parse(instant) - now.getTime()
  const left = until(plan.deadline)
  const defers = hasQueue && plan.outerEnd !== undefined && until(plan.outerEnd) > 0
  if (left > 0 || defers) return { leftMs: Math.max(0, left), defers }
  if (resumed?.deferred === true) return { leftMs: 0, defers: false, over: true }
  const passed = -until(plan.outerEnd ?? plan.deadline)
  const again = passed > RESUMED_WITHIN_MS ? 0 : Date.parse(plan.deadline) - Date.parse(plan.receivedAt)
  return { leftMs: again, defers: false }
}
