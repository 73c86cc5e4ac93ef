import { signCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { Integrator } from '../../../src/exchange-log/integrator.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { noteSigner } from '../../../src/exchange-log/note.ts'
import { Receipts } from '../../../src/exchange-log/receipts.ts'
import { TileTree } from '../../../src/exchange-log/tile-tree.ts'
import { putLogBatch } from '../../../src/store/log-batch.ts'
import { statement } from '../../../src/store/statement.ts'
import type { Store } from '../../../src/store/store.ts'
import { freshLogKey, ORIGIN } from '../../unit/exchange-log/keys.ts'
import { percentile } from '../load.ts'

export interface Proven {
  readonly size: number
  readonly p50: number
  readonly p99: number
}

const SIZE = 1_000_000
const PROOFS = 2000
const PORTION = 65_536

const leafAt = (index: number): Buffer => leafHash(Buffer.from(`entry ${index}`))

/** Proofs of entries all over a log of a million; head and tiles are read from the database, and every proof is walked. */
export async function proven(store: Store): Promise<Proven> {
  await statement`truncate log_tile, log_checkpoint cascade`.execute(store.db).catch(() => forgetLog(store))
  const signer = noteSigner(ORIGIN, freshLogKey())
  await grow(store, signer)
  const integrator = new Integrator({
    ...{ store, signer, clock: () => new Date(), onIntegrated: () => undefined },
    onAlarm: ({ kind }) => {
      throw new Error(kind)
    },
  })
  const receipts = new Receipts(store, () => integrator)
  const times: number[] = []
  for (let i = 0; i < PROOFS; i += 1) {
    const index = Math.floor(Math.random() * SIZE)
    const leaf = leafAt(index)
    const started = performance.now()
    await receipts.prove(index, leaf)
    times.push(performance.now() - started)
  }
  return { size: SIZE, p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
}

/** The tables deny it, as they should; the bench owns this database. */
async function forgetLog(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    await statement`set local session_replication_role = replica`.execute(tx)
    await statement`truncate log_tile, log_checkpoint cascade`.execute(tx)
  })
}

async function grow(store: Store, signer: ReturnType<typeof noteSigner>): Promise<void> {
  const tree = new TileTree(0, [])
  for (let from = 0; from < SIZE; from += PORTION) {
    const count = Math.min(PORTION, SIZE - from)
    const changed = tree.append(Array.from({ length: count }, (_, i) => leafAt(from + i)))
    const note = signCheckpoint({ origin: signer.name, size: tree.size, root: tree.root }, [signer])
    await putLogBatch(store.db, {
      places: [],
      tiles: changed.map((tile) => ({ level: tile.level, number: tile.number, hashes: tile.bytes() })),
      checkpoint: { size: tree.size, root: Buffer.from(tree.root), note, createdAt: new Date() },
    })
  }
}
