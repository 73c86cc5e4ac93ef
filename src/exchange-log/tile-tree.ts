import { LogFault } from './log-fault.ts'
import { type HashReader, treeRoot, type TreeNode } from './merkle.ts'
import { edgeTilesOf, Tile, TILE_WIDTH, type TileCoordinate, tileKey, tileOf } from './tile.ts'

/** Reads nodes from tiles that are in memory. */
export function readerOver(find: (key: string) => Tile | undefined): HashReader {
  return (node: TreeNode) => {
    const at = tileOf(node)
    const tile = find(tileKey(at))
    if (tile === undefined) throw new LogFault('tile-missing', `tile ${tileKey(at)} was not loaded`)
    return tile.read(node)
  }
}

/**
 * The right edge of a growing tree: the tiles that are not full, from which the root follows and to which leaves are
 * added. Holds nothing else, so its size does not grow with the log.
 */
export class TileTree {
  #size: number
  /** The growing tile of each level. */
  readonly #edge: Tile[]

  /** `edge` must be the partial tiles of a tree of `size`; cut to their width in that tree. */
  constructor(size: number, edge: readonly Tile[]) {
    this.#size = size
    this.#edge = []
    for (const { level, number, width } of edgeTilesOf(size)) {
      const tile = edge.find((each) => each.level === level && each.number === number)
      if (tile === undefined || tile.width < width)
        throw new LogFault('tile-missing', `tile ${level}/${number} is missing or too short for size ${size}`)
      this.#edge[level] = tile.width === width ? tile : new Tile(tile, tile.bytes(width))
    }
    for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH))
      this.#edge[level] ??= new Tile({ level, number: Math.floor(count / TILE_WIDTH) })
  }

  get size(): number {
    return this.#size
  }

  get root(): Uint8Array {
    return treeRoot(this.#size, (node) => this.#read(node))
  }

  /** Adds leaves and gives every tile that changed, full ones included. */
  append(leaves: readonly Uint8Array[]): Tile[] {
    const changed = new Set<Tile>()
    for (const leaf of leaves) this.#push(0, leaf, changed)
    this.#size += leaves.length
    return [...changed]
  }

  #push(level: number, hash: Uint8Array, changed: Set<Tile>): void {
    const tile = (this.#edge[level] ??= new Tile({ level, number: 0 }))
    tile.push(hash)
    changed.add(tile)
    if (tile.width < TILE_WIDTH) return
    this.#edge[level] = new Tile({ level, number: tile.number + 1 })
    this.#push(level + 1, tile.root, changed)
  }

  /** Nodes of the root stand in the edge, except whole full tiles, which stand one level up. */
  #read(node: TreeNode): Uint8Array {
    const at: TileCoordinate = tileOf(node)
    const tile = this.#edge[at.level]
    if (tile?.number !== at.number) throw new LogFault('tile-missing', `tile ${tileKey(at)} is not on the edge`)
    return tile.read(node)
  }
}
