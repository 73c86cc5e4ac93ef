import type { ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { asIfEnded, lacksRequired } from './in-plan-order.ts'
import type { CallForQueue, Later } from './later.ts'
import type { DispatchPorts } from './ports.ts'
import { nextStep, type ReadyCall } from './schedule.ts'

/** A call that left this process without an outcome. */
export interface Unanswered {
  readonly call: ReadyCall
  /** Number of its attempt here; 0 where it made none. */
  readonly number: number
  /** Its question was, or may have been, put. */
  readonly put: boolean
  readonly fault: ProblemCode
  /** It is in the queue already. */
  readonly queued?: true
}

interface HandedOver {
  readonly plan: ExchangePlan
  readonly ports: Pick<DispatchPorts, 'closed'>
  readonly later: Later | undefined
}

/**
 * At the deadline, what is unanswered goes to the queue; a question that was on its way and must not be put twice becomes an
 * incident. @returns the outcomes for an answer that leaves now, or that there can be none yet.
 */
export async function handOver(
  { plan, ports, later }: HandedOver,
  outcomes: readonly CallOutcome[],
  unanswered: readonly Unanswered[],
): Promise<readonly CallOutcome[] | 'deferred'> {
  if (later === undefined) return asIfEnded(plan, outcomes)
  const stopped = unanswered.filter(({ put, queued, call }) => put && queued !== true && !call.planned.idempotent)
  for (const { call, fault } of stopped) await later.interrupt(plan, call, fault)
  const lacking = lacksRequired(plan, outcomes)
  // Whoever may not ask any more is told so by the queue, which looks again before each question.
  if (ports.closed?.(plan) === undefined || lacking) await later.put(plan, forQueue(plan, outcomes, unanswered))
  return lacking ? 'deferred' : asIfEnded(plan, outcomes)
}

/** What was under way, and what is ready and was not begun. */
function forQueue(
  plan: ExchangePlan,
  outcomes: readonly CallOutcome[],
  unanswered: readonly Unanswered[],
): readonly CallForQueue[] {
  const left = unanswered.filter(({ put, call }) => !put || call.planned.idempotent)
  const known = new Set(unanswered.map(({ call }) => call.name))
  const ready = nextStep(plan, outcomes, known).ready.map((call) => ({ call }))
  return [...left.filter(({ queued }) => queued !== true), ...ready].map((each) => ({
    call: each.call,
    ...('fault' in each ? { fault: each.fault } : {}),
  }))
}
