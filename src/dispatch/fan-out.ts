import { setMaxListeners } from 'node:events'
import type { ExchangePlan, OpenedExchange } from '../model/exchange.ts'
import { registryOf } from '../model/ids.ts'
import type { CallOutcome, Provenance } from '../model/outcome.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { askRegistry, type Attempted, type Bulkheads, makeBulkheads, type Running } from './ask.ts'
import { failed, type Judgement, judgeFinding } from './judge-finding.ts'
import type { Limited } from './limit.ts'
import type { DispatchPorts, EndedAttempt } from './ports.ts'
import { nextStep, type ReadyCall, type Step } from './schedule.ts'

/** One outcome per call, in the plan's order. Throws for the database only, never for a registry. */
export type FanOut = (opened: OpenedExchange) => Promise<readonly CallOutcome[]>

/** `fanOut` of the line, with the limits of each operation shared by all exchanges of this process. */
export function createDispatch(ports: DispatchPorts): FanOut {
  const bulkheads = makeBulkheads(ports.operations)
  return async (opened) => {
    const stop = new AbortController()
    // Every call of the exchange listens to this one deadline; Node would take more than ten for a leak.
    setMaxListeners(0, stop.signal)
    const left = remainingMs(opened.plan, ports.clock())
    if (left === 0) stop.abort()
    const timer = setTimeout(() => stop.abort(), left)
    try {
      return await run({ plan: opened.plan, ports, bulkheads, deadline: stop.signal }, opened.known)
    } finally {
      clearTimeout(timer)
      stop.abort()
    }
  }
}

/** Longer ago than this nobody repeats the request: registries are not asked for data that nobody will fetch. */
const RESUMED_WITHIN_MS = 3_600_000

/**
 * Time until the answer must leave. An exchange whose deadline passed while edno was down gets its whole time again:
 * nobody waits on the line any more, and a complete answer serves the repeated request better than a late one.
 */
function remainingMs(plan: ExchangePlan, now: Date): number {
  const left = Date.parse(plan.deadline) - now.getTime()
  if (left > 0) return left
  return -left > RESUMED_WITHIN_MS ? 0 : Date.parse(plan.deadline) - Date.parse(plan.receivedAt)
}

interface Run {
  readonly plan: ExchangePlan
  readonly ports: DispatchPorts
  readonly bulkheads: Bulkheads
  readonly deadline: AbortSignal
}

async function run(run: Run, known: readonly CallOutcome[]): Promise<readonly CallOutcome[]> {
  const outcomes = [...known]
  const running = new Map<string, Promise<CallOutcome>>()
  for (;;) {
    const step = nextStep(run.plan, outcomes, new Set(running.keys()))
    const decided = await decide(run, step)
    outcomes.push(...decided)
    if (decided.length > 0) continue
    if (step.ready.length > 0) for (const [name, call] of await begin(run, step.ready)) running.set(name, call)
    if (step.done) return inPlanOrder(run.plan, outcomes)
    if (running.size === 0) throw new BrokerError('broker.internal', 'the plan has calls that can never start')
    const ended = await Promise.race(running.values())
    running.delete(ended.call)
    outcomes.push(ended)
  }
}

/** What ends without asking: skipped calls and, once the deadline is over or access is taken away, what has not begun. */
async function decide(run: Run, step: Step): Promise<readonly CallOutcome[]> {
  const problem = step.ready.length === 0 ? undefined : reasonNotToAsk(run)
  const unasked = problem === undefined ? [] : step.ready
  const decided = [...step.decided, ...unasked.map((call) => unaskedOutcome(call, problem))]
  const items = [...step.items, ...unasked.filter(({ item }) => item).map(({ name }) => name)]
  if (items.length > 0) await run.ports.rows.addItems(run.plan, items)
  await Promise.all(decided.map((outcome) => conclude(run, outcome)))
  return decided
}

const LATE: ProblemCode = 'provider.timeout'

/** A revocation stops what runs and what a crash left, not only what comes after it. */
const reasonNotToAsk = ({ deadline, plan, ports }: Run): ProblemCode | undefined =>
  deadline.aborted ? LATE : ports.closed?.(plan)

const unaskedOutcome = ({ name, planned }: ReadyCall, problem: ProblemCode = LATE): CallOutcome => ({
  call: name,
  operation: planned.operation,
  outcome: problem === LATE ? 'late' : 'refused',
  problem,
  elapsedMs: 0,
})

/** Rows of all calls that start together first, in one go; then the registries are asked. */
async function begin(run: Run, ready: readonly ReadyCall[]): Promise<readonly [string, Promise<CallOutcome>][]> {
  const at = run.ports.clock()
  const numbers = await run.ports.rows.begin(run.plan, ready, at)
  return ready.map((call) => {
    const attempt = numbers.get(call.name)
    if (attempt === undefined) throw new BrokerError('broker.internal', 'a call of this exchange ended elsewhere')
    const { plan, deadline } = run
    const ending =
      attempt === 'over-quota'
        ? refuse(run, call)
        : finish(run, { plan, call, deadline, progress: { attempt, askedAt: at, put: false } }, at)
    // Where another call fails for the database first, nobody waits for this one any more.
    ending.catch(() => undefined)
    return [call.name, ending]
  })
}

/** Others took what was left of a limit in the meantime: nobody is asked. */
async function refuse(run: Run, { name, planned: { operation } }: ReadyCall): Promise<CallOutcome> {
  const problem: ProblemCode = 'access.quota-exceeded'
  const ended: CallOutcome = { call: name, operation, outcome: 'refused', problem, elapsedMs: 0 }
  await conclude(run, ended)
  return ended
}

async function finish(run: Run, running: Running, startedAt: Date): Promise<CallOutcome> {
  const judgement = await judge(run, running)
  const at = run.ports.clock()
  const { call, progress } = running
  if (wasNeverPut(running)) await run.ports.rows.uncount(run.plan, call)
  const { outcome, problem, evidence } = judgement
  const provenance = provenanceOf(judgement, running)
  const ended: CallOutcome = {
    call: call.name,
    operation: call.planned.operation,
    outcome,
    ...(problem === undefined ? {} : { problem }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(provenance === undefined ? {} : { provenance }),
    elapsedMs: Math.max(0, at.getTime() - startedAt.getTime()),
  }
  const fault = problem === undefined ? {} : { fault: problem }
  await conclude(run, ended, { number: progress.attempt, ...fault })
  return ended
}

/** Whether an attempt before a crash reached the registry is not known: it stays counted. */
const wasNeverPut = ({ call, progress }: Running): boolean =>
  call.planned.counting !== undefined && progress.attempt === 1 && !progress.put

async function judge(run: Run, running: Running): Promise<Judgement> {
  const { call, progress } = running
  const operation = run.ports.operations.get(call.planned.operation)
  if (operation === undefined) return failed('provider.unavailable')
  // Whether the registry did what it was asked before a crash is not known; asking again might do it twice.
  if (progress.attempt > 1 && !call.planned.idempotent) return failed('provider.timeout')
  if (!operation.acceptsInput(call.input)) return failed(blameForInput(call))
  const asked: Limited<Attempted> = await askRegistry(running, run.ports, run.bulkheads)
  if ('expired' in asked) return expired(asked.expired)
  if ('fault' in asked.value) return refusedOrFailed(asked.value.fault)
  return judgeFinding(operation, call, asked.value.finding)
}

/** The body was judged before; an input that does not fit came from another registry's answer, or from the service file. */
const blameForInput = ({ planned }: ReadyCall): 'provider.bad-answer' | 'provider.adapter-defect' =>
  planned.needs.length > 0 ? 'provider.bad-answer' : 'provider.adapter-defect'

const expired = (how: 'timeout' | 'late'): Judgement =>
  how === 'late' ? { outcome: 'late', problem: 'provider.timeout', othersDropped: false } : failed('provider.timeout')

const refusedOrFailed = (fault: Parameters<typeof failed>[0]): Judgement =>
  fault === 'provider.refused' ? { outcome: 'refused', problem: fault, othersDropped: false } : failed(fault)

function provenanceOf({ finding, othersDropped }: Judgement, { call, progress }: Running): Provenance | undefined {
  if (finding === undefined) return undefined
  const { operation } = call.planned
  return {
    registry: registryOf(operation),
    operation,
    askedAt: progress.askedAt.toISOString(),
    asOf: finding.asOf,
    sourceReference: finding.sourceReference,
    signedByRegistry: finding.signedByRegistry,
    othersDropped,
  }
}

/** Stored first, then told. */
async function conclude({ plan, ports }: Run, outcome: CallOutcome, attempt?: EndedAttempt): Promise<void> {
  await ports.rows.end(plan, outcome, attempt, ports.clock())
  ports.observer?.outcome?.(plan.exchangeId, outcome)
}

/** `managers.10` after `managers.9`. */
function inPlanOrder(plan: ExchangePlan, outcomes: readonly CallOutcome[]): readonly CallOutcome[] {
  const places = new Map(plan.calls.map(({ name }, index) => [name, index]))
  const place = ({ call }: CallOutcome): readonly [number, number] => {
    const [name = '', item = '-1'] = call.split('.')
    return [places.get(name) ?? plan.calls.length, Number(item)]
  }
  return outcomes.toSorted((left, right) => {
    const [a, b] = [place(left), place(right)]
    return a[0] - b[0] || a[1] - b[1]
  })
}
