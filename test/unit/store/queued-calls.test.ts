import assert from 'node:assert/strict'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { partyId } from '../../../src/model/ids.ts'
import {
  type Enqueued,
  insertQueuedCalls,
  queuedExchangesOf,
  takeAllWaiting,
  takeUnqueued,
  unenqueue,
} from '../../../src/store/queued-calls.ts'
import type { Store } from '../../../src/store/store.ts'
import { anExchange } from '../exchange-log/exchanges.ts'
import { type OpenLog, openLog } from '../exchange-log/open-log.ts'

describe('the queue of calls', function () {
  this.timeout(60_000)
  let own: OpenLog
  let store: Store
  let log: ExchangeLog
  beforeEach(async () => {
    own = await openLog()
    ;({ store, log } = own)
  })
  afterEach(() => own.close())

  const MINUTE = 60_000
  const ago = (ms: number): Date => new Date(Date.now() - ms)
  /** An exchange whose one call waits; told as its number. */
  const wait = async (registry: string, consumer = 'troyan', dueAt = ago(MINUTE)): Promise<Enqueued> => {
    const { plan, request } = anExchange({ consumer: partyId(consumer) })
    await log.open(plan, request)
    const { exchange } = await log.handleOf(plan)
    const call = { call: 'driver', registry, idempotent: true, dueAt, endsAt: ago(-MINUTE) }
    const [row] = await insertQueuedCalls(store.db, exchange, [call], new Date())
    assert.ok(row)
    return row
  }
  const waitMany = async (count: number, ...of: Parameters<typeof wait>): Promise<Enqueued[]> => {
    const rows: Enqueued[] = []
    for (let at = 0; at < count; at += 1) rows.push(await wait(...of))
    return rows
  }
  const take = async (limit: number, resting: readonly string[] = []): Promise<readonly Enqueued[]> =>
    takeUnqueued(store.db, { now: new Date(), before: ago(10_000), limit, resting })
  const countOf = (rows: readonly Enqueued[], registry: string): number =>
    rows.filter((row) => row.registry === registry).length

  it('brings as many of each registry as of any other, however many wait for one', async () => {
    await unenqueue(store.db, [
      ...(await waitMany(8, 'slow', 'troyan', ago(2 * MINUTE))),
      ...(await waitMany(2, 'well')),
    ])
    const taken = await take(3)
    assert.deepEqual([countOf(taken, 'slow'), countOf(taken, 'well')], [3, 2])
  })

  it('brings those without a job before those whose job may be lost', async () => {
    const lost = await waitMany(3, 'slow', 'troyan', ago(2 * MINUTE))
    await store.db
      .updateTable('queued_call')
      .set({ enqueued_at: ago(MINUTE) })
      .execute()
    const [jobless] = await waitMany(1, 'slow')
    assert.ok(jobless)
    await unenqueue(store.db, [jobless])
    assert.deepEqual(
      (await take(1)).map(({ exchange }) => exchange),
      [jobless.exchange],
    )
    assert.deepEqual(
      (await take(10)).map(({ exchange }) => exchange).sort(),
      lost.map(({ exchange }) => exchange).sort(),
    )
    assert.deepEqual(await take(10), [])
  })

  it('brings none of a registry that rests', async () => {
    await unenqueue(store.db, [await wait('dead'), await wait('well')])
    assert.deepEqual(
      (await take(10, ['dead'])).map(({ registry }) => registry),
      ['well'],
    )
    assert.equal((await take(10)).length, 1)
  })

  it('brings the first of each consumer before the second of another, and says how many are ahead', async () => {
    const many = await waitMany(5, 'slow', 'troyan', ago(2 * MINUTE))
    const [one] = await waitMany(1, 'slow', 'iama')
    assert.deepEqual(
      many.map(({ ahead }) => ahead),
      [0, 1, 2, 3, 4],
    )
    assert.equal(one?.ahead, 0)
    await unenqueue(store.db, [...many, one])
    const taken = await take(2)
    assert.deepEqual(taken.map(({ exchange }) => exchange).sort(), [many[0]!.exchange, one.exchange].sort())
    assert.deepEqual((await takeAllWaiting(store.db, new Date())).map(({ ahead }) => ahead).sort(), [0, 0, 1, 2, 3, 4])
  })

  it('knows how many exchanges of a consumer wait in it', async () => {
    await waitMany(3, 'slow')
    await wait('slow', 'iama')
    await store.db.updateTable('queued_call').set({ state: 'ended' }).where('exchange', '=', 1).execute()
    const counts = [['troyan', 10] as const, ['troyan', 1] as const, ['iama', 10] as const, ['other', 10] as const]
    const counted = await Promise.all(counts.map(([party, most]) => queuedExchangesOf(store.db, party, most)))
    assert.deepEqual(counted, [2, 1, 1, 0])
  })
})
