import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { appendRefusal, decisionsIn } from '../../../src/store/decisions.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

describe('decisions', function () {
  this.timeout(60_000)
  let store: Store
  before(async () => {
    store = await testStore()
  })
  const day = (n: number): Date => new Date(Date.UTC(2026, 2, n))
  const refusal = { bytes: Buffer.from('refused'), leafHash: Buffer.alloc(32), event: 'refused' }
  const found = async (range: Parameters<typeof decisionsIn>[1]): Promise<string[]> => {
    const records: string[] = []
    for await (const { record } of decisionsIn(store.db, range)) records.push(record)
    return records
  }

  it('are read in the order of their time, from one instant up to another', async () => {
    for (const n of [3, 1, 2]) await appendRefusal(store.db, refusal, { at: day(n), record: `{"n":${n}}` })
    assert.deepEqual(await found({}), ['{"n":1}', '{"n":2}', '{"n":3}'])
    assert.deepEqual(await found({ from: day(2) }), ['{"n":2}', '{"n":3}'])
    assert.deepEqual(await found({ from: day(2), to: day(3) }), ['{"n":2}'])
  })

  it('are not written where none was made', async () => {
    const before = (await found({})).length
    await appendRefusal(store.db, refusal, undefined)
    assert.equal((await found({})).length, before)
  })

  it('are read whole, however many there are', async () => {
    await sql`insert into decision (at, record) select ${day(20)}, '{}' from generate_series(1, 2500)`.execute(store.db)
    assert.equal((await found({ from: day(20) })).length, 2500)
  })

  it('are never changed: the database refuses it', async () => {
    for (const change of [sql`update decision set record = '{}'`, sql`delete from decision`, sql`truncate decision`])
      await assert.rejects(change.execute(store.db), { code: '23001' })
  })
})
