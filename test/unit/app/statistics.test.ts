import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { statisticsDesk } from '../../../src/app/statistics.ts'
import { partyId } from '../../../src/model/ids.ts'
import type { UsageDimension, UsageRow } from '../../../src/model/usage.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

type Rules = Parameters<typeof statisticsDesk>[0]['rules']

/** Times of about a hundred, two hundred and a thousand milliseconds. */
const [FAST, MIDDLE, SLOW] = [94, 108, 141]

describe('median times of statistics', function () {
  this.timeout(60_000)
  let store: Store
  before(async () => {
    store = await testStore()
    await sql`
      insert into usage_exchange (month, consumer, service, status, exchanges, buckets, times) values
        ('2026-01-01', 'troyan', 'taxi-permit@1', 'complete', 9, ${[FAST, MIDDLE]}, ${[3, 6]}),
        ('2026-02-01', 'troyan', 'taxi-permit@1', 'partial', 6, ${[SLOW]}, ${[6]}),
        ('2026-02-01', 'vidin', 'taxi-permit@1', 'complete', 7, ${[FAST]}, ${[7]}),
        ('2026-02-01', 'lovech', 'taxi-permit@1', '', 5, ${[SLOW]}, ${[4]})`.execute(store.db)
    await sql`
      insert into usage_call (month, consumer, service, registry, outcome, calls, buckets, times) values
        ('2026-01-01', 'troyan', 'taxi-permit@1', 'cars', 'found', 4, ${[FAST]}, ${[4]}),
        ('2026-01-01', 'troyan', 'taxi-permit@1', 'cars', 'failed', 20, ${[SLOW]}, ${[20]}),
        ('2026-01-01', 'vidin', 'taxi-permit@1', 'cars', 'found', 5, ${[MIDDLE]}, ${[5]}),
        ('2026-01-01', 'vidin', 'taxi-permit@1', 'cars', 'late', 6, '{}', '{}')`.execute(store.db)
    await sql`
      insert into usage_call_time (month, service, registry, outcome, buckets, times) values
        ('2026-01-01', 'taxi-permit@1', 'cars', 'found', ${[FAST, MIDDLE]}, ${[4, 5]}),
        ('2026-01-01', 'taxi-permit@1', 'cars', 'failed', ${[SLOW]}, ${[20]})`.execute(store.db)
  })

  const told = async (
    by: UsageDimension[],
    filters: object = {},
  ): Promise<(readonly (string | number | undefined)[])[]> => {
    const rules = {
      governance: { parties: new Map([['lovech', { role: 'consumer', state: 'active' }]]) },
    } as unknown as Rules
    const desk = statisticsDesk({ store, rules })
    const reader = { party: partyId('lovech'), certificate: '' }
    const { rows } = await desk(reader, { from: '2026-01', to: '2026-12', by, ...filters })
    return rows.map((row) => [...by.map((name) => row[name]), medianOf(row)])
  }
  const medianOf = ({ suppressed, medianMs }: UsageRow): string | undefined =>
    suppressed === true ? 'suppressed' : medianMs === undefined ? undefined : nearestOf(medianMs)
  const nearestOf = (median: number): string =>
    Math.abs(median - 100) < 3
      ? 'fast'
      : Math.abs(median - 200) < 6
        ? 'middle'
        : Math.abs(median - 1000) < 30
          ? 'slow'
          : String(median)

  it('are those of a municipality, unless they are fewer than five', async () => {
    assert.deepEqual(await told(['consumer']), [
      ['lovech', undefined],
      ['troyan', 'middle'],
      ['vidin', 'fast'],
    ])
  })

  it('are those of a month and of a status', async () => {
    assert.deepEqual(await told(['month'], { consumer: 'troyan' }), [
      ['2026-01', 'middle'],
      ['2026-02', 'slow'],
    ])
    assert.deepEqual(await told(['status']), [
      ['', undefined],
      ['complete', 'fast'],
      ['partial', 'slow'],
    ])
  })

  it('are those of answered calls, where these are no fewer than five', async () => {
    assert.deepEqual(await told(['registry']), [['cars', 'middle']])
    assert.deepEqual(await told(['consumer'], { registry: 'cars' }), [
      ['troyan', undefined],
      ['vidin', 'middle'],
    ])
  })

  it('are those of each outcome, but of what was late', async () => {
    assert.deepEqual(await told(['outcome']), [
      ['failed', 'slow'],
      ['found', 'middle'],
      ['late', undefined],
    ])
  })

  it('are not told of rows that are too small to be told, nor of what they would follow from', async () => {
    assert.deepEqual(await told(['consumer', 'outcome']), [
      ['troyan', 'failed', 'suppressed'],
      ['troyan', 'found', 'suppressed'],
      ['vidin', 'found', 'suppressed'],
      ['vidin', 'late', 'suppressed'],
    ])
  })
})
