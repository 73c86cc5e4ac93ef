import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import canonicalize from 'canonicalize'
import { askedFrame } from '../../../src/exchange-log/entries.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { exchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import { attemptsOf, endAttempt, insertAttempts } from '../../../src/store/attempts.ts'
import { type EndedCall, insertCalls, outcomesOf, recordOutcomes } from '../../../src/store/calls.ts'
import { insertExchange } from '../../../src/store/exchanges.ts'
import { giveHint } from '../../../src/store/hints.ts'
import { logEntriesByExchange } from '../../../src/store/log-entries.ts'
import type { PayloadKey } from '../../../src/store/payload-cipher.ts'
import { cancelExchange } from '../../../src/store/promises.ts'
import { claimQueuedCall, insertQueuedCalls } from '../../../src/store/queued-calls.ts'
import type { Store } from '../../../src/store/store.ts'
import { ASKED } from '../../support/asked-frame.ts'
import { testStore } from '../../support/database.ts'
import { until } from '../../support/estate.ts'

const start = new Date('2026-03-02T08:00:00Z')
const later = (ms: number): Date => new Date(start.getTime() + ms)
const operation = operationRef('civil-registry/valid-person@1')
const found: CallOutcome = {
  call: 'driver',
  operation,
  outcome: 'found',
  evidence: { names: { first: 'Иван', surname: 'Примеров' } },
  provenance: {
    registry: 'civil-registry',
    operation,
    askedAt: start.toISOString(),
    asOf: start.toISOString(),
    sourceReference: 'ref-1',
    signedByRegistry: false,
    othersDropped: false,
  },
  elapsedMs: 12,
}

describe('calls and attempts', () => {
  let store: Store
  let key: PayloadKey
  let exchange: number
  before(async () => {
    store = await testStore()
  })
  beforeEach(async () => {
    const scope = { consumer: partyId('troyan'), exchangeId: exchangeId(randomUUID()) }
    key = store.cipher.newKey(scope)
    const id = await insertExchange(
      store.db,
      {
        ...scope,
        service: serviceRef('taxi-permit', 1),
        caseReference: 'TR-1',
        requestDigest: Buffer.alloc(32),
        receivedAt: start,
        deadline: later(10_000),
        retentionClass: 'answer-72h',
        owner: 0,
        key,
        payloads: [],
        calls: ['driver', 'trader', 'managers'].map((name) => ({ name, operation, need: 'required' })),
      },
      { bytes: Buffer.from('opened'), leafHash: Buffer.alloc(32), event: 'opened' },
    )
    exchange = id!
  })

  const ended = (about: Partial<EndedCall> = {}): EndedCall => ({
    outcome: found,
    endedAt: later(12),
    retentionClass: 'answer-72h',
    ...about,
  })
  const record = async (about: Partial<EndedCall> = {}): Promise<boolean> =>
    (await recordOutcomes(store.db, exchange, key, [ended(about)])).includes((about.outcome ?? found).call)

  it('appends one entry of the log with the attempts, which says what is about to be asked, and none where nothing is', async () => {
    const about = { exchangeId: exchangeId(randomUUID()), consumer: partyId('troyan') }
    const entries = async (): Promise<string[]> => {
      const rows = await logEntriesByExchange(store.db, exchange)
      for (const { event, bytes, leaf_hash } of rows)
        if (event === 'asked') assert.deepEqual(leaf_hash, leafHash(bytes))
      return rows.flatMap(({ event, bytes }) => (event === 'asked' ? [bytes.toString()] : []))
    }
    const both = ['trader', 'driver'].map((call) => ({ call, startedAt: start }))
    await insertAttempts(store.db, exchange, both, askedFrame(about, start))
    const question = { attempt: 1, operation }
    const entry = { v: 1, event: 'asked', time: start.toISOString(), exchangeId: about.exchangeId, consumer: 'troyan' }
    const first = canonicalize({ ...entry, questions: ['driver', 'trader'].map((call) => ({ ...question, call })) })
    assert.deepEqual(await entries(), [first])
    await record({ outcome: found })
    await insertAttempts(store.db, exchange, both, askedFrame(about, start))
    const second = canonicalize({ ...entry, questions: [{ ...question, attempt: 2, call: 'trader' }] })
    assert.deepEqual(await entries(), [first, second])
    await insertAttempts(store.db, exchange, [{ call: 'driver', startedAt: start }], askedFrame(about, start))
    assert.equal((await entries()).length, 2)
  })

  it('numbers the attempts of several calls in one statement and marks the calls as running', async () => {
    const numbers = await insertAttempts(
      store.db,
      exchange,
      [
        { call: 'driver', startedAt: start },
        { call: 'trader', startedAt: later(1) },
      ],
      ASKED,
    )
    assert.deepEqual(Object.fromEntries(numbers), { driver: 1, trader: 1 })
    await endAttempt(store.db, exchange, { call: 'driver', number: 1, endedAt: later(5), fault: 'provider.timeout' })
    const again = await insertAttempts(store.db, exchange, [{ call: 'driver', startedAt: later(6) }], ASKED)
    assert.deepEqual(Object.fromEntries(again), { driver: 2 })
    const attempts = await attemptsOf(store.db, exchange)
    assert.deepEqual(
      attempts.map(({ call, number, fault }) => [call, number, fault]),
      [
        ['driver', 1, 'provider.timeout'],
        ['trader', 1, null],
        ['driver', 2, null],
      ],
    )
    const rows = await store.db
      .selectFrom('call')
      .selectAll()
      .where('exchange', '=', exchange)
      .orderBy('name')
      .execute()
    assert.deepEqual(
      rows.map((row) => [row.name, row.state, row.started_at]),
      [
        ['driver', 'running', start],
        ['managers', 'planned', null],
        ['trader', 'running', later(1)],
      ],
    )
  })

  it('makes no attempt for a call that has ended or was never planned', async () => {
    await record()
    const numbers = await insertAttempts(
      store.db,
      exchange,
      [
        { call: 'driver', startedAt: later(20) },
        { call: 'nobody', startedAt: later(20) },
      ],
      ASKED,
    )
    assert.equal(numbers.size, 0)
  })

  it('gives back the outcome that it stored, with evidence and provenance', async () => {
    await insertAttempts(store.db, exchange, [{ call: 'driver', startedAt: start }], ASKED)
    assert.equal(await record({ attempt: { number: 1 } }), true)
    assert.deepEqual(await outcomesOf(store.db, exchange, key), [found])
    const [attempt] = await attemptsOf(store.db, exchange)
    assert.deepEqual(attempt?.ended_at, later(12))
  })

  it('keeps the evidence encrypted', async () => {
    await record()
    const rows = await store.db.selectFrom('payload').selectAll().where('exchange', '=', exchange).execute()
    assert.deepEqual(
      rows.map((row) => row.kind),
      ['evidence:driver'],
    )
    assert.ok(!rows[0]!.ciphertext.includes('Иван'))
  })

  it('stores a failure and a skipped call without evidence, in the order in which they ended', async () => {
    const failed: CallOutcome = {
      call: 'trader',
      operation,
      outcome: 'failed',
      problem: 'provider.timeout',
      elapsedMs: 3000,
    }
    const skipped: CallOutcome = { call: 'managers', operation, outcome: 'skipped', elapsedMs: 0 }
    await insertAttempts(store.db, exchange, [{ call: 'trader', startedAt: start }], ASKED)
    await record({ outcome: failed, endedAt: later(3000), attempt: { number: 1, fault: 'provider.timeout' } })
    await record({ outcome: skipped, endedAt: later(3001) })
    assert.deepEqual(await outcomesOf(store.db, exchange, key), [failed, skipped])
    assert.equal((await attemptsOf(store.db, exchange))[0]?.fault, 'provider.timeout')
  })

  it('ends several calls in one statement, each with its own attempt, and leaves alone what had ended', async () => {
    await insertAttempts(
      store.db,
      exchange,
      ['driver', 'trader'].map((call) => ({ call, startedAt: start })),
      ASKED,
    )
    const skipped: CallOutcome = { call: 'managers', operation, outcome: 'skipped', elapsedMs: 0 }
    await record({ outcome: skipped, endedAt: later(1) })
    const failed: CallOutcome = {
      call: 'trader',
      operation,
      outcome: 'failed',
      problem: 'provider.down',
      elapsedMs: 20,
    }
    const names = await recordOutcomes(store.db, exchange, key, [
      ended({ attempt: { number: 1 } }),
      ended({ outcome: failed, endedAt: later(20), attempt: { number: 1, fault: 'provider.down' } }),
      ended({ outcome: { ...found, call: 'managers' }, endedAt: later(21) }),
    ])
    assert.deepEqual(names.toSorted(), ['driver', 'trader'])
    assert.deepEqual(await outcomesOf(store.db, exchange, key), [skipped, found, failed])
    assert.deepEqual(
      (await attemptsOf(store.db, exchange)).map(({ call, ended_at, fault }) => [call, ended_at, fault]),
      [
        ['driver', later(12), null],
        ['trader', later(20), 'provider.down'],
      ],
    )
  })

  it('lets the first outcome of a call stand', async () => {
    const late: CallOutcome = { call: 'driver', operation, outcome: 'late', problem: 'provider.timeout', elapsedMs: 9 }
    const results = await Promise.all([record(), record({ outcome: late })])
    assert.deepEqual(results.toSorted(), [false, true])
    assert.equal((await outcomesOf(store.db, exchange, key)).length, 1)
  })

  it('tells whoever waits elsewhere for a call that was queued, and of no other', async () => {
    const heard: unknown[] = []
    const stop = store.hints.hear((hint) => void heard.push(hint))
    const queued = (call: string) => ({
      call,
      registry: 'civil-registry',
      idempotent: true,
      dueAt: start,
      endsAt: later(9000),
    })
    await insertQueuedCalls(store.db, exchange, [queued('driver'), queued('trader')], start)
    await claimQueuedCall(store.db, { exchange, call: 'driver' }, store.owner, later(1))
    // The listening connection is opened with the first listener; a hint that came before would be lost.
    await until('a hint', async () => {
      await giveHint(store.db, { kind: 'exchange', exchange })
      return heard.length > 0
    })
    await record()
    await record({ outcome: { ...found, call: 'trader' } })
    await record({ outcome: { ...found, call: 'managers' } })
    const of = (hint: unknown) => isDeepStrictEqual(hint, { kind: 'call', exchange, call: 'driver' })
    await until('the hint of the call', () => heard.some(of))
    assert.deepEqual(
      heard.filter((hint) => !of(hint) && !isDeepStrictEqual(hint, { kind: 'exchange', exchange })),
      [],
    )
    stop()
  })

  it('does not end a call that was never planned', async () => {
    assert.equal(await record({ outcome: { ...found, call: 'nobody' } }), false)
    assert.deepEqual(await outcomesOf(store.db, exchange, key), [])
  })

  it('plans the items of a forEach call once, whoever plans them again', async () => {
    const items = ['managers.0', 'managers.1'].map((name) => ({ name, operation, need: 'required' as const }))
    await insertCalls(store.db, exchange, items)
    await record({ outcome: { ...found, call: 'managers.0' } })
    await insertCalls(store.db, exchange, items)
    const numbers = await insertAttempts(
      store.db,
      exchange,
      items.map(({ name }) => ({ call: name, startedAt: later(30) })),
      ASKED,
    )
    assert.deepEqual(Object.fromEntries(numbers), { 'managers.1': 1 })
  })

  const cancel = () =>
    cancelExchange(store.db, exchange, {
      by: partyId('troyan'),
      at: later(30),
      owner: 7,
      problem: 'exchange.cancelled',
    })
  const item = { name: 'managers.0', operation, need: 'required' } as const

  it('plans and begins nothing of an exchange that was taken back', async () => {
    assert.equal(await cancel(), true)
    await insertCalls(store.db, exchange, [item])
    assert.deepEqual(
      await insertAttempts(store.db, exchange, [{ call: item.name, startedAt: later(40) }], ASKED),
      new Map(),
    )
  })

  it('ends items that are being planned while their exchange is taken back', async () => {
    const { cancelling } = await store.transaction(async (tx) => {
      await insertCalls(tx, exchange, [item])
      const cancelling = cancel()
      await pause(100)
      return { cancelling }
    })
    assert.equal(await cancelling, true)
    assert.deepEqual(
      await insertAttempts(store.db, exchange, [{ call: item.name, startedAt: later(40) }], ASKED),
      new Map(),
    )
    const ended = await outcomesOf(store.db, exchange, key, item.name)
    assert.deepEqual(ended, [
      { call: item.name, operation, outcome: 'skipped', problem: 'exchange.cancelled', elapsedMs: 0 },
    ])
  })

  it('no longer gives evidence whose payload is gone', async () => {
    await record()
    await store.db.deleteFrom('payload').where('exchange', '=', exchange).execute()
    assert.deepEqual(await outcomesOf(store.db, exchange, key), [
      { call: 'driver', operation, outcome: 'found', elapsedMs: 12 },
    ])
  })
})
