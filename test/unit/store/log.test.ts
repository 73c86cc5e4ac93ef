import assert from 'node:assert/strict'
import { sql } from 'kysely'
import {
  latestLogCheckpoint,
  logCheckpointAt,
  logCheckpointCovering,
  putLogCheckpoint,
} from '../../../src/store/log-checkpoints.ts'
import {
  appendLogEntry,
  findLogEntry,
  lockLog,
  logEntriesBetween,
  logEntriesByExchange,
  logEntryByIndex,
  pendingLogEntries,
  setLogIndices,
} from '../../../src/store/log-entries.ts'
import { getLogTile, getLogTiles, putLogTiles } from '../../../src/store/log-tiles.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

const at = new Date('2026-03-02T08:00:00Z')
/** restrict_violation */
const denied = { code: '23001' }
const hashes = (count: number, fill = 1): Buffer => Buffer.alloc(32 * count, fill)

describe('the tables of the exchange log', () => {
  let store: Store
  beforeEach(async () => {
    store = await testStore()
  })
  afterEach(() => store.close())

  const append = (text: string): Promise<number> =>
    appendLogEntry(store.db, { bytes: Buffer.from(text), leafHash: hashes(1), event: 'opened' })

  it('hand out pending entries, oldest first, until they have an index', async () => {
    const ids = [await append('a'), await append('b'), await append('c')]
    await store.transaction(async (tx) => {
      await lockLog(tx)
      const pending = await pendingLogEntries(tx, 2)
      assert.deepEqual(pending, [
        { id: ids[0], leafHash: hashes(1) },
        { id: ids[1], leafHash: hashes(1) },
      ])
      await setLogIndices(
        tx,
        pending.map(({ id }, index) => ({ id, index })),
        at,
      )
    })
    const rest = await store.transaction((tx) => pendingLogEntries(tx, 10))
    assert.deepEqual(
      rest.map((entry) => entry.id),
      [ids[2]],
    )
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
    await store.ping()
    leave()
    await Promise.all([first, second])
    assert.deepEqual(order, ['first', 'second'])
  })

  it('refuse to change, delete or truncate an entry, and to give an index twice', async () => {
    const id = await append('a')
    const update = store.db.updateTable('log_entry').where('id', '=', id)
    await assert.rejects(update.set({ bytes: Buffer.from('x') }).execute(), denied)
    await assert.rejects(update.set({ event: 'closed', index: 0, integrated_at: at }).execute(), denied)
    await setLogIndices(store.db, [{ id, index: 0 }], at)
    await assert.rejects(setLogIndices(store.db, [{ id, index: 1 }], at), denied)
    await assert.rejects(update.set({ index: null, integrated_at: null }).execute(), denied)
    await assert.rejects(store.db.deleteFrom('log_entry').execute(), denied)
    await assert.rejects(sql`truncate log_entry`.execute(store.db), denied)
    assert.equal((await findLogEntry(store.db, id))?.bytes.toString(), 'a')
  })

  it('refuse one index for two entries', async () => {
    const ids = [await append('a'), await append('b')]
    const places = ids.map((id) => ({ id, index: 0 }))
    await assert.rejects(setLogIndices(store.db, places, at), { code: '23505' })
  })

  it('let a tile grow, never shrink or change', async () => {
    await putLogTiles(store.db, [
      { level: 0, number: 0, hashes: hashes(2) },
      { level: 1, number: 0, hashes: hashes(1, 9) },
    ])
    const grown = Buffer.concat([hashes(2), hashes(1, 3)])
    await putLogTiles(store.db, [{ level: 0, number: 0, hashes: grown }])
    assert.deepEqual(await getLogTile(store.db, 0, 0), grown)
    await assert.rejects(putLogTiles(store.db, [{ level: 0, number: 0, hashes: hashes(2) }]), denied)
    await assert.rejects(putLogTiles(store.db, [{ level: 0, number: 0, hashes: hashes(3, 5) }]), denied)
    await assert.rejects(store.db.deleteFrom('log_tile').execute(), denied)
    const tiles = await getLogTiles(store.db, [
      { level: 1, number: 0 },
      { level: 7, number: 0 },
    ])
    assert.deepEqual(tiles, [{ level: 1, number: 0, hashes: hashes(1, 9) }])
    assert.equal(await getLogTile(store.db, 7, 0), undefined)
    await putLogTiles(store.db, [])
  })

  it('keep every checkpoint as it was signed', async () => {
    const checkpoint = (size: number) => ({ size, root: hashes(1), note: `note ${size}\n`, createdAt: at })
    assert.equal(await latestLogCheckpoint(store.db), undefined)
    for (const size of [1, 5, 9]) await putLogCheckpoint(store.db, checkpoint(size))
    assert.deepEqual(await latestLogCheckpoint(store.db), checkpoint(9))
    assert.deepEqual(await logCheckpointAt(store.db, 5), checkpoint(5))
    assert.equal(await logCheckpointAt(store.db, 6), undefined)
    assert.deepEqual(await logCheckpointCovering(store.db, 4), checkpoint(5))
    assert.deepEqual(await logCheckpointCovering(store.db, 5), checkpoint(9))
    assert.equal(await logCheckpointCovering(store.db, 9), undefined)
    await assert.rejects(putLogCheckpoint(store.db, checkpoint(5)), { code: '23505' })
    await assert.rejects(store.db.updateTable('log_checkpoint').set({ note: 'x' }).execute(), denied)
    await assert.rejects(store.db.deleteFrom('log_checkpoint').execute(), denied)
  })
})
