import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { hold, release, runRetention, type Transact } from '../../../src/exchange-log/retention.ts'
import { exchangeId as asExchangeId } from '../../../src/model/ids.ts'
import { STANDARD_CLASS } from '../../../src/model/retention.ts'
import { recordOutcomes } from '../../../src/store/calls.ts'
import { closeIncident } from '../../../src/store/incidents.ts'
import { claimQueuedCall, endQueuedCalls, insertQueuedCalls } from '../../../src/store/queued-calls.ts'
import type { Store } from '../../../src/store/store.ts'
import { insertSupplement } from '../../../src/store/supplements.ts'
import { anExchange } from '../exchange-log/exchanges.ts'
import { type OpenLog, openLog } from '../exchange-log/open-log.ts'

describe('what is kept of an exchange', function () {
  this.timeout(60_000)
  let own: OpenLog
  let store: Store
  let log: ExchangeLog
  beforeEach(async () => {
    own = await openLog()
    ;({ store, log } = own)
  })
  afterEach(() => own.close())

  const AFTER = new Date(Date.now() + 73 * 3_600_000)
  const entry = (name: string) => ({ bytes: Buffer.from(name), leafHash: Buffer.alloc(32, name.length), event: name })
  /** Answered, while its call goes on in the queue. */
  const answered = async (): Promise<number> => {
    const { plan, request, answer, outcomes } = anExchange({ outerEnd: new Date(Date.now() + 60_000).toISOString() })
    const opened = await log.open(plan, request)
    assert.ok(opened.stage === 'opened')
    const { exchange } = await log.handleOf(plan)
    const [now, endsAt] = [new Date(), new Date(plan.outerEnd!)]
    const queued = { call: 'driver', registry: 'civil-registry', idempotent: true, dueAt: now, endsAt }
    await insertQueuedCalls(store.db, exchange, [queued], now)
    await log.close(opened, { ...answer, status: 'partial' }, [{ ...outcomes[0]!, outcome: 'late' }])
    return exchange
  }
  /** Its call has ended since, in a supplement and as what once was an incident. */
  const supplemented = async (): Promise<number> => {
    const exchange = await answered()
    const [row] = await store.db.selectFrom('exchange').selectAll().where('id', '=', exchange).execute()
    const scope = { consumer: row!.consumer, exchangeId: row!.exchange_id }
    const key = store.cipher.openKey(scope, { keyId: row!.key_id, wrapped: row!.data_key! })
    const { outcomes } = anExchange()
    await recordOutcomes(store.db, exchange, key, [
      { outcome: outcomes[0]!, endedAt: new Date(), retentionClass: STANDARD_CLASS },
    ])
    await endQueuedCalls(store.db, exchange, ['driver'])
    const signed = { bytes: Buffer.from('signed'), salt: Buffer.alloc(32, 1), mediaType: 'application/xml' }
    const supplement = { exchange, call: 'driver', issuedAt: new Date(), retentionClass: STANDARD_CLASS, ...signed }
    assert.ok(await insertSupplement(store.db, key, supplement, entry('late')))
    const incident = await store.db
      .insertInto('incident')
      .values({
        ...{ exchange, call: 'driver', registry: 'civil-registry', operation: 'civil-registry/valid-person@1' },
        ...{ cause: 'interrupted', fault: null, opened_at: new Date(), changed_at: null, reason: null },
        reason_salt: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const act = { id: incident.id, reason: 'nobody needs it', salt: Buffer.alloc(32, 2), at: new Date() }
    assert.ok(await closeIncident(store.db, act, entry('incident')))
    return exchange
  }
  const kindsOf = async (exchange: number): Promise<string[]> => {
    const rows = await store.db
      .selectFrom('payload')
      .select('kind')
      .where('exchange', '=', exchange)
      .orderBy('kind')
      .execute()
    return rows.map(({ kind }) => kind)
  }
  const queuedOf = (exchange: number) =>
    store.db.selectFrom('queued_call').selectAll().where('exchange', '=', exchange).execute()

  it('goes when its time is over, and not before: supplements, what stood in the queue, and what an operator said', async () => {
    const exchange = await supplemented()
    const incidentOf = () =>
      store.db
        .selectFrom('incident')
        .select(['state', 'reason', 'reason_salt'])
        .where('exchange', '=', exchange)
        .executeTakeFirst()
    assert.equal(await log.expireDue(new Date()), 0)
    assert.ok((await kindsOf(exchange)).includes('supplement:driver'))
    assert.equal((await incidentOf())?.reason, 'nobody needs it')
    assert.equal((await queuedOf(exchange)).length, 1)

    assert.equal(await log.expireDue(AFTER), 5)
    assert.deepEqual(await kindsOf(exchange), ['salts', 'salts:driver'])
    assert.deepEqual(await incidentOf(), { state: 'closed', reason: null, reason_salt: null })
    assert.deepEqual(await queuedOf(exchange), [])
    assert.equal(await log.expireDue(AFTER), 0)
  })

  it('stays while a call of it is asked, so that nothing is written of it afterwards', async () => {
    const exchange = await answered()
    assert.ok(await claimQueuedCall(store.db, { exchange, call: 'driver' }, store.owner, new Date()))
    assert.equal(await log.expireDue(AFTER), 0)
    await endQueuedCalls(store.db, exchange, ['driver'])
    assert.ok((await log.expireDue(AFTER)) > 0)
    assert.deepEqual(await queuedOf(exchange), [])
  })

  it('is left to the next run of an operator too while a call of it is asked', async () => {
    const exchange = await answered()
    const transact: Transact = (work) => store.transaction(work)
    assert.ok(await claimQueuedCall(store.db, { exchange, call: 'driver' }, store.owner, new Date()))
    assert.deepEqual((await runRetention(transact, AFTER, AFTER)).before, {})
    assert.ok((await kindsOf(exchange)).length > 0)
    await endQueuedCalls(store.db, exchange, ['driver'])
    assert.equal((await runRetention(transact, AFTER, AFTER)).before['exchanges'], 1)
    assert.deepEqual(await kindsOf(exchange), [])
  })

  it('is joined by no words of an operator once it is gone', async () => {
    const exchange = await answered()
    const incident = await store.db
      .insertInto('incident')
      .values({
        ...{ exchange, call: 'driver', registry: 'civil-registry', operation: 'civil-registry/valid-person@1' },
        ...{ cause: 'interrupted', fault: null, opened_at: new Date(), changed_at: null, reason: null },
        reason_salt: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await runRetention((work) => store.transaction(work), AFTER, AFTER)
    const act = { id: incident.id, reason: 'she asked for it', salt: Buffer.alloc(32, 2), at: new Date() }
    assert.ok(await closeIncident(store.db, act, entry('incident')))
    assert.deepEqual(
      await store.db.selectFrom('incident').select(['state', 'reason', 'reason_salt']).executeTakeFirst(),
      { state: 'closed', reason: null, reason_salt: null },
    )
  })

  it('stays whole while it is held, also in edno’s own time, and goes once it is released', async () => {
    const exchange = await supplemented()
    const [row] = await store.db.selectFrom('exchange').select('exchange_id').where('id', '=', exchange).execute()
    const transact: Transact = (work) => store.transaction(work)
    const order = { exchangeId: asExchangeId(row!.exchange_id), basis: 'case 7/2026 of the court', at: new Date() }
    assert.equal(await hold(transact, order), 'done')
    const before = await kindsOf(exchange)
    assert.equal(await log.expireDue(AFTER), 0)
    assert.deepEqual(await kindsOf(exchange), before)
    assert.equal((await queuedOf(exchange)).length, 1)
    assert.equal(await release(transact, order), 'done')
    assert.equal(await log.expireDue(AFTER), 5)
  })

  it('goes a part at a time, however many are over at once, and off an index', async () => {
    await sql`
      insert into exchange (consumer, exchange_id, service, case_reference, request_digest, received_at, deadline, state,
        status, closed_at, expires_at, retention_class, key_id, data_key)
      select 'troyan', gen_random_uuid(), 's@1', 'ТР', sha256(n::text::bytea), now(), now(), 'closed', 'complete', now(), now(),
        'standard', 'k', '\\x00' from generate_series(1, 1200) as n`.execute(store.db)
    await sql`
      insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
      select id, wanted.name, 'standard', 'k', '\\x000000000000000000000000', '\\x00'
      from exchange, unnest(array['answer', 'plan', 'salts']) as wanted (name)`.execute(store.db)
    const both = await Promise.all([log.expireDue(AFTER), log.expireDue(AFTER)])
    assert.equal(both[0] + both[1], 2400)
    await sql`analyze exchange`.execute(store.db)
    const plan = await sql<object>`explain (costs off) select id from exchange
      where expires_at <= now() and emptied_at is null order by expires_at limit 500`.execute(store.db)
    assert.match(JSON.stringify(plan.rows), /Index.* using exchange_expiring/)
  })
})
