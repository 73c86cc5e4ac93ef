import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { breakerOf, openBreaker } from '../../../src/store/breakers.ts'
import { NOT_ASKED } from '../../../src/store/queued-calls.ts'
import { MOST_OF_KIND, queuedFor, registryActivity } from '../../../src/store/registry-activity.ts'
import { registryDrift } from '../../../src/store/registry-drift.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

const NOW = Date.parse('2026-03-02T12:00:00Z')
const ago = (minutes: number): Date => new Date(NOW - minutes * 60_000)

/** `[consumer, minutes ago, how each attempt of the question to `civil` ended: ms, or a fault]` */
const MADE = [
  ['troyan', 10, [100]],
  ['troyan', 20, ['provider.unavailable', 300]],
  ['troyan', 30, [200]],
  ['vidin', 40, ['provider.timeout']],
  ['vidin', 50, [NOT_ASKED, 'provider.planned-downtime', 'access.quota-exceeded']],
  ['lovech', 60 * 30, [9000]],
] as const

describe('how a registry was asked', function () {
  this.timeout(60_000)
  let store: Store
  before(async () => {
    store = await testStore()
    for (const [consumer, minutes, attempts] of MADE) await make(consumer, ago(minutes), attempts)
  })

  async function make(consumer: string, at: Date, attempts: readonly (number | string)[]): Promise<void> {
    const last = attempts.at(-1)
    const outcome = typeof last === 'number' ? 'found' : 'failed'
    const { rows } = await sql<{ id: number }>`
      insert into exchange (consumer, exchange_id, service, case_reference, request_digest, received_at, deadline,
        retention_class, key_id, kind)
      values (${consumer}, gen_random_uuid(), 'taxi-permit@1', 'К', sha256('x'), ${at}, ${at}, 'standard', 'k',
        exchange_kind_of('taxi-permit@1', '', '', array['cars:-', ${`civil:${outcome}`}]))
      returning id`.execute(store.db)
    const { id } = rows[0]!
    await sql`
      insert into call (exchange, name, operation, need, state, outcome, started_at, ended_at) values
        (${id}, 'a', 'civil/person@1', 'optional', 'ended', ${outcome}, ${at}, ${at}),
        (${id}, 'b', 'cars/registration@1', 'optional', 'ended', 'found', ${at}, ${at})`.execute(store.db)
    for (const [place, ended] of attempts.entries()) {
      const ms = typeof ended === 'number' ? ended : 1
      await sql`
        insert into attempt (exchange, call, number, started_at, ended_at, fault)
        values (${id}, 'a', ${place + 1}, ${at}, ${new Date(at.getTime() + ms)}, ${typeof ended === 'number' ? null : ended})`.execute(
        store.db,
      )
    }
  }

  it('is told by consumer, kind of error and time, of the window alone', async () => {
    const activity = await registryActivity(store.db, 'civil', ago(60 * 24))
    assert.deepEqual(activity, {
      exchanges: 4,
      whole: true,
      oldest: ago(50).toISOString(),
      latency: { answers: 3, p50Ms: 200, p95Ms: 290 },
      errors: [
        { code: 'provider.timeout', count: 1, lastAt: new Date(ago(40).getTime() + 1).toISOString() },
        { code: 'provider.unavailable', count: 1, lastAt: new Date(ago(20).getTime() + 1).toISOString() },
      ],
      consumers: [
        { consumer: 'troyan', questions: 3, answered: 3 },
        { consumer: 'vidin', questions: 1, answered: 0 },
      ],
      newest: { ended: 5, failed: 2 },
    })
  })

  it('is nothing where nobody asked', async () => {
    const nothing = {
      ...{ exchanges: 0, whole: true, oldest: null, errors: [], consumers: [], newest: { ended: 0, failed: 0 } },
      latency: { answers: 0, p50Ms: null, p95Ms: null },
    }
    assert.deepEqual(await registryActivity(store.db, 'civ', ago(60 * 24)), nothing)
    assert.deepEqual(await registryActivity(store.db, 'civil', ago(5)), nothing)
    assert.equal(await queuedFor(store.db, 'civil'), 0)
  })

  it('is looked for in the newest exchanges alone, and says since when these are all', async () => {
    await sql`
      insert into exchange (consumer, exchange_id, service, case_reference, request_digest, received_at, deadline,
        retention_class, key_id, kind)
      select 'ruse', gen_random_uuid(), 'taxi-permit@1', 'К', sha256('x'), ${ago(15)}::timestamptz - number * interval '1 ms', ${ago(1)},
        'standard', 'k', exchange_kind_of('taxi-permit@1', '', '', array['cars:-', 'civil:found'])
      from generate_series(1, ${MOST_OF_KIND}) as number`.execute(store.db)
    await sql`
      insert into call (exchange, name, operation, need, state, outcome, started_at, ended_at)
      select id, 'a', 'civil/person@1', 'optional', 'ended', 'found', received_at, received_at
      from exchange where consumer = 'ruse'`.execute(store.db)
    await sql`analyze`.execute(store.db)
    const activity = await registryActivity(store.db, 'civil', ago(60 * 24))
    // One of Троян is newer than they are; whatever is older than the oldest of them is left out, of other kinds as well.
    assert.deepEqual([activity.exchanges, activity.whole], [MOST_OF_KIND, false])
    assert.equal(activity.oldest, new Date(ago(15).getTime() - MOST_OF_KIND + 1).toISOString())
    assert.deepEqual(activity.consumers, [
      { consumer: 'ruse', questions: MOST_OF_KIND - 1, answered: MOST_OF_KIND - 1 },
      { consumer: 'troyan', questions: 1, answered: 1 },
    ])
  })

  it('finds answers that drifted by their own index', async () => {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select operation, drift, ended_at from call
      where drift is not null and split_part(operation, '/', 1) = 'civil' and ended_at >= ${ago(60)}::timestamptz
      order by ended_at desc limit 10000`.execute(store.db)
    assert.match(rows.map((row) => row['QUERY PLAN']).join('\n'), /call_drift/)
    assert.deepEqual(await registryDrift(store.db, 'civil', ago(60)), [])
  })

  it('tells a registry that is taken for dead, by the clock of the database', async () => {
    assert.equal(await breakerOf(store.db, 'civil'), undefined)
    await openBreaker(store.db, 'civil', 60_000)
    const open = await breakerOf(store.db, 'civil')
    assert.deepEqual([open?.opened, open?.due], [1, false])
    assert.ok(open!.nextTryAt > open!.openedAt)
    await openBreaker(store.db, 'cars', 0)
    assert.equal((await breakerOf(store.db, 'cars'))?.due, true)
  })
})
