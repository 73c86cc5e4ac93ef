import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { UsageDimension } from '../../../src/model/usage.ts'
import type { Store } from '../../../src/store/store.ts'
import { callsBy, exchangesBy, mediansBy } from '../../../src/store/usage.ts'
import { countDays, countNextDay } from '../../../src/store/usage-counting.ts'
import { testStore } from '../../support/database.ts'

/** `[consumer, service, when, elapsed]`; each with one call that was found and one that failed. */
const MADE = [
  ['troyan', 'taxi-permit@1', '2026-01-31T23:30:00Z', 1000],
  ['troyan', 'taxi-permit@1', '2026-02-03T08:00:00Z', 100],
  ['troyan', 'taxi-permit@1', '2026-02-03T09:00:00Z', 200],
  ['vidin', 'taxi-permit@1', '2026-02-04T09:00:00Z', 300],
  ['vidin', 'vehicle-tax@1', '2026-02-20T09:00:00Z', 5000],
] as const

describe('usage', function () {
  this.timeout(30_000)
  let store: Store
  before(async () => {
    store = await testStore()
    for (const [number, [consumer, service, at, elapsed]] of MADE.entries())
      await make(number, { consumer, service, at, elapsed })
  })

  async function make(
    number: number,
    {
      consumer,
      service,
      at,
      elapsed,
      state = 'closed',
    }: { consumer: string; service: string; at: string; elapsed: number; state?: string },
  ): Promise<void> {
    const received = new Date(at)
    const closed = state === 'closed' ? new Date(received.getTime() + elapsed) : null
    await sql`
      with made as (
        insert into exchange (consumer, exchange_id, service, case_reference, request_digest, received_at, deadline, retention_class,
          key_id, state, status, closed_at)
        values (${consumer}, gen_random_uuid(), ${service}, 'К', sha256(${String(number)}::text::bytea), ${received}, ${received},
          'standard', 'k', ${state}, ${state === 'closed' ? 'complete' : null}, ${closed})
        returning id
      )
      insert into call (exchange, name, operation, need, state, outcome, elapsed_ms)
      select id, name, operation, 'optional', 'ended', outcome, ${elapsed}::integer
      from made, (values ('a', 'civil/person@1', 'found'), ('b', 'cars/registration@1', 'failed')) as calls (name, operation, outcome)`.execute(
      store.db,
    )
  }

  const YEAR = { from: '2026-01', to: '2026-12' }
  const by = (...names: UsageDimension[]) => ({ ...YEAR, by: names })
  const everything = async () => ({
    exchanges: await exchangesBy(store.db, by('month', 'consumer', 'service', 'status')),
    calls: await callsBy(store.db, by('month', 'consumer', 'registry', 'outcome')),
    services: await mediansBy(store.db, 'service', by('month', 'service')),
    registries: await mediansBy(store.db, 'registry', by('registry')),
  })

  it('is counted by the months of the calendar in Sofia', async () => {
    // Half past one in the night of 1 February there.
    assert.deepEqual(await exchangesBy(store.db, by('month')), [{ month: '2026-02', exchanges: 5 }])
    assert.deepEqual(await exchangesBy(store.db, { ...by('month'), from: '2026-03' }), [])
  })

  it('tells calls and answers apart by registry and outcome', async () => {
    assert.deepEqual(await callsBy(store.db, by('registry', 'outcome')), [
      { registry: 'cars', outcome: 'failed', calls: 5, answered: 0 },
      { registry: 'civil', outcome: 'found', calls: 5, answered: 5 },
    ])
    assert.deepEqual(await callsBy(store.db, { ...by(), consumer: 'vidin', registry: 'civil' }), [
      { calls: 2, answered: 2 },
    ])
  })

  it('has medians that are off by less than a fortieth', async () => {
    const [all] = await mediansBy(store.db, 'service', by())
    assert.ok(Math.abs(all!.medianMs - 300) <= 300 / 40, String(all!.medianMs))
    const taxi = (await mediansBy(store.db, 'service', by('service'))).find(
      ({ service }) => service === 'taxi-permit@1',
    )
    assert.ok(Math.abs(taxi!.medianMs - 200) <= 200 / 40, String(taxi!.medianMs))
  })

  it('is the same once its days are counted, however often and by however many', async () => {
    const before = await everything()
    const days = await Promise.all([1, 2, 3].map(() => countDays(store.db, '2026-06-01')))
    assert.equal(
      days.reduce((sum, count) => sum + count, 0),
      4,
    )
    assert.deepEqual(await everything(), before)
    assert.equal(await countDays(store.db, '2026-06-01'), 0)
    // Counted, and not read off the rows again.
    await sql`delete from call`.execute(store.db)
    await sql`delete from exchange`.execute(store.db)
    assert.deepEqual(await everything(), before)
  })

  it('waits for what is open, but not for ever, and leaves today and yesterday alone', async () => {
    await make(100, { consumer: 'troyan', service: 's@1', at: '2026-07-01T09:00:00Z', elapsed: 1, state: 'deferred' })
    await make(101, { consumer: 'troyan', service: 's@1', at: '2026-07-10T09:00:00Z', elapsed: 1 })
    assert.equal(await countNextDay(store.db, '2026-07-20'), undefined)
    assert.equal(await countNextDay(store.db, '2026-08-10'), '2026-07-01')
    assert.equal(await countNextDay(store.db, '2026-07-11'), undefined)
    const { length } = await exchangesBy(store.db, { ...by('month'), from: '2026-07' })
    assert.equal(length, 1)
  })
})
