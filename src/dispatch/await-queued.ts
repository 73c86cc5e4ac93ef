import type { CallOutcome } from '../model/outcome.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { NOT_ASKED } from '../store/queued-calls.ts'
import type { Running } from './ask.ts'
import type { Unanswered } from './hand-over.ts'
import { isMendable, type Later } from './later.ts'
import { conclude, type Left, type Run } from './run.ts'
import { unaskedOutcome } from './run-call.ts'
import type { ReadyCall } from './schedule.ts'

/** A required part is worth more tries than the deadline leaves time for; an optional one holds nothing up, unless it was promised. */
export const goesOnLater = ({ call: { planned }, progress }: Running, fault: ProblemCode | undefined): boolean =>
  (planned.need === 'required' || fault === 'provider.pending') &&
  isMendable(fault) &&
  (planned.idempotent || !progress.put)

/** The queue takes over, at once where there is time left in which it may bring something. */
export async function leave(run: Run, unanswered: Unanswered, notBefore?: Date): Promise<Left> {
  const { call, number, put, fault } = unanswered
  const ended = { number, fault: put ? fault : NOT_ASKED }
  await run.ports.rows.endAttempt(run.plan, call.name, ended, run.ports.clock())
  const { later } = run
  if (later === undefined || run.deadline.aborted || (put && !call.planned.idempotent)) return { unanswered }
  const soon = run.ports.clock().getTime() + AGAIN_AFTER_MS
  await later.put(run.plan, [{ call, fault, notBefore: new Date(Math.max(soon, notBefore?.getTime() ?? 0)) }])
  // What is optional comes as a supplement: the answer does not wait for it.
  return call.planned.need === 'required'
    ? awaitQueued(run, later, call)
    : { unanswered: { ...unanswered, queued: true } }
}

/** The tries of this process are used up: the next one is that of the queue. */
const AGAIN_AFTER_MS = 500

/**
 * Until it has ended, or there is no time left. Then the clerk is told what the registry said last, where it was asked: not
 * that there was no time.
 */
export async function awaitQueued(run: Run, later: Later, call: ReadyCall): Promise<Left> {
  const ended = await later.ended(run.plan, call.name, run.deadline)
  if (ended !== undefined && ended !== 'incident') {
    run.ports.observer?.outcome?.(run.plan.exchangeId, ended)
    return { outcome: ended }
  }
  if (run.defers) return { unanswered: { call, queued: true, put: false, number: 0, fault: 'provider.timeout' } }
  const late = await lateOutcome(run, later, call)
  const outcome: CallOutcome = ended === 'incident' ? { ...late, outcome: 'failed' } : late
  await conclude(run, outcome)
  await later.giveUp(run.plan, call.name)
  return { outcome }
}

/** Of a call that is in the queue when there is no time left. */
export async function lateOutcome({ plan }: Run, later: Later, call: ReadyCall): Promise<CallOutcome> {
  const late = unaskedOutcome(call)
  const problem = await later.faultOf(plan, call.name)
  return problem === undefined ? late : { ...late, problem }
}
