import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { openBreaker } from '../../../src/store/breakers.ts'
import { registryFigures, storeFigures, witnessFigures } from '../../../src/store/figures.ts'
import { insertQueuedCalls } from '../../../src/store/queued-calls.ts'
import type { Store } from '../../../src/store/store.ts'
import { anExchange } from '../exchange-log/exchanges.ts'
import { type OpenLog, openLog } from '../exchange-log/open-log.ts'

describe('how the rows stand, as numbers', function () {
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
  /** An open exchange whose one call waits in the queue; its row number. */
  const wait = async (registry: string, dueAt: Date): Promise<number> => {
    const { plan, request } = anExchange()
    await log.open(plan, request)
    const { exchange } = await log.handleOf(plan)
    const call = { call: 'driver', registry, idempotent: true, dueAt, endsAt: ago(-MINUTE) }
    await insertQueuedCalls(store.db, exchange, [call], new Date())
    return exchange
  }
  const figuresOf = async (registry: string) =>
    (await registryFigures(store.db, ['slow', 'well'])).find((row) => row.registry === registry)
  const near = (value: number | null | undefined, seconds: number): void =>
    assert.ok(Math.abs((value ?? Number.NaN) - seconds) < 20, `${value} is not about ${seconds}`)

  it('tell of each registry what waits, since when, what runs, its incidents, and whether it is taken for dead', async () => {
    await wait('slow', ago(3 * MINUTE))
    await wait('slow', ago(-MINUTE))
    const running = await wait('slow', ago(MINUTE))
    const given = await wait('gone', ago(MINUTE))
    await sql`update queued_call set state = 'running', owner = 1 where exchange = ${running}`.execute(store.db)
    await sql`update queued_call set state = 'incident' where exchange = ${given}`.execute(store.db)
    await sql`insert into incident (exchange, call, registry, operation, cause, opened_at)
      values (${given}, 'driver', 'gone', 'gone/valid-person@1', 'tries-used-up', now())`.execute(store.db)
    await openBreaker(store.db, 'slow', MINUTE)
    const slow = await figuresOf('slow')
    assert.deepEqual([slow?.dead, slow?.waiting, slow?.running, slow?.incidents], [true, 2, 1, 0])
    near(slow?.overdueSeconds, 180)
    const quiet = { registry: 'well', dead: false, waiting: 0, running: 0, overdueSeconds: null, incidents: 0 }
    assert.deepEqual(await figuresOf('well'), quiet)
    assert.equal((await figuresOf('gone'))?.incidents, 1, 'also of a registry that has no adapter any more')
  })

  it('tell of exchanges, callbacks, the log and its promises', async () => {
    const exchange = await wait('slow', ago(MINUTE))
    await sql`update exchange set state = 'deferred', outer_end = now(), deferred_at = now() where id = ${await wait('slow', ago(0))}`.execute(
      store.db,
    )
    await sql`insert into callback (exchange, consumer, kind, state, due_at, ended_at) values
      (${exchange}, 'troyan', 'exchange.answered', 'waiting', now() - interval '2 minutes', null),
      (${exchange}, 'troyan', 'exchange.answered', 'dead', now(), now())`.execute(store.db)
    await sql`insert into log_promise (entry, leaf_hash, made_at, due_at, broken_at, kept_at) values
      (900001, decode(repeat('00', 32), 'hex'), now(), now(), now(), null),
      (900002, decode(repeat('00', 32), 'hex'), now(), now(), now(), now())`.execute(store.db)
    const figures = await storeFigures(store.db)
    assert.ok(figures)
    const { open, deferred, callbacksDead, promisesBroken, promisesOpen } = figures
    assert.deepEqual([open, deferred, callbacksDead, promisesBroken, promisesOpen], [1, 1, 1, 2, 1])
    assert.ok(figures.callbacksWaiting >= 1)
    near(figures.callbacksOverdueSeconds, 120)
    assert.deepEqual([figures.stampAgeSeconds, typeof figures.logPending], [null, 'number'])
  })

  it('tell how long heads wait for stamps and witnesses, and that none does', async () => {
    const head = (size: number, minutes: number) =>
      sql`insert into log_checkpoint (size, root, note, created_at)
        values (${size}, decode(repeat('00', 32), 'hex'), 'note', now() - ${minutes} * interval '1 minute')`.execute(
        store.db,
      )
    await log.stop()
    await sql`alter table log_checkpoint disable trigger user`.execute(store.db)
    await sql`delete from log_checkpoint`.execute(store.db)
    assert.equal((await storeFigures(store.db))?.logSize, null)
    await head(100_001, 9)
    await head(100_002, 5)
    await head(100_003, 2)
    await sql`insert into log_stamp (size, token, stamped_at, created_at)
      values (100001, '\\x00', now(), now() - interval '8 minutes')`.execute(store.db)
    await sql`insert into log_cosignature (size, witness, line, cosigned_at)
      values (100003, 'one', ${'— one x\n'}, now() - interval '1 minute')`.execute(store.db)
    const { logSize, stampAgeSeconds, stampWaitingSeconds } = (await storeFigures(store.db))!
    assert.equal(logSize, 100_003)
    near(stampAgeSeconds, 480)
    near(stampWaitingSeconds, 300)
    const [one, other] = await witnessFigures(store.db, ['one', 'other'])
    near(one?.ageSeconds, 60)
    assert.deepEqual([one?.waitingSeconds, other?.ageSeconds], [null, null])
    near(other?.waitingSeconds, 540)
  })
})
