import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import {
  closeExchange,
  findExchange,
  insertExchange,
  type NewExchange,
  claimExchanges,
} from '../../../src/store/exchanges.ts'
import { deferExchange } from '../../../src/store/deferred.ts'
import { insertAttempts } from '../../../src/store/attempts.ts'
import { getPayload } from '../../../src/store/payloads.ts'
import { cancelExchange } from '../../../src/store/promises.ts'
import { exchangesWithDueContent, wipeContent } from '../../../src/store/retention.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { ASKED } from '../../support/asked-frame.ts'
import { openFolder, testDatabaseUrl, testStore } from '../../support/database.ts'
import { until } from '../../support/estate.ts'

const at = new Date('2026-03-02T08:00:00.123Z')
const entry = (event: string) => ({ bytes: Buffer.from(event), leafHash: Buffer.alloc(32, 9), event })
const opened = entry('opened')

const LATER = new Date('2999-01-01T00:00:00Z')

describe('exchanges', () => {
  let store: Store
  before(async () => {
    store = await testStore()
  })

  const fresh = (change: Partial<NewExchange> = {}): NewExchange => {
    const scope = { consumer: partyId('troyan'), exchangeId: exchangeId(randomUUID()) }
    return {
      ...scope,
      service: serviceRef('taxi-permit', 1),
      caseReference: 'TR-2026-17',
      requestDigest: Buffer.alloc(32, 7),
      receivedAt: at,
      deadline: new Date(at.getTime() + 10_000),
      retentionClass: 'answer-72h',
      owner: 0,
      key: store.cipher.newKey(scope),
      payloads: [
        { kind: 'plan', retentionClass: 'plan', plain: Buffer.from('the plan') },
        { kind: 'request', retentionClass: 'request', plain: Buffer.from('the request') },
      ],
      calls: [
        { name: 'driver', operation: operationRef('civil-registry/valid-person@1'), need: 'required' },
        { name: 'insurance', operation: operationRef('guarantee-fund/motor-insurance@1'), need: 'optional' },
      ],
      ...change,
    }
  }
  const insert = async (exchange: NewExchange): Promise<number> => {
    const id = await insertExchange(store.db, exchange, opened)
    assert.ok(id !== undefined)
    return id
  }

  /** Events of the log entries about an exchange. */
  const entriesOf = async (exchange: number): Promise<string[]> => {
    const rows = await store.db
      .selectFrom('log_entry')
      .select('event')
      .where('exchange', '=', exchange)
      .orderBy('id')
      .execute()
    return rows.map(({ event }) => event)
  }
  const recordOf = ({ key }: NewExchange, text = 'the answer') => ({
    key,
    answer: { kind: 'answer', retentionClass: 'answer-72h', plain: Buffer.from(text) },
    entry: entry('answered'),
  })

  it('that were taken back are closed by whoever did that and by no other, and ask nothing more', async () => {
    const exchange = fresh()
    const id = (await insertExchange(store.db, exchange, opened))!
    const cancelling = { by: exchange.consumer, at, owner: 7, problem: 'exchange.cancelled' }
    assert.equal(await cancelExchange(store.db, id, cancelling), true)
    assert.equal(await cancelExchange(store.db, id, cancelling), false)
    assert.equal(await deferExchange(store.db, id, at), false, 'nobody is promised an answer that was taken back')
    assert.deepEqual(await insertAttempts(store.db, id, [{ call: 'driver', startedAt: at }], ASKED), new Map())
    const close = (status: 'complete' | 'cancelled') =>
      closeExchange(
        store.db,
        id,
        { status, mediaType: 'application/xml', closedAt: at, expiresAt: LATER },
        {
          key: exchange.key,
          answer: { kind: 'answer', retentionClass: 'answer', plain: Buffer.from(status) },
          entry: entry('answered'),
        },
      )
    assert.equal(await close('complete'), undefined)
    assert.ok((await close('cancelled')) !== undefined)
    assert.equal(await cancelExchange(store.db, id, cancelling), false)
  })

  it('are closed once where they are taken back, twice, in the moment of their answer', async () => {
    const won = new Set<string>()
    const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
    // Now the one begins sooner, now the other, until each has won once.
    for (let round = 0; round < 40 || (won.size < 2 && round < 1000); round += 1) {
      const exchange = fresh()
      const id = await insert(exchange)
      const close = (status: 'complete' | 'cancelled') => {
        const closing = { status, mediaType: 'application/xml', closedAt: at, expiresAt: LATER } as const
        return closeExchange(store.db, id, closing, recordOf(exchange, status))
      }
      const takeBack = async () => {
        const cancelling = { by: exchange.consumer, at, owner: 7, problem: 'exchange.cancelled' }
        await wait((round >> 2) % 8)
        if (!(await cancelExchange(store.db, id, cancelling))) return undefined
        return close('cancelled')
      }
      const answer = async () => {
        await wait(round % 4)
        return close('complete')
      }
      const entries = await Promise.all([takeBack(), answer(), takeBack(), answer()])
      assert.equal(entries.filter((written) => written !== undefined).length, 1)
      assert.deepEqual(await entriesOf(id), ['opened', 'answered'])
      const row = await findExchange(store.db, exchange.consumer, exchange.exchangeId)
      assert.equal((await getPayload(store.db, id, exchange.key, 'answer'))?.toString(), row?.status)
      won.add(row?.status ?? '')
    }
    assert.deepEqual([...won].toSorted(), ['cancelled', 'complete'])
  })

  it('writes an exchange with its payloads, its planned calls and the entry that says so', async () => {
    const exchange = fresh()
    const id = await insert(exchange)
    const row = await findExchange(store.db, exchange.consumer, exchange.exchangeId)
    assert.equal(row?.id, id)
    assert.equal(row.state, 'open')
    assert.deepEqual(row.received_at, at)
    assert.deepEqual(row.request_digest, Buffer.alloc(32, 7))
    const key = store.cipher.openKey(exchange, { keyId: row.key_id, wrapped: row.data_key! })
    assert.equal((await getPayload(store.db, id, key, 'plan'))?.toString(), 'the plan')
    assert.equal((await getPayload(store.db, id, key, 'request'))?.toString(), 'the request')
    assert.equal(await getPayload(store.db, id, key, 'answer'), undefined)
    const calls = await store.db.selectFrom('call').selectAll().where('exchange', '=', id).orderBy('name').execute()
    assert.deepEqual(
      calls.map((call) => [call.name, call.need, call.state]),
      [
        ['driver', 'required', 'planned'],
        ['insurance', 'optional', 'planned'],
      ],
    )
    assert.deepEqual(await entriesOf(id), ['opened'])
  })

  it('stores no payload in the clear', async () => {
    const id = await insert(fresh())
    const rows = await store.db.selectFrom('payload').select('ciphertext').where('exchange', '=', id).execute()
    assert.equal(rows.length, 2)
    for (const row of rows) assert.ok(!row.ciphertext.includes('the '))
  })

  it('writes nothing for an id that this consumer has used, and keeps the ids of consumers apart', async () => {
    const first = fresh()
    const id = await insert(first)
    assert.equal(await insertExchange(store.db, first, opened), undefined)
    const other = fresh({ consumer: partyId('lovech'), exchangeId: first.exchangeId })
    assert.notEqual(await insert(other), id)
    const { count } = await store.db
      .selectFrom('call')
      .select((query) => query.fn.countAll<number>().as('count'))
      .where('exchange', '=', id)
      .executeTakeFirstOrThrow()
    assert.equal(count, 2)
    assert.deepEqual(await entriesOf(id), ['opened'])
  })

  it('lets exactly one of many starters open the same exchange', async () => {
    const exchange = fresh()
    const ids = await Promise.all(Array.from({ length: 8 }, () => insertExchange(store.db, exchange, opened)))
    assert.equal(ids.filter((id) => id !== undefined).length, 1)
  })

  it('closes an exchange once, with one answer and one entry', async () => {
    const exchange = fresh()
    const id = await insert(exchange)
    const closing = { status: 'complete', mediaType: 'application/xml', closedAt: at, expiresAt: at } as const
    assert.ok((await claimExchanges(store.db, { owner: store.owner, overdue: LATER })).some((row) => row.id === id))
    const closed = await Promise.all([
      closeExchange(store.db, id, closing, recordOf(exchange)),
      closeExchange(store.db, id, { ...closing, status: 'refused' }, recordOf(exchange)),
    ])
    assert.equal(closed.filter((written) => written !== undefined).length, 1)
    assert.equal((await getPayload(store.db, id, exchange.key, 'answer'))?.toString(), 'the answer')
    assert.deepEqual(await entriesOf(id), ['opened', 'answered'])
    assert.ok(!(await claimExchanges(store.db, { owner: store.owner, overdue: LATER })).some((row) => row.id === id))
  })

  it('gives a process what it left open itself before it is due, and nothing else', async () => {
    const exchange = fresh()
    const id = await insert(exchange)
    const claimed = await claimExchanges(store.db, { owner: store.owner, overdue: new Date(0), left: [exchange] })
    assert.deepEqual(
      claimed.map((row) => row.id),
      [id],
    )
    const another = { ...exchange, exchangeId: fresh().exchangeId }
    assert.deepEqual(await claimExchanges(store.db, { owner: store.owner, overdue: new Date(0), left: [another] }), [])
  })

  it('leaves to a process what it is about to close itself, overdue or not', async () => {
    const id = await insert(fresh({ owner: store.owner }))
    const claim = async (without: readonly number[]): Promise<boolean> =>
      (await claimExchanges(store.db, { owner: store.owner, overdue: LATER, without })).some((row) => row.id === id)
    assert.deepEqual([await claim([id]), await claim([])], [false, true])
  })

  it('gives no more at once than were asked for, the oldest first', async () => {
    const ids: number[] = []
    for (let many = 0; many < 5; many += 1) ids.push(await insert(fresh({ owner: store.owner })))
    const claim = async (without: readonly number[]): Promise<number[]> =>
      (await claimExchanges(store.db, { owner: store.owner, overdue: LATER, without, limit: 2 })).map((row) => row.id)
    const older = await store.db.selectFrom('exchange').select('id').where('id', '<', ids[0]!).execute()
    const before = older.map(({ id }) => id)
    assert.deepEqual(await claim(before), ids.slice(0, 2))
    assert.deepEqual(await claim([...before, ...ids.slice(0, 2)]), ids.slice(2, 4))
  })

  it('leaves what a living process works on, and gives what a dead one left to exactly one other', async () => {
    const databaseUrl = await testDatabaseUrl()
    const payloadKeyFile = join(await openFolder(), 'payload.key')
    const stores = await Promise.all(
      [1, 2, 3].map(() => openStore({ databaseUrl, dataDirectory: tmpdir(), payloadKeyFile })),
    )
    const [working, second, third] = stores as [Store, Store, Store]
    try {
      const id = await insertExchange(working.db, fresh({ owner: working.owner }), opened)
      const claim = async (by: Store): Promise<number[]> =>
        (await claimExchanges(by.db, { owner: by.owner, overdue: new Date(0) })).map((row) => row.id)
      assert.deepEqual(await claim(second), [])
      assert.deepEqual(await claim(working), [], 'it works on it itself')
      await working.close()
      const claimed: number[] = []
      const claimBoth = () => Promise.all([second, third].map(async (by) => claimed.push(...(await claim(by)))))
      // Its session may end a moment after it said goodbye.
      await until('it is known to be gone', async () => {
        await claimBoth()
        return claimed.length > 0
      })
      await claimBoth()
      assert.deepEqual(claimed, [id])
    } finally {
      await Promise.all(stores.map((each) => each.close()))
    }
  })

  it('deletes application, plan, evidence and answer when their time is over, not before, and keeps the salts', async () => {
    const kept = (kind: string) => ({ kind, retentionClass: 'answer-72h', plain: Buffer.from(kind) })
    const exchange = fresh({ payloads: ['plan', 'request', 'evidence:driver', 'salts'].map(kept) })
    const id = await insert(exchange)
    const expiresAt = new Date('2020-01-04T00:00:00Z')
    const closing = { status: 'complete', mediaType: 'application/xml', closedAt: at, expiresAt } as const
    await closeExchange(store.db, id, closing, recordOf(exchange))
    const kinds = async (): Promise<string[]> => {
      const rows = await store.db
        .selectFrom('payload')
        .select('kind')
        .where('exchange', '=', id)
        .orderBy('kind')
        .execute()
      return rows.map((row) => row.kind)
    }
    const due = async (at: Date) => (await exchangesWithDueContent(store.db, at, 1000)).map((row) => row.id)
    assert.ok(!(await due(new Date(expiresAt.getTime() - 1))).includes(id))
    assert.ok((await due(expiresAt)).includes(id))
    assert.deepEqual(await kinds(), ['answer', 'evidence:driver', 'plan', 'request', 'salts'])
    assert.equal(await wipeContent(store.db, [id]), 4)
    assert.deepEqual(await kinds(), ['salts'])
    assert.ok(!(await due(expiresAt)).includes(id))
  })

  it('undoes a transaction whose work fails', async () => {
    const exchange = fresh()
    const boom = new Error('boom')
    await assert.rejects(
      store.transaction(async (tx) => {
        await insertExchange(tx, exchange, opened)
        throw boom
      }),
      boom,
    )
    assert.equal(await findExchange(store.db, exchange.consumer, exchange.exchangeId), undefined)
  })
})
