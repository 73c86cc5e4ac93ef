import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { readEntry } from '../../../src/exchange-log/read-entry.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import type { ClosedExchange, RunningExchange } from '../../../src/model/exchange.ts'
import { partyId } from '../../../src/model/ids.ts'
import type { DecisionRecord } from '../../../src/model/decision.ts'
import { sha256Hex } from '../../../src/schema/canonical-json.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { recordOutcomes } from '../../../src/store/calls.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { testDatabaseUrl, testStore } from '../../support/database.ts'
import { aLog, anExchange, consumer, EGN, exchangeOnce, judge, NAME, type Sample, verifiedOf } from './exchanges.ts'
import { freshLogKey } from './keys.ts'

const count = async (store: Store, table: 'exchange' | 'log_entry' | 'payload' | 'call'): Promise<number> =>
  Number(
    (
      await store.db
        .selectFrom(table)
        .select((of) => of.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )

const eventsOf = async (store: Store, exchange: number): Promise<string[]> => {
  const rows = await store.db
    .selectFrom('log_entry')
    .selectAll()
    .where('exchange', '=', exchange)
    .orderBy('id')
    .execute()
  return rows.map((row) => readEntry(row.bytes).event)
}

function closedOf(exchange: ClosedExchange | RunningExchange): ClosedExchange {
  assert.ok(exchange.stage === 'closed')
  return exchange
}

/** After every deadline: even what this living process works on counts as left open. */
const LATER = new Date('2999-01-01T00:00:00Z')

describe('the recorder', function () {
  this.timeout(60_000)
  const signingKeyPem = freshLogKey()
  let store: Store
  let log: ExchangeLog
  before(async () => {
    store = await testStore()
    log = aLog(store, { signingKeyPem })
    await log.start()
  })
  after(() => log.stop())

  it('opens with rows, payloads and entry in one step, and closes with the answer and its entry', async () => {
    const sample = anExchange()
    const opened = await log.open(sample.plan, sample.request)
    assert.ok(opened.stage === 'opened')
    const { exchange } = await log.handleOf(sample.plan)
    assert.deepEqual(await eventsOf(store, exchange), ['opened'])
    const kinds = await store.db.selectFrom('payload').select('kind').where('exchange', '=', exchange).execute()
    assert.deepEqual(kinds.map(({ kind }) => kind).sort(), ['plan', 'request', 'salts'])
    assert.deepEqual(
      Buffer.from((await log.findExchange(consumer, sample.plan.exchangeId)) ?? []).toString('base64'),
      sample.plan.requestDigest,
    )

    const closed = await log.close(opened, sample.answer, sample.outcomes)
    assert.deepEqual(closed, { ...sample.answer, stage: 'closed' })
    assert.deepEqual(await eventsOf(store, exchange), ['opened', 'answered'])
    assert.deepEqual(await log.exchangeOf(consumer, sample.plan.exchangeId), closed)
  })

  it('opens nothing while the database may take this process for dead: others would complete it at once', async () => {
    const orphaned = aLog({ ...store, isOwned: () => false }, { signingKeyPem })
    const sample = anExchange()
    await assert.rejects(orphaned.open(sample.plan, sample.request), { code: 'broker.log-unavailable' })
    assert.equal(await log.findExchange(consumer, sample.plan.exchangeId), undefined)
  })

  it('gives a receipt for the closing entry that proves request and answer', async () => {
    const sample = anExchange()
    await exchangeOnce(log, sample)
    const receipt = await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000)
    assert.ok(receipt)
    const judged = judge(receipt, sample, log.vkey)
    assert.ok(judged.holds, JSON.stringify(judged))
    assert.deepEqual(judged.entry?.calls, [
      { call: 'driver', operation: 'civil-registry/valid-person@1', outcome: 'answered' },
    ])
    assert.equal(judged.entry.status, 'complete')
    const other = judge(receipt, { ...sample, answer: { ...sample.answer, bytes: Buffer.from('other') } }, log.vkey)
    assert.deepEqual(
      other.findings.filter(({ holds }) => !holds).map(({ what }) => what),
      ['answer.commitment'],
    )
  })

  it('gives the same receipt later, from the store alone', async () => {
    const sample = anExchange()
    await exchangeOnce(log, sample)
    assert.ok(await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000))
    const restarted = aLog(store, { signingKeyPem })
    await restarted.start()
    const receipt = await restarted.receiptOf(consumer, sample.plan.exchangeId)
    assert.ok(receipt !== 'pending' && receipt && judge(receipt, sample, log.vkey).holds)
    await restarted.stop()
  })

  it('knows no exchange of another consumer', async () => {
    const sample = anExchange()
    await exchangeOnce(log, sample)
    const stranger = partyId('karlovo')
    assert.equal(await log.exchangeOf(stranger, sample.plan.exchangeId), undefined)
    assert.equal(await log.receiptOf(stranger, sample.plan.exchangeId), undefined)
    assert.equal(await log.waitForReceipt(stranger, sample.plan.exchangeId, 10), undefined)
    assert.equal(await log.findExchange(stranger, sample.plan.exchangeId), undefined)
    await assert.rejects(log.answerOf({ stage: 'repeated', consumer: stranger, exchangeId: sample.plan.exchangeId }), {
      code: 'exchange.unknown',
    })
  })

  it('lets one of several concurrent openings win, and refuses the same id for other bytes', async () => {
    const sample = anExchange()
    const before = await count(store, 'exchange')
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => log.open({ ...sample.plan }, sample.request)))
    assert.deepEqual(results.map(({ stage }) => stage).sort(), [
      'opened',
      'repeated',
      'repeated',
      'repeated',
      'repeated',
    ])
    assert.equal(await count(store, 'exchange'), before + 1)
    const other = { ...sample.plan, requestDigest: Buffer.alloc(32).toString('base64') }
    await assert.rejects(log.open(other, Buffer.from('other')), { code: 'request.replayed' })
    assert.deepEqual(await eventsOf(store, await rowOf(store, sample.plan.exchangeId)), ['opened'])
  })

  it('refuses the value of a signature that opened another exchange, in another process and after a restart too', async () => {
    const first = anExchange()
    await log.open(first.plan, first.request)
    const moved = anExchange({ signatureDigest: first.plan.signatureDigest! })
    const before = await count(store, 'exchange')
    const others = [log, aLog(store), aLog(store)]
    const openings = await Promise.allSettled(others.map((other) => other.open(moved.plan, moved.request)))
    for (const opening of openings) {
      assert.equal(opening.status, 'rejected')
      assert.equal((opening.reason as BrokerError).code, 'request.replayed')
    }
    assert.equal(await count(store, 'exchange'), before)
    assert.equal((await log.open(first.plan, first.request)).stage, 'repeated')
  })

  it('lets one of two exchanges with the same value of a signature win where they come at once', async () => {
    const [one, other] = [anExchange(), anExchange()]
    const stolen = { ...other.plan, signatureDigest: one.plan.signatureDigest! }
    const openings = await Promise.allSettled([
      log.open(one.plan, one.request),
      aLog(store).open(stolen, other.request),
    ])
    assert.deepEqual(openings.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  it('opens exchanges without a signature of their own side by side', async () => {
    for (let n = 0; n < 2; n += 1) {
      const { signatureDigest: _none, ...plan } = anExchange().plan
      assert.equal((await log.open(plan, Buffer.from('channel'))).stage, 'opened')
    }
  })

  it('closes once: who comes second gets the first answer, and there is one closing entry', async () => {
    const sample = anExchange()
    const opened = await log.open(sample.plan, sample.request)
    assert.ok(opened.stage === 'opened')
    const second = { ...sample.answer, bytes: Buffer.from('second') }
    const closings = await Promise.all([
      log.close(opened, sample.answer, sample.outcomes),
      log.close(opened, second, sample.outcomes),
      log.close(opened, sample.answer, sample.outcomes),
    ])
    const texts = new Set(closings.map(({ bytes }) => Buffer.from(bytes).toString()))
    assert.equal(texts.size, 1)
    assert.deepEqual(await eventsOf(store, await rowOf(store, sample.plan.exchangeId)), ['opened', 'answered'])
    const receipt = await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000)
    const answered = { ...sample, answer: { ...sample.answer, bytes: Buffer.from([...texts][0] ?? '') } }
    assert.ok(receipt && judge(receipt, answered, log.vkey).holds)
  })

  it('lets a repeated request wait for the answer of the running exchange', async () => {
    const sample = anExchange()
    const opened = await log.open(sample.plan, sample.request)
    assert.ok(opened.stage === 'opened')
    const repeated = log.answerOf({ stage: 'repeated', consumer, exchangeId: sample.plan.exchangeId })
    assert.equal(await log.receiptOf(consumer, sample.plan.exchangeId), 'pending')
    await log.close(opened, sample.answer, sample.outcomes)
    assert.deepEqual(closedOf(await repeated).bytes, sample.answer.bytes)
  })

  it('finds the answer that another process gave', async () => {
    const sample = anExchange()
    const waiting = log.open(sample.plan, sample.request)
    await waiting
    const repeated = log.answerOf({ stage: 'repeated', consumer, exchangeId: sample.plan.exchangeId })
    const other = aLog(store)
    const [again] = (await other.recover(LATER)).filter(({ plan }) => plan.exchangeId === sample.plan.exchangeId)
    assert.ok(again)
    await other.close(again, sample.answer, sample.outcomes)
    assert.deepEqual(Buffer.from(closedOf(await repeated).bytes), sample.answer.bytes)
  })

  it('recovers what a crash left open, with its plan and the outcomes stored before', async () => {
    const sample = anExchange()
    await log.open(sample.plan, sample.request)
    const { exchange, key } = await log.handleOf(sample.plan)
    const [outcome] = sample.outcomes
    assert.ok(outcome)
    await recordOutcomes(store.db, exchange, key, [{ outcome, endedAt: new Date(), retentionClass: 'standard' }])

    const restarted = aLog(store)
    const found = (await restarted.recover(LATER)).find(({ plan }) => plan.exchangeId === sample.plan.exchangeId)
    assert.deepEqual(found?.plan, JSON.parse(JSON.stringify(sample.plan)))
    assert.deepEqual(found?.known, [outcome])
    assert.deepEqual(await restarted.recover(new Date(0)), [])
    await restarted.close(found, sample.answer, sample.outcomes)
    assert.ok(!(await log.recover(LATER)).some(({ plan }) => plan.exchangeId === sample.plan.exchangeId))
    const receipt = await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000)
    assert.ok(receipt && judge(receipt, sample, log.vkey).holds, 'the salts of before the crash open the commitments')
  })

  it('tells of an open exchange that cannot be read, and recovers the others', async () => {
    const [lost, sound] = [anExchange(), anExchange()]
    await log.open(lost.plan, lost.request)
    await log.open(sound.plan, sound.request)
    const row = await rowOf(store, lost.plan.exchangeId)
    await store.db.deleteFrom('payload').where('exchange', '=', row).where('kind', '=', 'plan').execute()
    const alarms: string[] = []
    const found = await aLog(store, { onAlarm: ({ kind }) => alarms.push(kind) }).recover(LATER)
    assert.deepEqual(alarms, ['recovery-failed'])
    assert.ok(found.some(({ plan }) => plan.exchangeId === sound.plan.exchangeId))
    await store.db
      .updateTable('exchange')
      .set({ state: 'closed', status: 'cancelled', closed_at: new Date() })
      .where('id', '=', row)
      .execute()
  })

  it('forgets answers after their time, and keeps entry and receipt', async () => {
    const sample = anExchange()
    await exchangeOnce(log, sample)
    assert.ok((await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000)) !== undefined)
    assert.equal(await log.expireDue(new Date()), 0)
    const later = new Date(Date.now() + 73 * 3_600_000)
    const early = aLog(store, { clock: () => later })
    const repeated = { stage: 'repeated' as const, consumer, exchangeId: sample.plan.exchangeId }
    await assert.rejects(early.answerOf(repeated), { code: 'exchange.expired' }, 'over before the sweep came')
    assert.ok((await log.expireDue(later)) > 0)
    await assert.rejects(log.answerOf(repeated), { code: 'exchange.expired' })
    const receipt = await log.receiptOf(consumer, sample.plan.exchangeId)
    assert.ok(receipt !== 'pending' && receipt && judge(receipt, sample, log.vkey).holds)
  })

  it('records a refusal under the party that signed, with nothing but codes', async () => {
    const sample = anExchange()
    await log.refused(verifiedOf(sample), new BrokerError('access.not-granted', 'no grant'), { bytes: sample.request })
    const row = await store.db.selectFrom('log_entry').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow()
    const { time: _time, requestCommit, ...entry } = readEntry(row.bytes)
    assert.equal(_time.length, 24)
    assert.match(requestCommit, /^[\w-]{43}$/)
    assert.deepEqual(entry, {
      ...{ v: 1, event: 'refused', exchangeId: sample.plan.exchangeId, consumer, problem: 'access.not-granted' },
      signerCertificate: sample.plan.signer.certificate,
    })
    const nameless = { ...verifiedOf(sample), head: { ...verifiedOf(sample).head, exchangeId: `${EGN} ${NAME}` } }
    await log.refused(nameless, new BrokerError('request.schema', 'ExchangeId'), { bytes: sample.request })
    const last = await store.db.selectFrom('log_entry').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow()
    assert.equal(readEntry(last.bytes).exchangeId, undefined)
    assert.equal(last.exchange, null)
  })

  const decisionOf = ({ plan }: Sample, result: DecisionRecord['result']): DecisionRecord => ({
    ...{ v: 1, at: plan.receivedAt, exchangeId: plan.exchangeId, governance: plan.governanceDigest, result },
    question: {
      ...{ consumer, signer: { party: consumer, key: '0c'.repeat(32) }, service: plan.service },
      ...{ legalBasis: plan.legalBasis.code, position: plan.official.position },
    },
  })
  /** The last entry and the last decision. */
  const last = async () => ({
    entry: await store.db.selectFrom('log_entry').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow(),
    decision: await store.db.selectFrom('decision').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow(),
  })

  it('keeps with an opening, and with a refusal, what was decided, and its digest in the entry', async () => {
    const sample = anExchange()
    const granted = decisionOf(sample, { granted: true, grant: 'g', disclosure: { driver: ['names'] } })
    await log.open(sample.plan, sample.request, granted)
    const opened = await last()
    assert.deepEqual(JSON.parse(opened.decision.record), granted)
    assert.equal(opened.decision.exchange, opened.entry.exchange)
    assert.equal(readEntry(opened.entry.bytes).decision, sha256Hex(opened.decision.record))

    const other = anExchange()
    const refused = decisionOf(other, { granted: false, code: 'access.official', detail: 'for: clerk' })
    const refusal = new BrokerError('access.official', 'for: clerk')
    await log.refused(verifiedOf(other), refusal, { bytes: other.request, decision: refused })
    const { entry, decision } = await last()
    assert.deepEqual([JSON.parse(decision.record), decision.exchange], [refused, null])
    assert.equal(readEntry(entry.bytes).decision, sha256Hex(decision.record))
    assert.ok(!`${opened.decision.record}${decision.record}`.includes(EGN))
  })

  it('keeps no decision of an exchange that was opened before', async () => {
    const sample = anExchange()
    const granted = decisionOf(sample, { granted: true, grant: 'g', disclosure: {} })
    await log.open(sample.plan, sample.request, granted)
    const { decision } = await last()
    assert.equal((await log.open(sample.plan, sample.request, granted)).stage, 'repeated')
    assert.equal((await last()).decision.id, decision.id)
  })

  it('fails with broker.log-unavailable where the database is gone, and nothing is opened', async () => {
    const databaseUrl = await testDatabaseUrl()
    const folder = await mkdtemp(join(tmpdir(), 'edno-log-'))
    const gone = await openStore({ databaseUrl, dataDirectory: folder, payloadKeyFile: join(folder, 'key') })
    try {
      const orphan = aLog(gone)
      await exchangeOnce(orphan)
      const name = new URL(databaseUrl).pathname.slice(1)
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute(store.db)
      await sql`alter database ${sql.id(name)} rename to ${sql.id(`${name}_gone`)}`.execute(store.db)
      const sample = anExchange()
      const refused = { code: 'broker.log-unavailable' }
      await assert.rejects(orphan.open(sample.plan, sample.request), refused)
      await assert.rejects(orphan.findExchange(consumer, sample.plan.exchangeId), refused)
      await assert.rejects(
        orphan.refused(verifiedOf(sample), new BrokerError('access.not-granted', ''), { bytes: sample.request }),
        refused,
      )
    } finally {
      await gone.close()
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('writes nothing about a person into entries or into columns that are not encrypted', async () => {
    await exchangeOnce(log)
    const other = anExchange()
    await log.refused(verifiedOf(other), new BrokerError('access.not-granted', 'no grant'), { bytes: other.request })
    const tables = ['exchange', 'call', 'attempt', 'payload', 'log_entry', 'log_tile', 'log_checkpoint']
    const markers = [EGN, NAME].flatMap((marker) => [
      marker,
      Buffer.from(marker).toString('hex'),
      Buffer.from(marker).toString('base64').slice(0, 12),
    ])
    for (const table of tables) {
      const { rows } = await sql<{
        row: string
      }>`select row_to_json(t)::text as row from ${sql.table(table)} t`.execute(store.db)
      if (table !== 'attempt') assert.ok(rows.length > 0, table)
      for (const { row } of rows)
        for (const marker of markers) assert.ok(!row.includes(marker), `${table} holds ${marker}`)
    }
  })
})

async function rowOf(store: Store, id: string): Promise<number> {
  return (await store.db.selectFrom('exchange').select('id').where('exchange_id', '=', id).executeTakeFirstOrThrow()).id
}
