import assert from 'node:assert/strict'
import { Migrator, sql } from 'kysely'
import { migrations } from '../../../src/store/migrations/all.ts'
import { openDatabase } from '../../../src/store/pool.ts'
import { countDays } from '../../../src/store/usage-counting.ts'
import { testDatabaseUrl } from '../../support/database.ts'

type Database = ReturnType<typeof openDatabase>

const BEFORE = '0033-log-entry-exchange'

describe('usage that was counted before times stood beside it', function () {
  this.timeout(60_000)
  let database: Database
  before(async () => {
    const databaseUrl = await testDatabaseUrl('empty')
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
  })
  after(() => database.destroy())

  const migrateTo = async (name: string): Promise<void> => {
    const provider = { getMigrations: () => Promise.resolve(migrations) }
    const { error } = await new Migrator({ db: database, provider }).migrateTo(name)
    assert.equal(error, undefined)
  }
  const tables = async (): Promise<unknown[]> => [
    (await sql`select * from usage_exchange order by month, consumer, service, status`.execute(database)).rows,
    (await sql`select * from usage_call order by month, consumer, service, registry, outcome`.execute(database)).rows,
    (await sql`select * from usage_call_time order by month, service, registry, outcome`.execute(database)).rows,
  ]

  it('has them as if they had been counted with it', async () => {
    await migrateTo(BEFORE)
    await make(database)
    // As it was counted then; the newest day is not.
    await sql`insert into usage_day (day) values ('2026-01-10'), ('2026-02-03')`.execute(database)
    await sql`
      insert into usage_exchange (month, consumer, service, status, exchanges)
      select date_trunc('month', received_at)::date, consumer, service, status, count(*)
      from exchange where received_at < '2026-02-04' group by 1, 2, 3, 4`.execute(database)
    await sql`
      insert into usage_call (month, consumer, service, registry, outcome, calls)
      select date_trunc('month', received_at)::date, consumer, service, split_part(operation, '/', 1), outcome, count(*)
      from exchange join call on exchange = id where received_at < '2026-02-04' group by 1, 2, 3, 4, 5`.execute(
      database,
    )
    await migrateTo('0035-usage-times')
    const filled = await tables()
    await sql`truncate usage_day, usage_exchange, usage_call, usage_call_time`.execute(database)
    await sql`delete from call where exchange in (select id from exchange where received_at >= '2026-02-04')`.execute(
      database,
    )
    await sql`delete from exchange where received_at >= '2026-02-04'`.execute(database)
    assert.equal(await countDays(database, '2026-06-01'), 2)
    assert.deepEqual(filled, await tables())
  })
})

/** Closed, but the last of them; each with a call that was found and one that was skipped. */
async function make(database: Database): Promise<void> {
  const made = [
    ['troyan', '2026-01-10T08:00:00Z', 100],
    ['troyan', '2026-01-10T09:00:00Z', 900],
    ['vidin', '2026-02-03T09:00:00Z', 300],
    ['vidin', '2026-02-20T09:00:00Z', 5000],
  ] as const
  for (const [number, [consumer, at, elapsed]] of made.entries())
    await sql`
      with made as (
        insert into exchange (consumer, exchange_id, service, case_reference, request_digest, received_at, deadline, retention_class,
          key_id, state, status, closed_at)
        values (${consumer}, gen_random_uuid(), 'taxi-permit@1', 'К', sha256(${String(number)}::text::bytea), ${at}::timestamptz,
          ${at}::timestamptz, 'standard', 'k', 'closed', 'complete', ${at}::timestamptz + ${elapsed} * interval '1 ms')
        returning id
      )
      insert into call (exchange, name, operation, need, state, outcome, elapsed_ms)
      select id, name, operation, 'optional', 'ended', outcome, ${elapsed}::integer
      from made, (values ('a', 'civil/person@1', 'found'), ('b', 'cars/registration@1', 'skipped')) as calls (name, operation, outcome)`.execute(
      database,
    )
}
