import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { UsageDimension, UsageQuestion } from '../../../src/model/usage.ts'
import type { Store } from '../../../src/store/store.ts'
import { callsBy, exchangesBy, mediansBy } from '../../../src/store/usage.ts'
import { countDays, countNextDay } from '../../../src/store/usage-counting.ts'
import { testStore } from '../../support/database.ts'

/** `[consumer, service, when, elapsed]`; each with one call that was found and one that failed, or that was late for the tax. */
const MADE = [
  ['troyan', 'taxi-permit@1', '2026-01-31T23:30:00Z', 1000],
  ['troyan', 'taxi-permit@1', '2026-02-03T08:00:00Z', 100],
  ['troyan', 'taxi-permit@1', '2026-02-03T09:00:00Z', 200],
  ['vidin', 'taxi-permit@1', '2026-02-04T09:00:00Z', 300],
  ['vidin', 'vehicle-tax@1', '2026-02-20T09:00:00Z', 5000],
] as const

type Expected = readonly (readonly [names: string, times: number, median: number])[]

describe('usage', function () {
  this.timeout(60_000)
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
      from made, (values ('a', 'civil/person@1', 'found'), ('b', 'cars/registration@1', ${service === 'vehicle-tax@1' ? 'late' : 'failed'})) as calls (name, operation, outcome)`.execute(
      store.db,
    )
  }

  const YEAR = { from: '2026-01', to: '2026-12' }
  const by = (...names: UsageDimension[]) => ({ ...YEAR, by: names })
  const everything = async () => ({
    exchanges: await exchangesBy(store.db, by('month', 'consumer', 'service', 'status')),
    calls: await callsBy(store.db, by('month', 'consumer', 'registry', 'outcome')),
    ofExchanges: await mediansBy(store.db, 'exchanges', by('month', 'consumer', 'service', 'status')),
    ofAllCalls: await mediansBy(store.db, 'calls', by('month', 'registry', 'outcome')),
    ofCalls: await mediansBy(store.db, 'calls', by('month', 'consumer', 'service', 'registry', 'outcome')),
  })

  it('is counted by the months of the calendar in Sofia', async () => {
    // Half past one in the night of 1 February there.
    assert.deepEqual(await exchangesBy(store.db, by('month')), [{ month: '2026-02', exchanges: 5 }])
    assert.deepEqual(await exchangesBy(store.db, { ...by('month'), from: '2026-03' }), [])
  })

  it('tells calls and answers apart by registry and outcome', async () => {
    assert.deepEqual(await callsBy(store.db, by('registry', 'outcome')), [
      { registry: 'cars', outcome: 'failed', calls: 4, answered: 0 },
      { registry: 'cars', outcome: 'late', calls: 1, answered: 0 },
      { registry: 'civil', outcome: 'found', calls: 5, answered: 5 },
    ])
    assert.deepEqual(await callsBy(store.db, { ...by(), consumer: 'vidin', registry: 'civil' }), [
      { calls: 2, answered: 2 },
    ])
  })

  /** Of these names, in the order of the names: how many times, and whether their median is within a fortieth of this. */
  const holds = async (of: 'exchanges' | 'calls', question: UsageQuestion, expected: Expected): Promise<void> => {
    const rows = (await mediansBy(store.db, of, question)).map(
      ({ medianMs, times, ...names }) => [Object.values(names).join(' '), times, medianMs] as const,
    )
    assert.deepEqual(
      rows.map(([names, times]) => [names, times]).toSorted(),
      expected.map(([names, times]) => [names, times]),
    )
    for (const [names, , median] of expected) {
      const found = rows.find(([name]) => name === names)?.[2] ?? 0
      assert.ok(Math.abs(found - median) <= median / 40, `${names}: ${found}`)
    }
  }

  const MEDIANS: readonly (readonly [title: string, of: 'exchanges' | 'calls', question: UsageQuestion, Expected])[] = [
    ['all exchanges', 'exchanges', by(), [['', 5, 300]]],
    [
      'each municipality',
      'exchanges',
      by('consumer'),
      [
        ['troyan', 3, 200],
        ['vidin', 2, 300],
      ],
    ],
    ['each status', 'exchanges', by('status'), [['complete', 5, 300]]],
    [
      'each service',
      'exchanges',
      by('service'),
      [
        ['taxi-permit@1', 4, 200],
        ['vehicle-tax@1', 1, 5000],
      ],
    ],
    [
      'the services of a municipality by month',
      'exchanges',
      { ...by('month', 'service'), consumer: 'vidin' },
      [
        ['2026-02 taxi-permit@1', 1, 300],
        ['2026-02 vehicle-tax@1', 1, 5000],
      ],
    ],
    ['calls that were answered, and no others', 'calls', by('registry'), [['civil', 5, 300]]],
    [
      'each outcome, but of what was late',
      'calls',
      by('outcome'),
      [
        ['failed', 4, 200],
        ['found', 5, 300],
      ],
    ],
    [
      'a registry for each municipality',
      'calls',
      { ...by('consumer'), registry: 'civil' },
      [
        ['troyan', 3, 200],
        ['vidin', 2, 300],
      ],
    ],
    ['calls of one service', 'calls', { ...by('registry'), service: 'vehicle-tax@1' }, [['civil', 1, 5000]]],
    ['what there is none of', 'exchanges', { ...by(), consumer: 'pleven' }, []],
  ]
  for (const [title, of, question, expected] of MEDIANS)
    it(`has a median, off by less than a fortieth, of ${title}`, () => holds(of, question, expected))

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
