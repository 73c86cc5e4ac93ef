import { getLogTiles } from '../store/log-tiles.ts'
import type { Executor } from '../store/tables/tables.ts'
import { type HashReader, type TreeNode } from './merkle.ts'
import { Tile, tileKey, tileOf, widthIn } from './tile.ts'
import { readerOver } from './tile-tree.ts'

/** About 20 MB with the nodes worked out. */
const LIMIT = 256

/** Tiles read or written lately, so that the proof of a fresh entry costs no query. */
export class TileCache {
  readonly #tiles = new Map<string, Tile>()

  put(tile: Tile): void {
    const key = tileKey(tile)
    this.#tiles.delete(key)
    this.#tiles.set(key, tile)
    const [oldest] = this.#tiles.keys()
    if (this.#tiles.size > LIMIT && oldest !== undefined) this.#tiles.delete(oldest)
  }

  /** After a batch that was rolled back, tiles in memory may hold hashes that never were. */
  clear(): void {
    this.#tiles.clear()
  }

  /** A reader for these nodes of a tree of `size`; loads the tiles that are missing or were read when shorter. */
  async readerFor(db: Executor, nodes: readonly TreeNode[], size: number): Promise<HashReader> {
    const wanted = new Map(nodes.map(tileOf).map((at) => [tileKey(at), at]))
    const held = new Map<string, Tile>()
    for (const [key, at] of wanted) {
      const tile = this.#tiles.get(key)
      if (tile !== undefined && tile.width >= widthIn(size, at)) held.set(key, tile)
    }
    const missing = [...wanted.values()].filter((at) => !held.has(tileKey(at)))
    const rows = missing.length === 0 ? [] : await getLogTiles(db, missing)
    for (const row of rows) {
      const tile = new Tile(row, row.hashes)
      held.set(tileKey(tile), tile)
      this.put(tile)
    }
    return readerOver((key) => held.get(key))
  }
}
