import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { exchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import {
  closeExchange,
  expirePayloads,
  findExchange,
  insertExchange,
  type NewExchange,
  openExchanges,
} from '../../../src/store/exchanges.ts'
import { getPayload, putPayload } from '../../../src/store/payloads.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

const at = new Date('2026-03-02T08:00:00.123Z')

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
    const id = await insertExchange(store.db, exchange)
    assert.ok(id !== undefined)
    return id
  }

  it('writes an exchange with its payloads and its planned calls', async () => {
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
    assert.equal(await insertExchange(store.db, first), undefined)
    const other = fresh({ consumer: partyId('lovech'), exchangeId: first.exchangeId })
    assert.notEqual(await insert(other), id)
    const { count } = await store.db
      .selectFrom('call')
      .select((query) => query.fn.countAll<number>().as('count'))
      .where('exchange', '=', id)
      .executeTakeFirstOrThrow()
    assert.equal(count, 2)
  })

  it('lets exactly one of many starters open the same exchange', async () => {
    const exchange = fresh()
    const ids = await Promise.all(Array.from({ length: 8 }, () => insertExchange(store.db, exchange)))
    assert.equal(ids.filter((id) => id !== undefined).length, 1)
  })

  it('closes an exchange once', async () => {
    const exchange = fresh()
    const id = await insert(exchange)
    const closing = { status: 'complete', mediaType: 'application/xml', closedAt: at, expiresAt: at } as const
    assert.ok((await openExchanges(store.db)).some((row) => row.id === id))
    const closed = await Promise.all([
      closeExchange(store.db, id, closing),
      closeExchange(store.db, id, { ...closing, status: 'refused' }),
    ])
    assert.deepEqual(closed.toSorted(), [false, true])
    assert.ok(!(await openExchanges(store.db)).some((row) => row.id === id))
  })

  it('deletes application, plan, evidence and answer when their time is over, not before, and keeps the salts', async () => {
    const exchange = fresh()
    const id = await insert(exchange)
    for (const kind of ['answer', 'evidence:driver', 'salts']) {
      await putPayload(store.db, id, exchange.key, { kind, retentionClass: 'answer-72h', plain: Buffer.from(kind) })
    }
    const expiresAt = new Date('2020-01-04T00:00:00Z')
    await closeExchange(store.db, id, { status: 'complete', mediaType: 'application/xml', closedAt: at, expiresAt })
    const kinds = async (): Promise<string[]> => {
      const rows = await store.db
        .selectFrom('payload')
        .select('kind')
        .where('exchange', '=', id)
        .orderBy('kind')
        .execute()
      return rows.map((row) => row.kind)
    }
    assert.equal(await expirePayloads(store.db, new Date(expiresAt.getTime() - 1)), 0)
    assert.deepEqual(await kinds(), ['answer', 'evidence:driver', 'plan', 'request', 'salts'])
    assert.equal(await expirePayloads(store.db, expiresAt), 4)
    assert.deepEqual(await kinds(), ['salts'])
  })

  it('undoes a transaction whose work fails', async () => {
    const exchange = fresh()
    const boom = new Error('boom')
    await assert.rejects(
      store.transaction(async (tx) => {
        await insertExchange(tx, exchange)
        throw boom
      }),
      boom,
    )
    assert.equal(await findExchange(store.db, exchange.consumer, exchange.exchangeId), undefined)
  })
})
