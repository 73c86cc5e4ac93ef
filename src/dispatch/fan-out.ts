import { setMaxListeners } from 'node:events'
import type { OpenedExchange } from '../model/exchange.ts'
import { registryOf } from '../model/ids.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ProblemCode } from '../problem/codes.ts'
import type { Running } from './ask.ts'
import { awaitQueued, goesOnLater, lateOutcome, leave } from './await-queued.ts'
import { type Unanswered, handOver } from './hand-over.ts'
import { asIfEnded, inPlanOrder } from './in-plan-order.ts'
import type { Later } from './later.ts'
import type { DispatchPorts } from './ports.ts'
import { type RegistryPolicies, registryPolicies } from './registry-policy.ts'
import { conclude, type Left, type Run } from './run.ts'
import { endedAttempt, outcomeOf, tryCall, unaskedOutcome, wasNeverPut } from './run-call.ts'
import { type Follower, SameQuestions } from './same-question.ts'
import { nextStep, type ReadyCall, type Step } from './schedule.ts'
import { timeOf } from './time-left.ts'

/** One outcome per call, in the plan's order. Throws for the database only, never for a registry. */
export type FanOut = (opened: OpenedExchange, taken?: AbortSignal) => Promise<readonly CallOutcome[]>

/**
 * The same; or `deferred`, where a required part is unanswered at the deadline and may still be answered. `taken` aborts
 * where the exchange is taken back: then nothing is asked or queued any more, and nobody reads what comes of it.
 */
export type DeferringFanOut = (
  opened: OpenedExchange,
  taken?: AbortSignal,
) => Promise<readonly CallOutcome[] | 'deferred'>

/** `fanOut` of the line without a queue: what is unanswered at the deadline is late. */
export function createDispatch(ports: DispatchPorts): FanOut {
  const fanOut = createDeferringDispatch(ports, registryPolicies(ports))
  return async (opened, taken) => {
    const outcomes = await fanOut(opened, taken)
    if (outcomes === 'deferred') throw new BrokerError('broker.internal', 'deferred without a queue')
    return outcomes
  }
}

/** `fanOut` of the line; `policies` are shared by all that asks registries in this process. */
export function createDeferringDispatch(
  ports: DispatchPorts,
  policies: RegistryPolicies,
  later?: Later,
): DeferringFanOut {
  return async (opened, taken) => {
    const { plan } = opened
    const now = ports.clock()
    const time = timeOf(opened, now, later !== undefined)
    if (time.over) return asIfEnded(plan, opened.known)
    const stop = new AbortController()
    // Every call of the exchange listens to this one deadline; Node would take more than ten for a leak.
    setMaxListeners(0, stop.signal)
    if (time.leftMs === 0) stop.abort()
    const end = (): void => stop.abort()
    const timer = setTimeout(end, time.leftMs)
    if (taken?.aborted === true) end()
    taken?.addEventListener('abort', end, { once: true })
    try {
      const endsAt = new Date(now.getTime() + time.leftMs)
      const questions = new SameQuestions()
      return await run(
        { plan, ports, policies, questions, deadline: stop.signal, endsAt, later, defers: time.defers, taken },
        opened,
      )
    } finally {
      clearTimeout(timer)
      taken?.removeEventListener('abort', end)
      end()
    }
  }
}

/** How far the calls of one exchange have come in this process. */
interface SoFar {
  readonly outcomes: CallOutcome[]
  readonly running: Map<string, Promise<Left>>
  readonly unanswered: Unanswered[]
  /** Calls of a resumed exchange that are in the queue already. */
  readonly queued: ReadonlySet<string>
}

/** One row that could not be written is the end of this run, and of no other call: what the others bring is awaited and stored. */
async function run(run: Run, { known, resumed }: OpenedExchange): Promise<readonly CallOutcome[] | 'deferred'> {
  const queued = new Set(resumed === undefined ? [] : await run.later?.queued(run.plan))
  const so: SoFar = { outcomes: [...known], running: new Map(), unanswered: [], queued }
  try {
    return await untilAllEnded(run, so)
  } catch (error) {
    await Promise.allSettled(so.running.values())
    throw error
  }
}

async function untilAllEnded(run: Run, so: SoFar): Promise<readonly CallOutcome[] | 'deferred'> {
  let next: 'on' | 'done' | 'leave' = 'on'
  while (next === 'on') next = run.defers && run.deadline.aborted ? 'leave' : await goOn(run, so)
  if (next === 'done') return inPlanOrder(run.plan, so.outcomes)
  for (const [name, left] of so.running) hear(so, name, await left)
  return run.taken?.aborted === true ? asIfEnded(run.plan, so.outcomes) : handOver(run, so.outcomes, so.unanswered)
}

/** Decides what can be decided, begins what can begin, and waits for one call; `leave` where only the queue can go on. */
async function goOn(run: Run, so: SoFar): Promise<'on' | 'done' | 'leave'> {
  const { outcomes, running, unanswered, queued } = so
  const step = nextStep(run.plan, outcomes, new Set([...running.keys(), ...unanswered.map(({ call }) => call.name)]))
  const decided = await decide(run, step, queued)
  outcomes.push(...decided)
  if (decided.length > 0) return 'on'
  if (step.ready.length > 0) for (const [name, call] of await begin(run, step.ready, queued)) running.set(name, call)
  if (step.done) return 'done'
  if (running.size > 0) {
    const { name, left } = await Promise.race([...running].map(async ([name, left]) => ({ name, left: await left })))
    hear(so, name, left)
    return 'on'
  }
  if (unanswered.length > 0) return 'leave'
  throw new BrokerError('broker.internal', 'the plan has calls that can never start')
}

function hear({ running, outcomes, unanswered }: SoFar, name: string, left: Left): void {
  running.delete(name)
  if ('outcome' in left) outcomes.push(left.outcome)
  else unanswered.push(left.unanswered)
}

/** What ends without asking: skipped calls and, once the deadline is over or access is taken away, what has not begun. */
async function decide(run: Run, step: Step, queued: ReadonlySet<string>): Promise<readonly CallOutcome[]> {
  const problem = step.ready.length === 0 ? undefined : reasonNotToAsk(run)
  const unasked = problem === undefined ? [] : step.ready
  const ends = unasked.map((call) => unaskedHere(run, call, { problem, queued: queued.has(call.name) }))
  const decided = [...step.decided, ...(await Promise.all(ends))]
  const items = [...step.items, ...unasked.filter(({ item }) => item).map(({ name }) => name)]
  if (items.length > 0) await run.ports.rows.addItems(run.plan, items)
  await Promise.all(decided.map((outcome) => conclude(run, outcome)))
  for (const { name } of unasked) if (queued.has(name)) await run.later?.giveUp(run.plan, name)
  return decided
}

/** Time is over for one that waits in the queue too; others end as the reason says. */
async function unaskedHere(
  run: Run,
  call: ReadyCall,
  { problem, queued }: { readonly problem: ProblemCode | undefined; readonly queued: boolean },
): Promise<CallOutcome> {
  const isLate = queued && run.later !== undefined && problem === 'provider.timeout'
  return isLate ? lateOutcome(run, run.later, call) : unaskedOutcome(call, problem)
}

/** A revocation stops what runs and what a crash left, not only what comes after it. */
const reasonNotToAsk = ({ deadline, plan, ports }: Run): ProblemCode | undefined =>
  deadline.aborted ? 'provider.timeout' : ports.closed?.(plan)

/** Here, or in the queue where that is where the registry is asked. */
async function begin(
  run: Run,
  ready: readonly ReadyCall[],
  queued: ReadonlySet<string>,
): Promise<readonly [string, Promise<Left>][]> {
  const { later } = run
  if (later === undefined) return beginHere(run, ready)
  const elsewhere = ready.filter(
    ({ name, planned }) => queued.has(name) || !later.servesHere(registryOf(planned.operation)),
  )
  const here = ready.filter((call) => !elsewhere.includes(call))
  const waiting = elsewhere.length === 0 ? [] : await beginElsewhere(run, later, { calls: elsewhere, queued })
  return here.length === 0 ? waiting : [...(await beginHere(run, here)), ...waiting]
}

/** Whatever is not there yet is put into the queue; of calls with one question one. */
async function beginElsewhere(
  run: Run,
  later: Later,
  { calls, queued }: { readonly calls: readonly ReadyCall[]; readonly queued: ReadonlySet<string> },
): Promise<readonly [string, Promise<Left>][]> {
  const { askers, followers } = run.questions.sortForQueue(calls, queued)
  await addItems(run, followers)
  const fresh = askers.filter(({ name }) => !queued.has(name))
  if (fresh.length > 0)
    await later.put(
      run.plan,
      fresh.map((call) => ({ call })),
    )
  const waiting = askers.map((call): [string, Promise<Left>] => [call.name, quiet(awaitQueued(run, later, call))])
  return [...waiting, ...followed(run, waiting, followers)]
}

/** Where another call fails for the database first, nobody waits for this one any more. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

/** Of calls with one question one asks, the others follow. */
async function beginHere(run: Run, ready: readonly ReadyCall[]): Promise<readonly [string, Promise<Left>][]> {
  const { askers, followers } = run.questions.sort(ready)
  await addItems(run, followers)
  const asking = askers.length === 0 ? [] : await beginAskers(run, askers)
  return [...asking, ...followed(run, asking, followers)]
}

/** Rows of followers that are items; those of askers come with their attempts. */
async function addItems({ plan, ports }: Run, followers: readonly Follower[]): Promise<void> {
  const items = followers.filter(({ call }) => call.item).map(({ call }) => call.name)
  if (items.length > 0) await ports.rows.addItems(plan, items)
}

function followed(
  run: Run,
  asking: readonly (readonly [string, Promise<Left>])[],
  followers: readonly Follower[],
): readonly [string, Promise<Left>][] {
  for (const [name, left] of asking) run.questions.begun(name, left)
  return followers.map((each) => [each.call.name, quiet(follow(run, each))])
}

/** The outcome has a row of its own; attempt and count are those of the one question. */
async function follow(run: Run, follower: Follower): Promise<Left> {
  const { call } = follower
  const outcome = await run.questions.outcomeOf(follower)
  if (outcome === undefined) return { unanswered: { call, number: 0, put: false, fault: 'provider.timeout' } }
  if (outcome === 'alone') return askAlone(run, call)
  await conclude(run, outcome)
  return { outcome }
}

async function askAlone(run: Run, call: ReadyCall): Promise<Left> {
  if (run.deadline.aborted && run.defers)
    return { unanswered: { call, number: 0, put: false, fault: 'provider.timeout' } }
  const [begun] = await beginAskers(run, [call])
  if (begun === undefined) throw new BrokerError('broker.internal', 'a call that was begun is not there')
  return begun[1]
}

/** Rows of all calls that start together first, in one go; then the registries are asked. */
async function beginAskers(run: Run, ready: readonly ReadyCall[]): Promise<readonly [string, Promise<Left>][]> {
  const at = run.ports.clock()
  const numbers = await run.ports.rows.begin(run.plan, ready, at)
  return ready.map((call) => {
    const attempt = numbers.get(call.name)
    if (attempt === undefined) throw new BrokerError('broker.internal', 'a call of this exchange ended elsewhere')
    const { plan, deadline, endsAt } = run
    const ending =
      attempt === 'over-quota'
        ? refuse(run, call)
        : finish(run, { plan, call, deadline, endsAt, progress: { attempt, askedAt: at, put: false } }, at)
    return [call.name, quiet(ending)]
  })
}

/** Others took what was left of a limit in the meantime: nobody is asked. */
async function refuse(run: Run, { name, planned: { operation } }: ReadyCall): Promise<Left> {
  const problem: ProblemCode = 'access.quota-exceeded'
  const outcome: CallOutcome = { call: name, operation, outcome: 'refused', problem, elapsedMs: 0 }
  await conclude(run, outcome)
  return { outcome }
}

async function finish(run: Run, running: Running, startedAt: Date): Promise<Left> {
  const { call, progress } = running
  const askedBefore = progress.attempt > 1
  const { judgement, late, notBefore } = await tryCall(running, run.ports, run.policies, askedBefore)
  const fault = judgement.problem
  if (wasNeverPut(running)) await run.ports.rows.uncount(run.plan, call)
  if (run.defers && (late || goesOnLater(running, fault)))
    return leave(
      run,
      { call, number: progress.attempt, put: progress.put || askedBefore, fault: fault ?? 'provider.timeout' },
      notBefore,
    )
  const at = run.ports.clock()
  const outcome = outcomeOf(judgement, running, startedAt, at)
  run.questions.keep(outcome, judgement.finding)
  await conclude(run, outcome, endedAttempt(judgement, running))
  return { outcome }
}
