import { consistencyNodes, consistencyProof, HASH_BYTES } from '../exchange-log/merkle.ts'
import { Tile, TILE_WIDTH, type TileCoordinate, tileKey, tileOf, tilePath, widthIn } from '../exchange-log/tile.ts'
import { readerOver } from '../exchange-log/tile-tree.ts'
import type { FetchLogFile } from './fetch-log.ts'
import type { Witness, WitnessAnswer } from './witness.ts'

export type LookCode =
  | 'cosigned'
  /** Nothing is wrong with the log by these: it did not answer, or not whole, or somebody else did. */
  | 'no-answer'
  | 'no-checkpoint'
  | 'unknown-log'
  | 'not-signed'
  | 'no-tiles'
  | 'overtaken'
  /** The log's key signed a head that does not continue what it had shown. */
  | 'forked'
  /** The log's key signed a smaller head than one before: a rollback, or an old copy. */
  | 'shrunk'

/** What one look at a log gave. */
export interface Look {
  readonly what: LookCode
  readonly origin?: string
  readonly size?: number
  /** Size of the head that was cosigned before. */
  readonly before?: number
}

/** Pulls the newest head of a log, and from its tiles the proof that it continues the head that was cosigned last. */
export async function lookAt(witness: Witness, fetch: FetchLogFile): Promise<Look> {
  const note = (await fetch('checkpoint'))?.toString('utf8')
  if (note === undefined) return { what: 'no-answer' }
  const opened = witness.open(note)
  if ('status' in opened) return { what: MEANING[opened.status] }
  const { origin, size } = opened.checkpoint
  const before = witness.headOf(origin)?.size ?? 0
  const about = { origin, size, before }
  if (size < before) return { what: 'shrunk', ...about }
  const proof = await proofBetween(before, size, fetch)
  if (proof === undefined) return { what: 'no-tiles', ...about }
  return { what: MEANING[witness.add({ old: before, proof, note }, 'log').status], ...about }
}

const MEANING: Readonly<Record<WitnessAnswer['status'], LookCode>> = {
  200: 'cosigned',
  400: 'no-checkpoint',
  403: 'not-signed',
  404: 'unknown-log',
  409: 'overtaken',
  422: 'forked',
}

/** Undefined where a tile is missing. What the tiles say is believed by nobody: the witness walks the proof to both roots. */
async function proofBetween(old: number, size: number, fetch: FetchLogFile): Promise<Uint8Array[] | undefined> {
  if (old === 0 || old === size) return []
  const wanted = new Map(consistencyNodes(old, size).map((node) => [tileKey(tileOf(node)), tileOf(node)]))
  const tiles = new Map<string, Tile>()
  for (const [key, at] of wanted) {
    const tile = await fetchTile(at, widthIn(size, at), fetch)
    if (tile === undefined) return undefined
    tiles.set(key, tile)
  }
  return consistencyProof(
    old,
    size,
    readerOver((key) => tiles.get(key)),
  )
}

/** A partial tile may be gone where the full one is there. */
async function fetchTile(at: TileCoordinate, width: number, fetch: FetchLogFile): Promise<Tile | undefined> {
  const bytes = (await fetch(tilePath({ ...at, width }))) ?? (await fetch(tilePath({ ...at, width: TILE_WIDTH })))
  if (bytes === undefined || bytes.length < width * HASH_BYTES) return undefined
  return new Tile(at, bytes.subarray(0, width * HASH_BYTES))
}
