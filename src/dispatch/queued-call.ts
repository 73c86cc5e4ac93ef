import { setTimeout as pause } from 'node:timers/promises'
import type { ExchangePlan, OpenedExchange } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ProblemCode } from '../problem/codes.ts'
import {
  claimQueuedCall,
  endQueuedCalls,
  NOT_ASKED,
  type QueuedCallId,
  type QueuedCallRow,
  releaseQueuedCall,
  wasAsked,
} from '../store/queued-calls.ts'
import type { Running } from './ask.ts'
import type { Deferral, FoundExchange } from './deferral.ts'
import { isMendable } from './later.ts'
import type { EndedAttempt } from './ports.ts'
import { TURN_PATIENCE_MS } from './registry-policy.ts'
import { endedAttempt, outcomeOf, type Tried, tryCall, unaskedOutcome } from './run-call.ts'
import { nextStep, type ReadyCall } from './schedule.ts'

/** Of one job, while the database is away. */
const AGAIN_AFTER_MS = 500
const MOST_TRIES = 60

/** Runs the calls that jobs name, each of which it first claims: a job that comes twice, or too late, does nothing. */
export class QueuedCalls {
  readonly #deferral: Deferral
  readonly #running = new Map<string, QueuedCallId>()
  readonly #stop = new AbortController()

  constructor(deferral: Deferral) {
    this.#deferral = deferral
  }

  /** What this process has claimed and works on. */
  get running(): readonly QueuedCallId[] {
    return [...this.#running.values()]
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted
  }

  /** Ends questions that are out; what may be asked again is left to others at once. */
  abort(): void {
    this.#stop.abort()
  }

  /**
   * Fails for the database only, where that stays away. Until then it is tried again here: of a job that failed because its queue was away,
   * in the same database, the queue learns after a quarter of a minute only, and a claim that was lost with the database is nobody's.
   */
  async run(id: QueuedCallId): Promise<void> {
    for (let tries = 1; ; tries += 1)
      try {
        await this.#runOnce(id)
        return
      } catch (error) {
        if (tries === MOST_TRIES || BrokerError.from(error).code !== 'broker.log-unavailable') throw error
        await pause(AGAIN_AFTER_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined)
      }
  }

  async #runOnce(id: QueuedCallId): Promise<void> {
    const { parts } = this.#deferral
    const { store, ports } = parts
    const key = `${id.exchange} ${id.call}`
    if (this.#running.has(key) || this.#stop.signal.aborted) return
    this.#running.set(key, id)
    try {
      // Read at once with the claim, not after it: what this call needs had ended before its job was put.
      const [row, found] = await Promise.all([
        claimQueuedCall(store.db, id, store.owner, ports.clock()),
        parts.stored(id.exchange),
      ])
      if (row !== undefined) await parts.during(id.exchange, (taken) => this.#work(row, found, taken))
    } finally {
      this.#running.delete(key)
    }
  }

  async #work(row: QueuedCallRow, found: FoundExchange | undefined, taken: AbortSignal): Promise<void> {
    const { parts } = this.#deferral
    if (found === undefined) return endQueuedCalls(parts.store.db, row.exchange, [row.call])
    const { opened } = found
    const call = readyCall(opened, row.call)
    if (call === undefined) return this.#settle(row)
    const problem = parts.ports.closed?.(opened.plan)
    if (problem !== undefined) return this.#conclude(row, opened, { outcome: unaskedOutcome(call, problem) })
    if (!row.idempotent && (await wasAsked(parts.store.db, row))) return this.#interrupted(opened, call)
    const notBefore = await parts.policies.get(call.planned.operation)?.notBefore()
    if (notBefore !== undefined) return this.#putOff(row, notBefore)
    await this.#ask(row, opened, { call, taken })
  }

  async #ask(
    row: QueuedCallRow,
    opened: OpenedExchange,
    { call, taken }: { readonly call: ReadyCall; readonly taken: AbortSignal },
  ): Promise<void> {
    const { ports, policies } = this.#deferral.parts
    const at = ports.clock()
    const number = (await ports.rows.begin(opened.plan, [call], at)).get(call.name)
    if (number === undefined) return this.#settle(row)
    if (number === 'over-quota')
      return this.#conclude(row, opened, { outcome: unaskedOutcome(call, 'access.quota-exceeded') })
    if (await this.#askedMeanwhile(row, number)) {
      await ports.rows.endAttempt(opened.plan, call.name, { number, fault: NOT_ASKED }, at)
      return this.#interrupted(opened, call)
    }
    const left = row.ends_at.getTime() - at.getTime()
    const deadline = AbortSignal.any([AbortSignal.timeout(Math.max(0, left)), this.#stop.signal, taken])
    const progress = { attempt: number, askedAt: at, put: false }
    // A job that waits holds a place others could work in: what has to wait for long goes back into the queue.
    const endsAt = new Date(at.getTime() + Math.min(left, TURN_PATIENCE_MS))
    const running: Running = { plan: opened.plan, call, deadline, endsAt, progress }
    const tried = await tryCall(running, ports, policies, false)
    const fault = tried.judgement.problem
    if (taken.aborted) return this.#drop(row, opened, running)
    if (tried.late && this.#stop.signal.aborted) return this.#leave(row, opened, running)
    if (!tried.late && this.#goesOn(opened, running, fault)) return this.#again(row, opened, { running, tried })
    await this.#uncountUnput(row, opened, running)
    await this.#conclude(row, opened, {
      outcome: outcomeOf(tried.judgement, running, at, ports.clock()),
      attempt: endedAttempt(tried.judgement, running),
    })
  }

  /** Nothing could be done now: that costs no attempt, and no line of the log. */
  async #putOff(row: QueuedCallRow, notBefore: Date): Promise<void> {
    const { ports, store } = this.#deferral.parts
    const dueAt = new Date(notBefore.getTime() + pauseAfter(1, ports.random))
    await releaseQueuedCall(store.db, row, store.owner, { dueAt, untried: true, now: ports.clock() })
  }

  /** Looked at again once this attempt has its number: another may have begun since. */
  async #askedMeanwhile(row: QueuedCallRow, before: number): Promise<boolean> {
    return before > 1 && !row.idempotent && wasAsked(this.#deferral.parts.store.db, row, { before })
  }

  /** As in the process that accepted: an optional part holds nothing up, and gets more tries once nothing waits for it. */
  #goesOn({ plan }: OpenedExchange, { call, progress }: Running, fault: ProblemCode | undefined): boolean {
    const { need, idempotent } = call.planned
    if (plan.outerEnd === undefined || !isMendable(fault) || (progress.put && !idempotent)) return false
    if (fault === PENDING) return true
    return need === 'required' || Date.parse(plan.deadline) <= this.#deferral.parts.ports.clock().getTime()
  }

  async #again(
    row: QueuedCallRow,
    opened: OpenedExchange,
    { running, tried }: { readonly running: Running; readonly tried: Tried },
  ): Promise<void> {
    const { parts } = this.#deferral
    const { call, progress } = running
    const now = parts.ports.clock()
    const fault = tried.judgement.problem ?? 'provider.unavailable'
    const ended = { number: progress.attempt, fault: progress.put ? fault : NOT_ASKED }
    await parts.ports.rows.endAttempt(opened.plan, call.name, ended, now)
    await this.#uncountUnput(row, opened, running)
    // Who looks whether a promised answer is there has not tried in vain.
    const counts = progress.put && fault !== PENDING
    if (counts && row.tries >= parts.tries) return this.#incident(opened, call, 'tries-used-up', fault)
    const dueAt = dueAfter(pauseAfter(row.tries, parts.ports.random), now, tried.notBefore)
    const waiting = { dueAt, fault, untried: !counts, now }
    const released = await releaseQueuedCall(parts.store.db, row, parts.store.owner, waiting)
    if (released !== undefined && counts) await this.#deferral.enqueue([released])
  }

  /** A call none of whose attempts was put counts against no limit. */
  async #uncountUnput(row: QueuedCallRow, { plan }: OpenedExchange, { call, progress }: Running): Promise<void> {
    if (call.planned.counting === undefined || progress.put) return
    const { ports, store } = this.#deferral.parts
    if (await wasAsked(store.db, row, { before: progress.attempt, ever: true })) return
    await ports.rows.uncount(plan, call)
  }

  /** Taken back while it was asked: call and row were ended by whoever did that. */
  async #drop(row: QueuedCallRow, opened: OpenedExchange, running: Running): Promise<void> {
    const { call, progress } = running
    const { ports } = this.#deferral.parts
    const ended = { number: progress.attempt, fault: progress.put ? 'provider.timeout' : NOT_ASKED }
    await ports.rows.endAttempt(opened.plan, call.name, ended, ports.clock())
    await this.#uncountUnput(row, opened, running)
  }

  /** This process stops: others take over, unless the question is out and must not be put twice. */
  async #leave(row: QueuedCallRow, opened: OpenedExchange, running: Running): Promise<void> {
    const { call, progress } = running
    const { parts } = this.#deferral
    const now = parts.ports.clock()
    const ended = { number: progress.attempt, fault: progress.put ? 'provider.timeout' : NOT_ASKED }
    await parts.ports.rows.endAttempt(opened.plan, call.name, ended, now)
    if (progress.put && !row.idempotent) return this.#interrupted(opened, call)
    await this.#uncountUnput(row, opened, running)
    await releaseQueuedCall(parts.store.db, row, parts.store.owner, { dueAt: now, untried: true, now })
  }

  #interrupted(opened: OpenedExchange, call: ReadyCall): Promise<void> {
    return this.#incident(opened, call, 'interrupted', 'provider.timeout')
  }

  async #incident(
    opened: OpenedExchange,
    { name, planned: { operation, idempotent } }: ReadyCall,
    cause: 'tries-used-up' | 'interrupted',
    fault: string,
  ): Promise<void> {
    const { parts } = this.#deferral
    await parts.openIncident(opened, { call: name, operation, cause, fault, idempotent })
    const { exchange } = await parts.locate(opened.plan)
    await this.#deferral.tellEnded({ exchange, call: name })
  }

  async #conclude(
    row: QueuedCallRow,
    { plan }: OpenedExchange,
    { outcome, attempt }: { readonly outcome: CallOutcome; readonly attempt?: EndedAttempt },
  ): Promise<void> {
    const { ports } = this.#deferral.parts
    await ports.rows.end(plan, outcome, attempt, ports.clock())
    ports.observer?.outcome?.(plan.exchangeId, outcome)
    await this.#settle(row, plan)
  }

  /**
   * The row ends last: who takes it from a process that died before, finds what is left to do. Of an exchange that cannot be
   * deferred nothing is, before its deadline: the process that waits for its calls goes on with it. A supplement that is due all the same is
   * found by the sweep.
   */
  async #settle(row: QueuedCallRow, plan?: ExchangePlan): Promise<void> {
    const { parts } = this.#deferral
    const later = plan === undefined || plan.outerEnd !== undefined || new Date(plan.deadline) <= parts.ports.clock()
    if (later && !(await this.#deferral.advance(row.exchange, row.call))) return this.#putOff(row, parts.ports.clock())
    await endQueuedCalls(parts.store.db, row.exchange, [row.call])
    if (later) await parts.supplement(row)
  }
}

const dueAfter = (waitMs: number, now: Date, notBefore: Date | undefined): Date =>
  new Date(Math.max(now.getTime() + waitMs, notBefore?.getTime() ?? 0))

const PENDING: ProblemCode = 'provider.pending'

const NONE: ReadonlySet<string> = new Set()

/** Undefined where it has ended, or can no longer be asked. */
const readyCall = ({ plan, known }: OpenedExchange, name: string): ReadyCall | undefined =>
  nextStep(plan, known, NONE).ready.find((call) => call.name === name)

const FIRST_MS = 1000
const LONGEST_MS = 600_000

/** Doubled after each try, with full jitter: what failed together does not come back together. */
export const pauseAfter = (tries: number, random: () => number = Math.random): number =>
  Math.max(100, Math.floor(random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, tries - 1))))
