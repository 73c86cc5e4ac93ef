import { HASH_BYTES, nodeHash, type TreeNode } from './merkle.ts'
import { LogFault } from './log-fault.ts'

/** C2SP tlog-tiles: a tile holds up to 256 hashes, so one tile level is eight levels of the tree. */
export const TILE_WIDTH = 256
const TILE_HEIGHT = 8

export interface TileCoordinate {
  readonly level: number
  readonly number: number
}

/** A tile as a tree of some size has it; `width` below 256 is a partial tile. */
export interface SizedTile extends TileCoordinate {
  readonly width: number
}

/** `1234067` → `x001/x234/067` */
function groups(number: number): string {
  const digits = number.toString()
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  return padded.replace(/\d{3}(?=\d)/g, 'x$&/')
}

/** `tile/0/x001/x234/067`, with `.p/<width>` for a partial tile. */
export function tilePath({ level, number, width }: SizedTile): string {
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`
  return `tile/${level}/${groups(number)}${partial}`
}

/** The bundle of the entries whose leaf hashes are in tile `number` of level 0. */
export function entriesPath({ number, width }: Pick<SizedTile, 'number' | 'width'>): string {
  return tilePath({ level: 0, number, width }).replace('tile/0/', 'tile/entries/')
}

/** What a path of tlog-tiles names. */
export type LogResource = SizedTile & { readonly kind: 'tile' | 'entries' }

const HIGHEST_LEVEL = 63
const RESOURCE = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/

/** Undefined for every spelling but the one that is written: no leading zeros or groups, `.p/1` to `.p/255`. */
export function readResourcePath(path: string): LogResource | undefined {
  const match = RESOURCE.exec(path)
  if (match === null) return undefined
  const [, level = '', digits = '', partial] = match
  const kind = level === 'entries' ? 'entries' : 'tile'
  const width = partial === undefined ? TILE_WIDTH : Number(partial)
  const resource = { kind, level: kind === 'tile' ? Number(level) : 0, number: numberOf(digits), width } as const
  return isResource(resource, partial !== undefined) && resourcePath(resource) === path ? resource : undefined
}

const numberOf = (digits: string): number => Number(digits.replaceAll(/[x/]/g, ''))

const isResource = ({ level, number, width }: LogResource, isPartial: boolean): boolean =>
  level <= HIGHEST_LEVEL && Number.isSafeInteger(number * TILE_WIDTH) && width >= 1 && isPartial === width < TILE_WIDTH

export const resourcePath = (resource: LogResource): string =>
  resource.kind === 'tile' ? tilePath(resource) : entriesPath(resource)

/** Every tile, full or partial, of a tree of `size`; levels upwards, each from the left. Empty tiles do not exist. */
export function tilesOf(size: number): SizedTile[] {
  const tiles: SizedTile[] = []
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH))
    for (let number = 0; number * TILE_WIDTH < count; number += 1)
      tiles.push({ level, number, width: Math.min(TILE_WIDTH, count - number * TILE_WIDTH) })
  return tiles
}

/** The last tile of each level, where the next entry will change something; a level that ends full has none. */
export function edgeTilesOf(size: number): SizedTile[] {
  const tiles: SizedTile[] = []
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    const width = count % TILE_WIDTH
    if (width > 0) tiles.push({ level, number: Math.floor(count / TILE_WIDTH), width })
  }
  return tiles
}

/** The tile in which the hash of a complete subtree stands, or from whose hashes it follows. */
export function tileOf({ level, index }: TreeNode): TileCoordinate {
  const inTile = 2 ** (level % TILE_HEIGHT)
  return { level: Math.floor(level / TILE_HEIGHT), number: Math.floor((index * inTile) / TILE_WIDTH) }
}

/** Hashes that a tree of `size` has in this tile. */
export const widthIn = (size: number, { level, number }: TileCoordinate): number =>
  Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - number * TILE_WIDTH)

export const tileKey = ({ level, number }: TileCoordinate): string => `${level}/${number}`

/** A small Buffer is a window on 8 KB that it shares with others of its time: a tile that kept it would keep all of that. */
const ownCopy = (hash: Uint8Array): Uint8Array => new Uint8Array(hash)

/** Hashes of one tile, with the nodes above them worked out once: a complete subtree never changes again. */
export class Tile {
  readonly level: number
  readonly number: number
  /** `#nodes[h]` are the nodes `h` levels above the tile's own hashes. */
  readonly #nodes: (Uint8Array | undefined)[][]

  constructor({ level, number }: TileCoordinate, hashes: Uint8Array = new Uint8Array()) {
    if (hashes.length % HASH_BYTES !== 0 || hashes.length > TILE_WIDTH * HASH_BYTES)
      throw new LogFault('log-damaged', `tile ${level}/${number} has no whole number of hashes`)
    this.level = level
    this.number = number
    this.#nodes = Array.from({ length: TILE_HEIGHT + 1 }, () => [])
    for (let at = 0; at < hashes.length; at += HASH_BYTES) this.push(hashes.subarray(at, at + HASH_BYTES))
  }

  get width(): number {
    return this.#nodes[0]?.length ?? 0
  }

  push(hash: Uint8Array): void {
    this.#nodes[0]?.push(ownCopy(hash))
  }

  /** The first `width` hashes in a row; also what a tree of fewer entries had here. */
  bytes(width: number = this.width): Buffer {
    return Buffer.concat((this.#nodes[0] ?? []).slice(0, width).map((hash) => hash ?? Buffer.alloc(HASH_BYTES)))
  }

  /** The hash `height` levels above the tile's hashes (0 to 8), the `index`-th inside this tile. */
  node(height: number, index: number): Uint8Array {
    const row = this.#nodes[height]
    const known = row?.[index]
    if (known !== undefined) return known
    if (height === 0 || row === undefined)
      throw new LogFault('tile-missing', `tile ${this.level}/${this.number} ends before hash ${index}`)
    const made = ownCopy(nodeHash(this.node(height - 1, index * 2), this.node(height - 1, index * 2 + 1)))
    row[index] = made
    return made
  }

  /** Hash of a complete subtree of the whole tree that lies in this tile. */
  read({ level, index }: TreeNode): Uint8Array {
    const height = level - this.level * TILE_HEIGHT
    return this.node(height, index - (this.number * TILE_WIDTH) / 2 ** height)
  }

  /** What a full tile hands to the level above. */
  get root(): Uint8Array {
    return this.node(TILE_HEIGHT, 0)
  }
}
