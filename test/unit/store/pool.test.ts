import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { openDatabase } from '../../../src/store/pool.ts'
import type { Executor } from '../../../src/store/tables/tables.ts'
import { asOverloaded } from '../../../src/store/unavailable.ts'
import { testDatabaseUrl } from '../../support/database.ts'

describe('the pool', () => {
  let databaseUrl: string
  let db: Executor
  before(async () => {
    databaseUrl = await testDatabaseUrl('empty')
  })
  beforeEach(() => {
    db = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 20_000 })
  })
  afterEach(() => db.destroy())

  const gone = { code: 'broker.log-unavailable' }
  const one = async (of = db): Promise<unknown> =>
    (await sql<{ one: number }>`select 1 as one`.execute(of)).rows[0]?.one

  it('reads a bigint as a number, and stops rather than round', async () => {
    const { rows } = await sql<{ big: number }>`select 9007199254740991::bigint as big`.execute(db)
    assert.deepEqual(rows, [{ big: Number.MAX_SAFE_INTEGER }])
    await assert.rejects(sql`select 9007199254740992::bigint as big`.execute(db), RangeError)
  })

  it('says that the log is unavailable where a statement takes too long, and goes on afterwards', async () => {
    const strict = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 1000 })
    await assert.rejects(sql`select pg_sleep(${30})`.execute(strict), gone)
    assert.equal(await one(strict), 1)
    await strict.destroy()
  })

  it('says so where the server ends the connection, and makes a new one', async () => {
    await assert.rejects(sql`select pg_terminate_backend(pg_backend_pid())`.execute(db), gone)
    assert.equal(await one(), 1)
  })

  it('says that too much is asked for at once where others are answered and none is free for as long as one waits', async () => {
    let isTold = false
    const waiting = db.transaction().execute(async (tx) => {
      while (!isTold) await sql`select pg_sleep(0.05)`.execute(tx)
    })
    const told = await one().catch((error: unknown) => error)
    isTold = true
    await waiting
    assert.ok(told instanceof BrokerError && told.code === 'broker.log-unavailable')
    const overloaded = asOverloaded(told)
    assert.ok(overloaded instanceof BrokerError && overloaded.code === 'broker.overloaded')
    assert.equal(await one(), 1)
  })

  it('does not say so where nobody is answered', async () => {
    const patient = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 20_000 })
    const hanging = sql`select pg_sleep(${3})`.execute(patient)
    const told = await sql`select 1`.execute(patient).catch((error: unknown) => error)
    await hanging
    await patient.destroy()
    assert.ok(told instanceof BrokerError && told.code === 'broker.log-unavailable')
    assert.equal(asOverloaded(told), told)
  })

  it('tells a mistake in a statement as what it is', async () => {
    await assert.rejects(sql`select no_such_column`.execute(db), { code: '42703' })
    assert.equal(await one(), 1)
  })

  it('says so where nobody listens', async () => {
    const nowhere = openDatabase({
      databaseUrl: 'postgres://edno@127.0.0.1:1/edno',
      connections: 1,
      statementTimeoutMs: 300,
    })
    await assert.rejects(sql`select 1`.execute(nowhere), gone)
    await nowhere.destroy()
  })

  it('plans a statement anew after the schema changed below it', async () => {
    const other = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 20_000 })
    await sql`create table changing as select 1 as a`.execute(other)
    const read = () => sql`select * from changing where a = ${1}`.execute(db)
    await read()
    await sql`alter table changing add column b integer`.execute(other)
    await assert.rejects(read(), { code: '0A000' })
    assert.deepEqual((await read()).rows, [{ a: 1, b: null }])
    await other.destroy()
  })
})
