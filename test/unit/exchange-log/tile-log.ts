import type { HashReader } from '../../../src/exchange-log/merkle.ts'
import { Tile, tileKey } from '../../../src/exchange-log/tile.ts'
import { readerOver, TileTree } from '../../../src/exchange-log/tile-tree.ts'

/** A log in memory, kept the way the integrator keeps it: by tiles, added to in batches. */
export class TileLog {
  readonly tiles = new Map<string, Tile>()
  readonly tree = new TileTree(0, [])
  readonly read: HashReader = readerOver((key) => this.tiles.get(key))

  append(leaves: readonly Uint8Array[]): this {
    for (const tile of this.tree.append(leaves)) this.tiles.set(tileKey(tile), tile)
    return this
  }
}
