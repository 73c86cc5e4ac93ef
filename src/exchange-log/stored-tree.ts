import { logEntriesBetween } from '../store/log-entries.ts'
import { latestLogCheckpoint } from '../store/log-checkpoints.ts'
import { getLogTiles } from '../store/log-tiles.ts'
import type { Executor } from '../store/tables/tables.ts'
import { openCheckpoint } from './checkpoint.ts'
import { LogFault } from './log-fault.ts'
import { EMPTY_ROOT, leafHash } from './merkle.ts'
import type { NoteVerifier } from './note.ts'
import { edgeTilesOf, Tile, type TileCoordinate, tileKey } from './tile.ts'
import { TileTree } from './tile-tree.ts'

/** The newest signed head, as it stands in the database. */
export interface StoredHead {
  readonly size: number
  readonly root: Uint8Array
  /** The signed note; empty for the log that has no checkpoint yet. */
  readonly note: string
}

const damaged = (what: string, cause?: unknown): LogFault => new LogFault('log-damaged', what, { cause })
const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b)

/** The newest head; refused unless this log's key signed exactly what the row says. */
export const readHead = async (db: Executor, log: NoteVerifier): Promise<StoredHead> =>
  judgeHead(await latestLogCheckpoint(db), log)

/**
 * The head that a row says; refused unless this log's key signed exactly that.
 *
 * @param known a head judged before; the same row is not judged twice.
 */
export function judgeHead(row: StoredHead | undefined, log: NoteVerifier, known?: StoredHead): StoredHead {
  if (known !== undefined && row?.note === known.note && row.size === known.size && equal(row.root, known.root))
    return known
  if (row === undefined) return { size: 0, root: EMPTY_ROOT, note: '' }
  const signed = attempt(
    () => openCheckpoint(row.note, log),
    'the last checkpoint was not signed by the key of this log',
  )
  if (signed.size !== row.size || !equal(signed.root, row.root))
    throw damaged('the last checkpoint row differs from its signed note')
  return { size: row.size, root: row.root, note: row.note }
}

function attempt<T>(read: () => T, what: string): T {
  try {
    return read()
  } catch (cause) {
    throw damaged(what, cause)
  }
}

/** The growing edge from its tiles; refused unless it has the signed root and nothing was indexed beyond it. */
export async function readTree(tx: Executor, head: StoredHead): Promise<TileTree> {
  const rows = await getLogTiles(tx, edgeTilesOf(head.size))
  const tree = attempt(
    () =>
      new TileTree(
        head.size,
        rows.map((row) => new Tile(row, row.hashes)),
      ),
    'tiles of the right edge are missing',
  )
  if (!equal(tree.root, head.root)) throw damaged('the tiles do not give the signed root')
  const [beyond] = await logEntriesBetween(tx, head.size, head.size + 1)
  if (beyond !== undefined) throw damaged('an entry has an index beyond the last checkpoint')
  return tree
}

/** Entries read at a time by the whole check: eight full tiles. */
const PAGE = 2048

/**
 * Derives the whole log again from the bytes of its entries and compares every leaf hash, every tile and the root with
 * what is stored and signed. About a second for 100,000 entries.
 */
export async function verifyStoredLog(db: Executor, head: StoredHead): Promise<void> {
  const tree = new TileTree(0, [])
  while (tree.size < head.size) await verifyPage(db, tree, Math.min(tree.size + PAGE, head.size))
  if (!equal(tree.root, head.root)) throw damaged('the entries do not give the signed root')
}

async function verifyPage(db: Executor, tree: TileTree, end: number): Promise<void> {
  const start = tree.size
  const rows = await logEntriesBetween(db, start, end)
  const leaves = rows.map((row) => leafHash(row.bytes))
  rows.forEach((row, i) => {
    if (row.index !== start + i) throw damaged(`entry ${start + i} is missing`)
    if (!equal(row.leaf_hash, leaves[i] ?? EMPTY_ROOT)) throw damaged(`entry ${start + i} was changed`)
  })
  if (rows.length !== end - start) throw damaged(`entry ${start + rows.length} is missing`)
  const derived = tree.append(leaves)
  const stored = await readTiles(db, derived)
  for (const tile of derived) {
    const bytes = stored.get(tileKey(tile))
    // A stored tile may have grown since the head that is being checked; it must begin the same.
    if (bytes === undefined || !equal(bytes.subarray(0, tile.width * 32), tile.bytes()))
      throw damaged(`tile ${tileKey(tile)} does not follow from the entries`)
  }
}

async function readTiles(db: Executor, wanted: readonly TileCoordinate[]): Promise<Map<string, Uint8Array>> {
  const rows = await getLogTiles(db, wanted)
  return new Map(rows.map((row) => [tileKey(row), row.hashes]))
}
