import assert from 'node:assert/strict'
import type { AskedQuestion } from '../../src/simulator/start-simulator.ts'
import type { Consumers } from './consumers.ts'
import { type Estate, until } from './estate.ts'

/** What must hold whatever was killed. */

interface Counts {
  readonly exchanges: number
  readonly attempts: number
  readonly [what: string]: number
}

/** The sweep looks every two seconds; a busy machine takes its time. */
const SWEPT_WITHIN_MS = 15_000

/** Every exchange that was opened, acknowledged or not, has one opening and one closing entry and one answer. */
export async function assertEndedOnce(estate: Estate, withinMs = 60_000): Promise<Counts> {
  await until('no exchange is open', async () => (await openExchanges(estate)) === 0, withinMs)
  // An exchange whose outer end came is answered without its last calls: what still waits of them the sweep ends next.
  await until('no call is open', async () => (await openCalls(estate)) === 0, SWEPT_WITHIN_MS)
  const wrong = await estate.ask(
    `select exchange_id, state,
       (select count(*)::int from log_entry where exchange = exchange.id and event = 'opened') as opened,
       (select count(*)::int from log_entry where exchange = exchange.id and event = 'answered') as answered,
       (select count(*)::int from payload where exchange = exchange.id and kind = 'answer') as answers,
       (select count(*)::int from call where exchange = exchange.id and state <> 'ended' and not exists (
         select from call item where item.exchange = call.exchange and item.name like call.name || '.%')) as calls
     from exchange`,
  )
  assert.deepEqual(
    wrong.filter((row) => {
      const { state, opened, answered, answers, calls } = row as Record<string, unknown>
      return state !== 'closed' || opened !== 1 || answered !== 1 || answers !== 1 || calls !== 0
    }),
    [],
  )
  const [attempts] = await estate.ask<{ count: number }>('select count(*)::int as count from attempt')
  return { exchanges: wrong.length, attempts: attempts?.count ?? 0 }
}

/** Those that stand for items are over when their items are. */
async function openCalls(estate: Estate): Promise<number> {
  const [row] = await estate.ask<{ count: number }>(
    `select count(*)::int as count from call where state <> 'ended' and not exists (
       select from call item where item.exchange = call.exchange and item.name like call.name || '.%')`,
  )
  return row?.count ?? 0
}

async function openExchanges(estate: Estate): Promise<number> {
  const [row] = await estate.ask<{ count: number }>(
    `select count(*)::int as count from exchange where state <> 'closed'`,
  )
  return row?.count ?? 0
}

/** Nothing that a consumer holds is unknown to the log, and the same bytes still get the same answer. */
export async function assertNothingLost(estate: Estate, consumers: Consumers): Promise<void> {
  const known = await estate.ask<{ exchange_id: string }>(`select exchange_id from exchange where state = 'closed'`)
  const ids = new Set(known.map((row) => row.exchange_id))
  const lost = consumers.delivered.filter(({ signed }) => !ids.has(signed.exchangeId))
  assert.deepEqual(
    lost.map(({ signed }) => signed.exchangeId),
    [],
  )
  const different = await consumers.repeatAll()
  assert.deepEqual(
    different.map(({ signed }) => signed.exchangeId),
    [],
  )
}

interface SeenQuestion {
  readonly operation: string
  /** `<exchange id> <call>`; absent where the registry is not told. */
  readonly name: string | undefined
  readonly at: number
}

/** Counts what reaches the registries, and compares it with the rows that must stand there before. */
export class Questions {
  readonly #seen: SeenQuestion[] = []

  /** For the estate's `onAsked`. */
  readonly note = ({ operation, callContext }: AskedQuestion): void => {
    const name = /^edno (\S+ \S+)$/.exec(callContext?.['Remark'] ?? '')?.[1]
    this.#seen.push({ operation, name, at: Date.now() })
  }

  get count(): number {
    return this.#seen.length
  }

  /** No question without an attempt that began before it, whichever question of its call it was. */
  async assertRecordedBefore(estate: Estate): Promise<void> {
    const rows = await estate.ask<{ name: string; operation: string; started_at: Date }>(
      `select exchange_id || ' ' || call.name as name, operation, attempt.started_at from attempt
       join call on call.exchange = attempt.exchange and call.name = attempt.call
       join exchange on exchange.id = attempt.exchange order by attempt.started_at`,
    )
    const begun = groupBy(
      rows,
      ({ name }) => name,
      ({ started_at }) => started_at.getTime(),
    )
    const named = this.#seen.filter(({ name }) => name !== undefined)
    assert.ok(this.#seen.length === 0 || named.length > 0, 'no question told whose it was')
    const unrecorded: string[] = []
    for (const [name, times] of groupBy(
      named,
      (seen) => seen.name ?? '',
      ({ at }) => at,
    ))
      for (const [place, at] of times.entries())
        if (!((begun.get(name)?.[place] ?? Number.POSITIVE_INFINITY) <= at))
          unrecorded.push(`${name}, question ${place + 1}`)
    assert.deepEqual(unrecorded, [], 'asked without an attempt row before it')
    const attempts = groupBy(
      rows,
      ({ operation }) => operation,
      () => 1,
    )
    for (const [operation, questions] of groupBy(
      this.#seen,
      (seen) => seen.operation,
      () => 1,
    ))
      assert.ok(
        questions.length <= (attempts.get(operation)?.length ?? 0),
        `${operation}: ${questions.length} questions`,
      )
  }
}

function groupBy<Item, Value>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  valueOf: (item: Item) => Value,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? []
    group.push(valueOf(item))
    groups.set(keyOf(item), group)
  }
  return groups
}
