import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { exchangeId, partyId } from '../../../src/model/ids.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { monthOf, openCipher } from '../../../src/store/month-keys.ts'
import {
  decryptPayload,
  encryptPayload,
  keyEncryptionKey,
  type PayloadCipher,
  type PayloadKey,
} from '../../../src/store/payload-cipher.ts'
import { statement } from '../../../src/store/statement.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

const NOVEMBER = new Date('2026-11-30T23:59:59Z')
const DECEMBER = new Date('2026-12-01T00:00:00Z')

describe('the keys of months', function () {
  this.timeout(60_000)
  const operators = keyEncryptionKey(randomBytes(32))
  const scope = () => ({ consumer: partyId('troyan'), exchangeId: exchangeId(randomUUID()) })
  let store: Store
  beforeEach(async () => {
    store = await testStore()
    // The store made one of its own.
    await statement`delete from month_key`.execute(store.db)
  })

  const open = (now: Date, key = operators): Promise<PayloadCipher> => openCipher(store.db, key, now)
  const rows = async () => {
    const { rows } = await statement<{ id: string; month: string; wrapped: Buffer | null }>`
      select id, month, wrapped from month_key order by month`.execute(store.db)
    return rows
  }
  const storedOf = ({ keyId, wrapped }: PayloadKey) => ({ keyId, wrapped })
  const isInternal = (error: unknown): boolean => error instanceof BrokerError && error.code === 'broker.internal'

  it('are one for each month of UTC, of which each wraps what is opened in it', async () => {
    assert.deepEqual([monthOf(NOVEMBER), monthOf(DECEMBER)], ['2026-11', '2026-12'])
    const cipher = await open(NOVEMBER)
    const before = cipher.newKey(scope())
    await cipher.prepare(NOVEMBER)
    assert.equal(cipher.newKey(scope()).keyId, before.keyId, 'the same one all the month')
    await cipher.prepare(DECEMBER)
    const after = cipher.newKey(scope())
    assert.match(before.keyId, /^standard\/2026-11\/[0-9a-f]{16}$/)
    assert.match(after.keyId, /^standard\/2026-12\/[0-9a-f]{16}$/)
    assert.deepEqual(
      (await rows()).map(({ id, month }) => [id, month]),
      [
        [before.keyId, '2026-11'],
        [after.keyId, '2026-12'],
      ],
    )
  })

  it('are one for each retention class, so that each can be shredded for itself', async () => {
    const cipher = await open(NOVEMBER)
    await cipher.prepare(NOVEMBER, 'long')
    const [standard, long] = [cipher.newKey(scope()), cipher.newKey(scope(), 'long')]
    assert.match(standard.keyId, /^standard\/2026-11\//)
    assert.match(long.keyId, /^long\/2026-11\/[0-9a-f]{16}$/)
    await cipher.prepare(DECEMBER, 'long')
    assert.match(cipher.newKey(scope(), 'long').keyId, /^long\/2026-12\//, 'each turns its months by itself')
    assert.equal(cipher.newKey(scope()).keyId, standard.keyId)
    await statement`
      update month_key set wrapped = null, shredded_at = now() where id = ${standard.keyId}`.execute(store.db)
    const later = await open(DECEMBER)
    assert.deepEqual([await later.load(standard.keyId), await later.load(long.keyId)], [false, true])
    assert.deepEqual(later.openKey(long, storedOf(long)).dataKey, long.dataKey)
  })

  it('are shared by all processes, also by two that begin a month at once', async () => {
    const [one, two] = await Promise.all([open(NOVEMBER), open(NOVEMBER)])
    const key = one.newKey(scope())
    assert.equal(two.newKey(scope()).keyId, key.keyId)
    assert.equal((await rows()).length, 1)
    const sealed = encryptPayload(key, 'answer', Buffer.from('text'))
    assert.equal(await two.load(key.keyId), true)
    assert.equal(decryptPayload(two.openKey(key, storedOf(key)), 'answer', sealed).toString(), 'text')
  })

  it('are read again after a restart, in another month too', async () => {
    const key = (await open(NOVEMBER)).newKey(scope())
    const later = await open(DECEMBER)
    assert.equal(await later.load(key.keyId), true)
    assert.deepEqual(later.openKey(key, storedOf(key)).dataKey, key.dataKey)
  })

  it('open nothing any more once they are shredded, whoever has the operator’s key', async () => {
    const key = (await open(NOVEMBER)).newKey(scope())
    await statement`update month_key set wrapped = null, shredded_at = now()`.execute(store.db)
    const later = await open(DECEMBER)
    assert.equal(await later.load(key.keyId), false)
    assert.throws(() => later.openKey(key, storedOf(key)), isInternal)
  })

  it('that were shredded do not come back with a clock that was set back: the operator’s key serves', async () => {
    await open(NOVEMBER)
    await statement`update month_key set wrapped = null, shredded_at = now()`.execute(store.db)
    const again = await open(NOVEMBER)
    assert.equal(again.newKey(scope()).keyId, operators.id)
    assert.equal((await rows()).length, 1)
  })

  it('of another operator’s key are refused by whoever opens them, and are not taken for its own', async () => {
    const key = (await open(NOVEMBER)).newKey(scope())
    const stranger = await open(NOVEMBER, keyEncryptionKey(randomBytes(32)))
    assert.notEqual(stranger.newKey(scope()).keyId, key.keyId)
    assert.equal(await stranger.load(key.keyId), true, 'it is there')
    assert.throws(() => stranger.openKey(key, storedOf(key)), isInternal)
  })

  it('lie in the rows wrapped, and a row that was changed or moved is none', async () => {
    const cipher = await open(NOVEMBER)
    const key = cipher.newKey(scope())
    const [row] = await rows()
    const changed = Buffer.from(row!.wrapped!)
    changed[20] = changed[20]! ^ 1
    await statement`update month_key set wrapped = ${changed}`.execute(store.db)
    await assert.rejects(open(NOVEMBER), isInternal)
    await statement`update month_key set wrapped = ${row!.wrapped}, id = ${`${key.keyId.slice(0, -1)}g`}`.execute(
      store.db,
    )
    await assert.rejects(open(NOVEMBER), isInternal)
  })
})
