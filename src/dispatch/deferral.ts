import { setTimeout as pause } from 'node:timers/promises'
import type { ExchangePlan, OpenedExchange } from '../model/exchange.ts'
import { registryOf } from '../model/ids.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { SetAside } from '../ops/set-aside.ts'
import { isProblemCode } from '../problem/codes.ts'
import { outcomesOf } from '../store/calls.ts'
import { giveHint } from '../store/hints.ts'
import {
  type Enqueued,
  giveUpQueuedCalls,
  insertQueuedCalls,
  type QueuedCallId,
  type QueuedCallRow,
  queuedCallsOf,
  unenqueue,
} from '../store/queued-calls.ts'
import type { Store } from '../store/store.ts'
import { lacksRequired } from './in-plan-order.ts'
import type { CallForQueue, Later } from './later.ts'
import type { DispatchPorts } from './ports.ts'
import type { CallQueue } from './queue/call-queue.ts'
import type { RegistryPolicies } from './registry-policy.ts'
import type { StoredExchange } from './rows.ts'
import { nextStep } from './schedule.ts'
import { WaitingCalls } from './waiting-calls.ts'

/** An exchange as its rows have it. */
export interface FoundExchange {
  readonly state: 'open' | 'deferred' | 'closed'
  readonly opened: OpenedExchange
}

/** What the rest of edno does for the queue; `src/app/` provides it. */
export interface DeferralPorts {
  /** Undefined where nothing of it is kept any more. */
  readonly stored: (exchange: number) => Promise<FoundExchange | undefined>
  /** False where another process ends it. */
  readonly claim: (exchange: number) => Promise<boolean>
  /** Fan out, which only takes stock then, assemble, sign, close. */
  readonly complete: (opened: OpenedExchange) => Promise<unknown>
  /** False where the call has ended, or is an incident already. */
  readonly openIncident: (
    opened: Pick<OpenedExchange, 'plan'>,
    incident: {
      readonly call: string
      readonly operation: string
      readonly cause: 'tries-used-up' | 'interrupted'
      readonly fault?: string
      readonly idempotent: boolean
    },
  ) => Promise<boolean>
  /** Runs `work` with a signal that aborts when the exchange is taken back, anywhere. */
  readonly during: <T>(exchange: number, work: (taken: AbortSignal) => Promise<T>) => Promise<T>
  /** Signs what the call brought after the answer had left. */
  readonly supplement: (id: QueuedCallId) => Promise<void>
}

export interface DeferralParts extends DeferralPorts {
  readonly ports: DispatchPorts
  readonly policies: RegistryPolicies
  readonly store: Pick<Store, 'db' | 'owner' | 'hints'>
  readonly queue: CallQueue
  readonly locate: (plan: ExchangePlan) => Promise<StoredExchange>
  /** Registries that this process asks itself when an exchange begins here. */
  readonly served: ReadonlySet<string>
  /** How often a deferred call is tried before an operator must decide. */
  readonly tries: number
  readonly onError: (message: string, error: unknown) => void
}

/** Everything about work that goes on without the process in which its exchange began. */
export class Deferral {
  readonly parts: DeferralParts
  /** Exchanges that this process is about to close. */
  readonly ending = new Set<number>()
  /** Exchanges that the sweep has looked at: one that it cannot bring on stands before no other. */
  readonly aside = new SetAside<number>()
  readonly #waiting: WaitingCalls
  readonly #putting = new Set<Promise<void>>()
  #queueAway = false

  constructor(parts: DeferralParts) {
    this.parts = parts
    this.#waiting = new WaitingCalls(parts.store.db, parts.store.hints)
  }

  /** What the fan-out needs of it. */
  readonly later: Later = {
    servesHere: (registry) => this.parts.served.has(registry),
    queued: async (plan) => {
      const { exchange } = await this.parts.locate(plan)
      const rows = await queuedCallsOf(this.parts.store.db, exchange)
      const now = this.parts.ports.clock()
      const lives = ({ state, ends_at }: QueuedCallRow): boolean =>
        state === 'incident' || (state !== 'ended' && ends_at > now)
      return rows.filter(lives).map(({ call }) => call)
    },
    put: (plan, calls) => this.put(plan, calls),
    ended: async (plan, call, until) => {
      const { exchange, key } = await this.parts.locate(plan)
      for (;;) {
        const how = await this.#waiting.wait({ exchange, call }, until)
        if (how === undefined || how === 'incident') return how
        const [outcome] = await outcomesOf(this.parts.store.db, exchange, key, call)
        if (outcome !== undefined) return outcome
      }
    },
    faultOf: async (plan, call) => {
      const { exchange } = await this.parts.locate(plan)
      const rows = await queuedCallsOf(this.parts.store.db, exchange)
      const { fault } = rows.find((row) => row.call === call) ?? {}
      return fault?.startsWith('provider.') === true && isProblemCode(fault) ? fault : undefined
    },
    giveUp: async (plan, call) => {
      const { exchange } = await this.parts.locate(plan)
      await giveUpQueuedCalls(this.parts.store.db, exchange, [call])
    },
    interrupt: async (plan, { name, planned }, fault) => {
      const { operation, idempotent } = planned
      await this.parts.openIncident({ plan }, { call: name, operation, cause: 'interrupted', fault, idempotent })
    },
  }

  /** Rows of items first, then the rows of the queue, then jobs. */
  async put(plan: ExchangePlan, calls: readonly CallForQueue[]): Promise<void> {
    if (calls.length === 0) return
    const { ports, store, locate } = this.parts
    const now = ports.clock()
    const items = calls.filter(({ call }) => call.item).map(({ call }) => call.name)
    if (items.length > 0) await ports.rows.addItems(plan, items)
    const { exchange } = await locate(plan)
    const endsAt = endOf(plan, now)
    const fresh = calls.map(({ call: { name, planned }, fault, notBefore }) => ({
      call: name,
      registry: registryOf(planned.operation),
      idempotent: planned.idempotent,
      dueAt: notBefore ?? now,
      endsAt,
      ...(fault === undefined ? {} : { fault }),
    }))
    this.#enqueueSoon(await insertQueuedCalls(store.db, exchange, fresh, now))
  }

  /** Nobody waits for a queue that hangs: the rows are there, and the sweep brings what gets no job. */
  #enqueueSoon(rows: readonly Enqueued[]): void {
    const putting = this.enqueue(rows)
      .catch((error: unknown) =>
        this.parts.onError('calls without a job could not be noted; they are brought again', error),
      )
      .finally(() => this.#putting.delete(putting))
    this.#putting.add(putting)
  }

  /** A queue that is away takes nothing; the sweep brings it all again. */
  async enqueue(rows: readonly Enqueued[]): Promise<void> {
    if (rows.length === 0) return
    const now = this.parts.ports.clock().getTime()
    const jobs = rows.map(({ due_at, ...row }) => ({ ...row, delayMs: Math.max(0, due_at.getTime() - now) }))
    try {
      await this.parts.queue.add(jobs)
      this.#queueAway = false
    } catch (error) {
      if (!this.#queueAway) this.parts.onError('the queue takes no jobs; they are brought again', error)
      this.#queueAway = true
      await unenqueue(this.parts.store.db, rows)
    }
  }

  /**
   * What follows from the outcomes so far, of an exchange that runs in no process: its next calls are queued; where nothing
   * required is unanswered, or its outer end has come, its one answer is made. @returns false where that cannot be said yet: a process
   * that may not know of `ended` any more is about to hand its exchange over, and something hangs on it.
   */
  async advance(exchange: number, ended?: string): Promise<boolean> {
    const found = await this.parts.stored(exchange)
    if (found === undefined) return true
    if (found.state === 'open') return ended === undefined || !this.#hangsOn(found.opened, ended)
    await this.#goOn(exchange, found)
    return true
  }

  async #goOn(exchange: number, found: FoundExchange): Promise<void> {
    const { plan } = found.opened
    const outcomes = await this.#decide(found.opened)
    const over = Date.parse(plan.outerEnd ?? plan.deadline) <= this.parts.ports.clock().getTime()
    if (found.state === 'deferred' && (over || !lacksRequired(plan, outcomes))) await this.#end(exchange)
    else if (!over)
      await this.put(
        plan,
        nextStep(plan, outcomes, NONE).ready.map((call) => ({ call })),
      )
  }

  #hangsOn({ plan, known }: OpenedExchange, ended: string): boolean {
    if (plan.outerEnd === undefined || Date.parse(plan.outerEnd) <= this.parts.ports.clock().getTime()) return false
    const name = ended.split('.', 1)[0] ?? ended
    const others = (plan.anyOf ?? []).find((group) => group.includes(name)) ?? []
    const over = new Set(known.map(({ call }) => call))
    return plan.calls.some(
      (call) => call.name !== name && !over.has(call.name) && (call.needs.includes(name) || others.includes(call.name)),
    )
  }

  /** Calls that end without being asked, stored. */
  async #decide({ plan, known }: OpenedExchange): Promise<readonly CallOutcome[]> {
    const { rows, clock } = this.parts.ports
    const outcomes = [...known]
    for (;;) {
      const { decided, items } = nextStep(plan, outcomes, NONE)
      if (decided.length === 0) return outcomes
      if (items.length > 0) await rows.addItems(plan, items)
      for (const outcome of decided) await rows.end(plan, outcome, undefined, clock())
      outcomes.push(...decided)
    }
  }

  /** Read again by whoever got it: calls may have ended since. */
  async #end(exchange: number): Promise<void> {
    if (this.ending.has(exchange)) return
    this.ending.add(exchange)
    try {
      if (!(await this.parts.claim(exchange))) return
      const found = await this.parts.stored(exchange)
      if (found !== undefined) await this.parts.complete(found.opened)
    } finally {
      this.ending.delete(exchange)
    }
  }

  /** Tells whoever waits for it in another process; where a call ends with an outcome, the store does. */
  async tellEnded({ exchange, call }: QueuedCallId): Promise<void> {
    await giveHint(this.parts.store.db, { kind: 'call', exchange, call }).catch(() => undefined)
  }

  /** Jobs that are being put have a moment left. */
  async close(): Promise<void> {
    this.#waiting.close()
    await Promise.race([Promise.all(this.#putting), pause(CLOSING_MS, undefined, { ref: false })])
  }
}

const CLOSING_MS = 2000

const NONE: ReadonlySet<string> = new Set()

/** An exchange that is run again after a crash has its time again. */
function endOf({ outerEnd, deadline, receivedAt }: ExchangePlan, now: Date): Date {
  const outer = outerEnd === undefined ? 0 : Date.parse(outerEnd)
  if (outer > now.getTime()) return new Date(outer)
  const span = Date.parse(deadline) - Date.parse(receivedAt)
  return new Date(Math.max(Date.parse(deadline), now.getTime() + span))
}
