import { bulkhead } from 'cockatiel'
import type { ExchangePlan } from '../model/exchange.ts'
import type { OperationRef } from '../model/ids.ts'
import { classOf } from '../model/retention.ts'
import { sofiaDay } from '../model/sofia-day.ts'
import type { Need } from '../model/service.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { endAttempt, insertAttempts } from '../store/attempts.ts'
import { type EndedCall, insertCalls, recordOutcomes } from '../store/calls.ts'
import { type Begun, type CountedAttempt, insertCountedAttempts, uncount } from '../store/quotas.ts'
import type { EntryFrame } from '../store/log-entries.ts'
import type { MarkedName } from '../store/person-marks.ts'
import type { PayloadKey } from '../store/payload-cipher.ts'
import type { Executor } from '../store/tables/tables.ts'
import { countersOf } from './counters.ts'
import { gather } from './gather.ts'
import { Together } from './together.ts'
import type { DispatchRows } from './ports.ts'
import type { ReadyCall } from './schedule.ts'

/** Where the rows of an exchange are, and the key its payloads are encrypted with. */
export interface StoredExchange {
  readonly exchange: number
  readonly key: PayloadKey
}

export interface StoreRowsOptions {
  readonly db: Executor
  /** Looked up once for each plan. */
  readonly locate: (plan: ExchangePlan) => Promise<StoredExchange>
  /** The entry of the exchange log that stands before every question. */
  readonly asked: (plan: ExchangePlan, at: Date) => EntryFrame
  /** Whom a question is about, as it is kept; absent: nothing is. */
  readonly about?: (plan: ExchangePlan, call: ReadyCall) => readonly MarkedName[]
}

/** Of the store's connections, how many may write outcomes at once. */
const CONNECTIONS_FOR_ROWS = 10

/** The rows of dispatch on the store's repositories. */
export function storeRows({ db, locate, asked, about = () => [] }: StoreRowsOptions): DispatchRows {
  const located = new WeakMap<ExchangePlan, Promise<StoredExchange>>()
  const find = (plan: ExchangePlan): Promise<StoredExchange> => {
    const known = located.get(plan) ?? locate(plan)
    located.set(plan, known)
    return known
  }
  const endings = endingsOn(db, find)
  const addItems = async (plan: ExchangePlan, items: readonly string[]): Promise<void> => {
    const { exchange } = await find(plan)
    await insertCalls(
      db,
      exchange,
      items.map((name) => ({ name, ...plannedOf(plan, name) })),
    )
  }
  return {
    addItems,
    begin: async (plan, calls, at) => {
      const items = calls.filter(({ item }) => item).map(({ name }) => name)
      if (items.length > 0) await addItems(plan, items)
      const { exchange } = await find(plan)
      const questions = calls.map((call) => ({
        ...{ call: call.name, startedAt: at, counters: countersOf(call.planned) },
        about: about(plan, call),
      }))
      const begun = await begin(db, exchange, questions, { at, entry: asked(plan, at) })
      endings.begun(plan, begun.keys())
      return begun
    },
    uncount: async (plan, { name, planned }) => {
      const { exchange } = await find(plan)
      await uncount(db, exchange, name, countersOf(planned))
    },
    endAttempt: async (plan, call, attempt, at) => {
      const { exchange } = await find(plan)
      await endAttempt(db, exchange, { call, ...attempt, endedAt: at })
    },
    end: (plan, outcome, attempt, at) =>
      endings.write(plan, {
        ...{ outcome, endedAt: at, retentionClass: classOf(plan) },
        ...(attempt === undefined ? {} : { attempt }),
      }),
  }
}

/** Calls of one exchange that end close together are stored together. */
function endingsOn(db: Executor, find: StoreRowsOptions['locate']) {
  // A registry's answer can start a hundred calls: their rows must not take every connection from the other exchanges.
  const few = bulkhead(CONNECTIONS_FOR_ROWS, Number.MAX_SAFE_INTEGER)
  const known = new WeakMap<ExchangePlan, Endings>()
  const endingsOf = (plan: ExchangePlan): Endings => {
    const before = known.get(plan)
    if (before !== undefined) return before
    const out = new Together()
    const write = async (ended: readonly EndedCall[]): Promise<void> => {
      const { exchange, key } = await find(plan)
      await few.execute(() => recordOutcomes(db, exchange, key, ended))
    }
    const fresh = { out, add: gather(write, () => out.moment()) }
    known.set(plan, fresh)
    return fresh
  }
  return {
    begun: (plan: ExchangePlan, calls: Iterable<string>): void => endingsOf(plan).out.begin(calls),
    write: (plan: ExchangePlan, ended: EndedCall): Promise<void> => {
      const { out, add } = endingsOf(plan)
      out.end(ended.outcome.call)
      return add(ended)
    },
  }
}

interface Endings {
  readonly out: Together
  readonly add: (ended: EndedCall) => Promise<void>
}

/** Calls without limits take the shorter way. */
const begin = (
  db: Executor,
  exchange: number,
  attempts: readonly CountedAttempt[],
  { at, entry }: { readonly at: Date; readonly entry: EntryFrame },
): Promise<ReadonlyMap<string, Begun>> =>
  attempts.some(({ counters }) => counters.length > 0)
    ? insertCountedAttempts(db, exchange, sofiaDay(at), { attempts, entry })
    : insertAttempts(db, exchange, attempts, entry)

/** An item has the operation and the need of its call: `managers.0` those of `managers`. */
function plannedOf(plan: ExchangePlan, item: string): { operation: OperationRef; need: Need } {
  const call = plan.calls.find(({ name }) => name === item.split('.')[0])
  if (call === undefined) throw new BrokerError('broker.internal', 'an item of a call that is not in the plan')
  return { operation: call.operation, need: call.need }
}
