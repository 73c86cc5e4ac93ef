import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { latestLogCheckpoint, logCheckpointAt, logCheckpointCovering } from '../../../src/store/log-checkpoints.ts'
import { isOvertaken, lockLog, type LogBatch, pendingLogBatch, putLogBatch } from '../../../src/store/log-batch.ts'
import {
  appendLogEntry,
  findLogEntry,
  logEntriesBetween,
  logEntriesByExchange,
  logEntryByIndex,
} from '../../../src/store/log-entries.ts'
import { getLogTile, getLogTiles } from '../../../src/store/log-tiles.ts'
import type { Store } from '../../../src/store/store.ts'
import type { Executor } from '../../../src/store/tables/tables.ts'
import { testStore } from '../../support/database.ts'

const at = new Date('2026-03-02T08:00:00Z')
/** restrict_violation */
const denied = { code: '23001' }
const hashes = (count: number, fill = 1): Buffer => Buffer.alloc(32 * count, fill)

const checkpoint = (size: number) => ({ size, root: hashes(1), note: `note ${size}\n`, createdAt: at })
/** Sizes of the checkpoints of batches that are about something else. */
let size = 1000

describe('the tables of the exchange log', () => {
  let store: Store
  beforeEach(async () => {
    store = await testStore()
  })
  afterEach(() => store.close())

  const append = (text: string): Promise<number> =>
    appendLogEntry(store.db, { bytes: Buffer.from(text), leafHash: hashes(1), event: 'opened' })

  const put = (batch: Partial<LogBatch>, db: Executor = store.db): Promise<void> =>
    putLogBatch(db, { places: [], tiles: [], checkpoint: checkpoint((size += 1)), ...batch })

  it('hand out pending entries, oldest first, until they have an index', async () => {
    const ids = [await append('a'), await append('b'), await append('c')]
    const pending = await pendingLogBatch(store.db, 2)
    assert.deepEqual(pending, {
      entries: [
        { id: ids[0], leafHash: hashes(1) },
        { id: ids[1], leafHash: hashes(1) },
      ],
    })
    await put({ places: pending.entries.map(({ id }, index) => ({ id, index })), checkpoint: checkpoint(2) })
    const { createdAt: _, ...head } = checkpoint(2)
    assert.deepEqual(await pendingLogBatch(store.db, 10), {
      head,
      entries: [{ id: ids[2], leafHash: hashes(1) }],
    })
    assert.equal((await logEntryByIndex(store.db, 1))?.bytes.toString(), 'b')
    assert.equal((await findLogEntry(store.db, ids[2]!))?.index, null)
    const integrated = await logEntriesBetween(store.db, 0, 2)
    assert.deepEqual(
      integrated.map((entry) => [entry.index, entry.integrated_at]),
      [
        [0, at],
        [1, at],
      ],
    )
    assert.deepEqual(await logEntriesByExchange(store.db, 1), [])
  })

  it('let one integrator at a time grow the tree', async () => {
    const order: string[] = []
    let leave: () => void = () => undefined
    const stay = new Promise<void>((resolve) => {
      leave = resolve
    })
    let inside: () => void = () => undefined
    const entered = new Promise<void>((resolve) => {
      inside = resolve
    })
    const first = store.transaction(async (tx) => {
      await lockLog(tx)
      inside()
      await stay
      order.push('first')
    })
    await entered
    const second = store.transaction(async (tx) => {
      await lockLog(tx)
      order.push('second')
    })
    const batch = put({}).then(() => order.push('batch'))
    await store.ping()
    leave()
    await Promise.all([first, second, batch])
    assert.equal(order[0], 'first')
    assert.equal(order.length, 3)
  })

  it('refuse to change, delete or truncate an entry, and to give an index twice', async () => {
    const id = await append('a')
    const update = store.db.updateTable('log_entry').where('id', '=', id)
    await assert.rejects(update.set({ bytes: Buffer.from('x') }).execute(), denied)
    await assert.rejects(update.set({ event: 'closed', index: 0, integrated_at: at }).execute(), denied)
    await put({ places: [{ id, index: 0 }] })
    await assert.rejects(put({ places: [{ id, index: 1 }] }), denied)
    await assert.rejects(update.set({ index: null, integrated_at: null }).execute(), denied)
    await assert.rejects(store.db.deleteFrom('log_entry').execute(), denied)
    await assert.rejects(sql`truncate log_entry`.execute(store.db), denied)
    assert.equal((await findLogEntry(store.db, id))?.bytes.toString(), 'a')
  })

  it('refuse one index for two entries', async () => {
    const ids = [await append('a'), await append('b')]
    const places = ids.map((id) => ({ id, index: 0 }))
    await assert.rejects(put({ places }), { code: '23505' })
  })

  it('refuse a batch whole where another integrator was first', async () => {
    const [mine, other] = [await append('a'), await append('b')]
    await put({ places: [{ id: other, index: 0 }], checkpoint: checkpoint(1) })
    const tiles = [{ level: 0, number: 0, hashes: hashes(1) }]
    for (const places of [
      [{ id: mine, index: 0 }],
      [
        { id: mine, index: 1 },
        { id: other, index: 0 },
      ],
    ])
      await assert.rejects(put({ places, tiles, checkpoint: checkpoint(2) }), isOvertaken)
    assert.equal((await findLogEntry(store.db, mine))?.index, null)
    assert.equal(await getLogTile(store.db, 0, 0), undefined)
    assert.equal((await latestLogCheckpoint(store.db))?.size, 1)
    assert.equal(isOvertaken(new Error('the connection broke')), false)
  })

  it('let a tile grow, never shrink or change', async () => {
    await put({
      tiles: [
        { level: 0, number: 0, hashes: hashes(2) },
        { level: 1, number: 0, hashes: hashes(1, 9) },
      ],
    })
    const grown = Buffer.concat([hashes(2), hashes(1, 3)])
    await put({ tiles: [{ level: 0, number: 0, hashes: grown }] })
    assert.deepEqual(await getLogTile(store.db, 0, 0), grown)
    await assert.rejects(put({ tiles: [{ level: 0, number: 0, hashes: hashes(2) }] }), denied)
    await assert.rejects(put({ tiles: [{ level: 0, number: 0, hashes: hashes(3, 5) }] }), denied)
    await assert.rejects(store.db.deleteFrom('log_tile').execute(), denied)
    const tiles = await getLogTiles(store.db, [
      { level: 1, number: 0 },
      { level: 7, number: 0 },
    ])
    assert.deepEqual(tiles, [{ level: 1, number: 0, hashes: hashes(1, 9) }])
    assert.equal(await getLogTile(store.db, 7, 0), undefined)
  })

  it('keep every checkpoint as it was signed', async () => {
    assert.equal(await latestLogCheckpoint(store.db), undefined)
    for (const each of [1, 5, 9]) await put({ checkpoint: checkpoint(each) })
    assert.deepEqual(await latestLogCheckpoint(store.db), checkpoint(9))
    assert.deepEqual(await logCheckpointAt(store.db, 5), checkpoint(5))
    assert.equal(await logCheckpointAt(store.db, 6), undefined)
    assert.deepEqual(await logCheckpointCovering(store.db, 4), checkpoint(5))
    assert.deepEqual(await logCheckpointCovering(store.db, 5), checkpoint(9))
    assert.equal(await logCheckpointCovering(store.db, 9), undefined)
    await assert.rejects(put({ checkpoint: checkpoint(5) }), { code: '23505' })
    await assert.rejects(store.db.updateTable('log_checkpoint').set({ note: 'x' }).execute(), denied)
    await assert.rejects(store.db.deleteFrom('log_checkpoint').execute(), denied)
  })
})
