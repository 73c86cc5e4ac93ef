import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { canonicalJson, sha256Hex } from '../../../src/schema/canonical-json.ts'
import { appendRefusal } from '../../../src/store/decisions.ts'
import type { Store } from '../../../src/store/store.ts'
import { unmatchedDecisions } from '../../../src/store/unmatched-decisions.ts'
import { testStore } from '../../support/database.ts'

describe('decisions and the exchange log', function () {
  this.timeout(60_000)
  let store: Store
  beforeEach(async () => {
    store = await testStore()
  })

  const NOON = new Date('2026-03-10T12:00:00.000Z')
  const recordOf = (n: number, at = NOON): string => canonicalJson({ at: at.toISOString(), n })
  const leafOf = (bytes: Buffer): Buffer =>
    createHash('sha256')
      .update(Buffer.concat([Buffer.alloc(1), bytes]))
      .digest()
  const entryOf = (members: object, time = NOON) => {
    const bytes = Buffer.from(canonicalJson({ ...members, event: 'refused', time: time.toISOString(), v: 1 }))
    return { bytes, leafHash: leafOf(bytes), event: 'refused' }
  }
  const decide = (n: number, at = NOON): Promise<void> =>
    appendRefusal(store.db, entryOf({ decision: sha256Hex(recordOf(n, at)) }, at), { at, record: recordOf(n, at) })
  const insert = async (record: string, at = NOON): Promise<number> => {
    const { rows } = await sql<{ id: number }>`
      insert into decision (at, record) values (${at}, ${record}) returning id`.execute(store.db)
    return rows[0]!.id
  }
  /** As somebody does who owns the database. */
  const forced = (change: ReturnType<typeof sql>): Promise<void> =>
    store.transaction(async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx)
      await change.execute(tx)
    })
  const found = async (range: Parameters<typeof unmatchedDecisions>[1] = {}) => {
    const { notInLog, withoutRecord } = await unmatchedDecisions(store.db, range)
    return { notInLog: [...notInLog], withoutRecord: withoutRecord.map(({ time, decision }) => ({ time, decision })) }
  }

  it('agree where every record was written with its entry, also the same one twice', async () => {
    for (const n of [1, 2, 2, 3]) await decide(n)
    await appendRefusal(store.db, entryOf({ problem: 'request.replayed' }), undefined)
    assert.deepEqual(await found(), { notInLog: [], withoutRecord: [] })
  })

  it('show a record that was made up, and a copy of a true one', async () => {
    await decide(1)
    const ids = [await insert(recordOf(7)), await insert(recordOf(1)), await insert('no JSON')]
    assert.deepEqual((await found()).notInLog, ids)
  })

  it('show which record is missing', async () => {
    for (const n of [1, 2]) await decide(n)
    await forced(sql`delete from decision where record = ${recordOf(2)}`)
    const missing = { time: NOON.toISOString(), decision: sha256Hex(recordOf(2)) }
    assert.deepEqual(await found(), { notInLog: [], withoutRecord: [missing] })
  })

  it('show both where a record was changed, or moved to another time', async () => {
    for (const n of [1, 2]) await decide(n)
    await forced(sql`update decision set record = ${recordOf(9)} where record = ${recordOf(1)}`)
    await forced(sql`update decision set at = at + interval '1 day' where record = ${recordOf(2)}`)
    const { notInLog, withoutRecord } = await found()
    assert.deepEqual([notInLog.length, withoutRecord.length], [2, 2])
  })

  it('are not matched by an entry whose bytes were changed, nor by words in another member', async () => {
    await insert(recordOf(1))
    const bytes = entryOf({ decision: sha256Hex(recordOf(1)) }).bytes
    await appendRefusal(store.db, { bytes, leafHash: Buffer.alloc(32), event: 'refused' }, undefined)
    const words = `"decision":"${sha256Hex(recordOf(1))}"`
    await appendRefusal(store.db, entryOf({ problem: words }), undefined)
    const broken = Buffer.from([0xff, 0x00, 0x22])
    await appendRefusal(store.db, { bytes: broken, leafHash: leafOf(broken), event: 'refused' }, undefined)
    assert.equal((await found()).notInLog.length, 1)
  })

  it('are looked at within the time that is asked for', async () => {
    const before = new Date(NOON.getTime() - 1)
    await insert(recordOf(1, before), before)
    await insert(recordOf(1))
    await decide(2, before)
    await decide(2)
    await forced(sql`delete from decision where record in (${recordOf(2, before)}, ${recordOf(2)})`)
    const counts = async (range: Parameters<typeof unmatchedDecisions>[1]): Promise<number[]> => {
      const { notInLog, withoutRecord } = await found(range)
      return [notInLog.length, withoutRecord.length]
    }
    assert.deepEqual(await counts({}), [2, 2])
    assert.deepEqual(await counts({ from: NOON }), [1, 1])
    assert.deepEqual(await counts({ to: NOON }), [1, 1])
    assert.deepEqual(await counts({ from: before, to: before }), [0, 0])
  })
})
