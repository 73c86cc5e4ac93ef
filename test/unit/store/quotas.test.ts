import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { exchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import { attemptsOf } from '../../../src/store/attempts.ts'
import { recordOutcomes } from '../../../src/store/calls.ts'
import { insertExchange } from '../../../src/store/exchanges.ts'
import { openDatabase } from '../../../src/store/pool.ts'
import { type Begun, type Counter, insertCountedAttempts, questionsOf, uncount } from '../../../src/store/quotas.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import type { Tables } from '../../../src/store/tables/tables.ts'
import { ASKED } from '../../support/asked-frame.ts'
import { openFolder, testDatabaseUrl } from '../../support/database.ts'

const DAY = '2026-03-02'
const start = new Date('2026-03-02T08:00:00Z')
const operation = operationRef('civil-registry/valid-person@1')

describe('counting questions', function () {
  this.timeout(60_000)
  let store: Store
  let other: Kysely<Tables>
  let folder: string
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    folder = await openFolder()
    store = await openStore({ databaseUrl, dataDirectory: folder, payloadKeyFile: `${folder}/payload.key` })
    other = openDatabase({ databaseUrl, connections: 20, statementTimeoutMs: 20_000 })
  })
  after(async () => {
    await other.destroy()
    await store.close()
    await rm(folder, { recursive: true })
  })

  const anExchange = async (...calls: string[]): Promise<number> => {
    const scope = { consumer: partyId('troyan'), exchangeId: exchangeId(randomUUID()) }
    const id = await insertExchange(
      store.db,
      {
        ...scope,
        service: serviceRef('taxi-permit', 1),
        caseReference: 'TR-1',
        requestDigest: Buffer.alloc(32),
        receivedAt: start,
        deadline: start,
        retentionClass: 'standard',
        owner: 0,
        key: store.cipher.newKey(scope),
        payloads: [],
        calls: calls.map((name) => ({ name, operation, need: 'required' })),
      },
      { bytes: Buffer.from('opened'), leafHash: Buffer.alloc(32), event: 'opened' },
    )
    return id!
  }
  const begin = async (
    exchange: number,
    calls: readonly string[],
    counters: readonly Counter[],
    { db = store.db, day = DAY }: { db?: Kysely<Tables>; day?: string } = {},
  ): Promise<ReadonlyMap<string, Begun>> =>
    insertCountedAttempts(db, exchange, day, {
      attempts: calls.map((call) => ({ call, startedAt: start, counters })),
      entry: ASKED,
    })
  const aCounter = (perDay?: number): Counter => ({
    name: `agreement:${randomUUID()}`,
    ...(perDay === undefined ? {} : { perDay }),
  })
  const used = async ({ name }: Counter, day = DAY): Promise<number | undefined> =>
    (await questionsOf(store.db, day, [name])).get(name)

  it('lets exactly as many through as the limit says, of many at once through two pools', async () => {
    const agreement = aCounter(25)
    const total = { ...aCounter(40), name: `operation:${randomUUID()}` }
    const exchanges = await Promise.all(Array.from({ length: 60 }, () => anExchange('driver')))
    const results = await Promise.all(
      exchanges.map(async (exchange, index) =>
        // The counters in both orders: who locks in the order of the call would wait for the other for ever.
        begin(exchange, ['driver'], index % 2 === 0 ? [agreement, total] : [total, agreement], {
          db: index % 3 === 0 ? other : store.db,
        }),
      ),
    )
    const through = results.filter((begun) => begun.get('driver') === 1).length
    assert.equal(through, 25)
    assert.equal(results.filter((begun) => begun.get('driver') === 'over-quota').length, 35)
    assert.deepEqual([await used(agreement), await used(total)], [25, 25])
  })

  it('waits for who counts at the same moment, and judges by what that one left', async () => {
    const counter = aCounter(2)
    await begin(await anExchange('a'), ['a'], [counter])
    const waiting = await anExchange('a')
    let late: Promise<ReadonlyMap<string, Begun>> | undefined
    await store.transaction(async (tx) => {
      const row = tx.selectFrom('quota_use').selectAll().where('counter', '=', counter.name)
      await row.forUpdate().execute()
      late = begin(waiting, ['a'], [counter], { db: other })
      await pause(200)
      await tx.updateTable('quota_use').set({ used: 2 }).where('counter', '=', counter.name).execute()
    })
    assert.equal((await late)?.get('a'), 'over-quota')
    assert.equal(await used(counter), 2)
  })

  it('counts against all limits of a question or against none', async () => {
    const wide = aCounter(10)
    const narrow = aCounter(1)
    const exchange = await anExchange('a', 'b', 'c')
    const begun = await begin(exchange, ['a', 'b', 'c'], [wide, narrow])
    assert.deepEqual([...begun].sort(), [
      ['a', 1],
      ['b', 'over-quota'],
      ['c', 'over-quota'],
    ])
    assert.deepEqual([await used(wide), await used(narrow)], [1, 1])
  })

  it('writes no attempt for a question over the limit, and leaves its call as it was', async () => {
    const exchange = await anExchange('a', 'b')
    await begin(exchange, ['a', 'b'], [aCounter(1)])
    assert.deepEqual(
      (await attemptsOf(store.db, exchange)).map(({ call }) => call),
      ['a'],
    )
    const rows = await store.db.selectFrom('call').select(['name', 'state']).where('exchange', '=', exchange).execute()
    assert.deepEqual(rows.map(({ name, state }) => `${name} ${state}`).sort(), ['a running', 'b planned'])
  })

  it('counts a call that is asked again once, also on another day, and does not refuse it', async () => {
    const counter = aCounter(1)
    const exchange = await anExchange('a')
    assert.equal((await begin(exchange, ['a'], [counter])).get('a'), 1)
    assert.equal((await begin(exchange, ['a'], [counter])).get('a'), 2)
    assert.equal((await begin(exchange, ['a'], [counter], { day: '2026-03-03' })).get('a'), 3)
    assert.deepEqual([await used(counter), await used(counter, '2026-03-03')], [1, undefined])
  })

  it('begins with nothing on the next day', async () => {
    const counter = aCounter(1)
    await begin(await anExchange('a'), ['a'], [counter])
    const next = await anExchange('a')
    assert.equal((await begin(next, ['a'], [counter])).get('a'), 'over-quota')
    assert.equal((await begin(next, ['a'], [counter], { day: '2026-03-03' })).get('a'), 1)
  })

  it('counts without a limit too', async () => {
    const counter = aCounter()
    const begun = await begin(await anExchange('a', 'b'), ['a', 'b'], [counter])
    assert.deepEqual([...begun.values()], [1, 1])
    assert.equal(await used(counter), 2)
  })

  it('lets calls without limits through beside those that are over', async () => {
    const full = aCounter(0)
    const exchange = await anExchange('a', 'b')
    const begun = await insertCountedAttempts(store.db, exchange, DAY, {
      attempts: [
        { call: 'a', startedAt: start, counters: [full] },
        { call: 'b', startedAt: start, counters: [] },
      ],
      entry: ASKED,
    })
    assert.deepEqual([begun.get('a'), begun.get('b')], ['over-quota', 1])
  })

  it('says nothing of a call that has ended', async () => {
    const counter = aCounter(5)
    const exchange = await anExchange('a')
    const key = store.cipher.newKey({ consumer: partyId('troyan'), exchangeId: exchangeId(randomUUID()) })
    const outcome = { call: 'a', operation, outcome: 'skipped', elapsedMs: 0 } as const
    await recordOutcomes(store.db, exchange, key, [{ outcome, endedAt: start, retentionClass: 'standard' }])
    assert.equal((await begin(exchange, ['a'], [counter])).size, 0)
    assert.equal((await used(counter)) ?? 0, 0)
  })

  it('takes a count back once, on the day on which it was made', async () => {
    const counter = aCounter(1)
    const exchange = await anExchange('a')
    await begin(exchange, ['a'], [counter])
    await uncount(store.db, exchange, 'a', [counter])
    await uncount(store.db, exchange, 'a', [counter])
    assert.equal(await used(counter), 0)
    assert.equal((await begin(await anExchange('a'), ['a'], [counter])).get('a'), 1)
  })
})
