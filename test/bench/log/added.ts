import { setTimeout as pause } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { entryBytes } from '../../../src/exchange-log/entry.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { insertAttempts } from '../../../src/store/attempts.ts'
import type { Store } from '../../../src/store/store.ts'
import { aLog, anExchange, consumer } from '../../unit/exchange-log/exchanges.ts'
import { entriesOf } from '../../unit/exchange-log/memory-log.ts'
import { percentile } from '../load.ts'

export interface Added {
  /** Milliseconds at p50. */
  readonly withLog: number
  readonly without: number
  /** Putting entries together and hashing them, which both do. */
  readonly building: number
  /** Until the receipt of an answer is there, after its exchange was closed. */
  readonly receipt: number
}

const EXCHANGES = 1000
/** Before: a new database has neither plans nor pages yet. */
const WARM_UP = 100
const BETWEEN_MS = 10

/**
 * Opening, asking and closing, with the log's entries and its integrator, and by the same statements without them: one after the other
 * in turns. Each begins a moment after the one before it, when its receipt is there: a database that was left alone is slower at
 * first, which is no cost of the log's.
 */
export async function addedToExchanges(store: Store, signingKeyPem: string): Promise<Added> {
  const log = aLog(store, { signingKeyPem })
  const bare = withoutEntries(store)
  const bareLog = aLog(bare, { signingKeyPem })
  // It writes, and integrates nothing.
  await bareLog.stop()
  const times = { with: [] as number[], without: [] as number[], receipt: [] as number[] }
  await log.start()
  try {
    for (let i = 0; i < WARM_UP; i += 1) {
      await one(log, store)
      await one(bareLog, bare)
    }
    for (let i = 0; i < EXCHANGES; i += 1) {
      times.receipt.push(await untilReceipt(log, store, times.with))
      await pause(BETWEEN_MS)
      times.without.push((await one(bareLog, bare)).ms)
      await pause(BETWEEN_MS)
    }
  } finally {
    await log.stop()
  }
  const p50 = (all: readonly number[]): number => percentile(all, 0.5)
  return { withLog: p50(times.with), without: p50(times.without), receipt: p50(times.receipt), building: building() }
}

async function one(
  log: ExchangeLog,
  { db }: Store,
): Promise<{ readonly ms: number; readonly id: ReturnType<typeof anExchange>['plan']['exchangeId'] }> {
  const sample = anExchange()
  const { plan } = sample
  const started = performance.now()
  const opened = await log.open(plan, sample.request)
  if (opened.stage !== 'opened') throw new Error('it was there before')
  const { exchange } = await log.handleOf(plan)
  const at = new Date()
  await insertAttempts(db, exchange, [{ call: 'driver', startedAt: at }], log.asked(plan, at))
  await log.close(opened, sample.answer, sample.outcomes)
  return { ms: performance.now() - started, id: plan.exchangeId }
}

/** An exchange, and how long its receipt takes after it was closed. */
async function untilReceipt(log: ExchangeLog, store: Store, times: number[]): Promise<number> {
  const { ms, id } = await one(log, store)
  times.push(ms)
  const closed = performance.now()
  if ((await log.waitForReceipt(consumer, id, 5000)) === undefined) throw new Error('no receipt')
  return performance.now() - closed
}

/** The same statements, whose part that appends an entry only selects it. */
function withoutEntries(store: Store): Store {
  const executeQuery = (query: CompiledQuery): Promise<unknown> =>
    store.db.executeQuery(CompiledQuery.raw(stripped(query.sql), [...query.parameters]))
  const db = new Proxy(store.db, {
    get: (target, name) => {
      if (name === 'executeQuery') return executeQuery
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
  return { ...store, db }
}

const stripped = (text: string): string =>
  text.replace(/insert into log_entry \([^)]*\)/, '').replace(/returning id(\s*\)\s*select id from logged)/, '$1')

const BUILT = 2000

/** Three entries: opened, asked, answered. */
function building(): number {
  const times = Array.from({ length: BUILT }, () => {
    const started = performance.now()
    for (const entry of entriesOf(new Date())) leafHash(entryBytes(entry))
    return performance.now() - started
  })
  return percentile(times, 0.5)
}
