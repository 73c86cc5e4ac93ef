import { hash } from 'node:crypto'
import { HASH_BYTES } from './merkle.ts'
import { edgeTilesOf, type SizedTile, Tile, TILE_WIDTH } from './tile.ts'
import { TileTree } from './tile-tree.ts'

const TILE_BYTES = TILE_WIDTH * HASH_BYTES
const NODE_PREFIX = 1

/** A tile as the entries give it. The bytes are good until the next leaf. */
export interface DerivedTile extends SizedTile {
  readonly bytes: Buffer
}

/**
 * The tiles of a log, made of its leaves one after another, in memory that does not grow: one tile a level. For whoever has
 * the whole log before him; nothing that was stored is believed, so that nothing has to be checked against a parent.
 */
export class DerivedTree {
  readonly #levels: Buffer[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Adds a leaf hash, as a binary string; gives the tiles that are full now, from the lowest. */
  push(leaf: string): readonly DerivedTile[] {
    this.#put(0, this.#size, leaf)
    this.#size += 1
    return this.#size % TILE_WIDTH === 0 ? this.#filled() : []
  }

  #filled(): DerivedTile[] {
    const full: DerivedTile[] = []
    for (let level = 0, count = this.#size; count % TILE_WIDTH === 0; level += 1) {
      const bytes = this.#level(level)
      const number = count / TILE_WIDTH - 1
      full.push({ level, number, width: TILE_WIDTH, bytes })
      this.#put(level + 1, number, rootOf(bytes))
      count = number + 1
    }
    return full
  }

  /** The tiles of the right edge, none of them full. */
  edge(): readonly DerivedTile[] {
    return edgeTilesOf(this.#size).map((tile) => ({
      ...tile,
      bytes: this.#level(tile.level).subarray(0, tile.width * HASH_BYTES),
    }))
  }

  get root(): Uint8Array {
    return new TileTree(
      this.#size,
      this.edge().map((tile) => new Tile(tile, tile.bytes)),
    ).root
  }

  #put(level: number, index: number, digest: string): void {
    this.#level(level).write(digest, (index % TILE_WIDTH) * HASH_BYTES, 'latin1')
  }

  #level(level: number): Buffer {
    return (this.#levels[level] ??= Buffer.alloc(TILE_BYTES))
  }
}

/** Two hashes behind a prefix, at a place where they are words of 32 bits: so they are copied within the language. */
const WORDS_OF_PAIR = 16
const room = Buffer.alloc(8 + 2 * HASH_BYTES, NODE_PREFIX)
const pair = room.subarray(8 - 1)
const pairWords = wordsOf(room.subarray(8))
const row = Buffer.alloc(TILE_BYTES / 2)

function wordsOf(bytes: Buffer): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

/** What a full tile hands to the level above; RFC 6962 node hashes, eight rows of them. */
function rootOf(tile: Buffer): string {
  let below = wordsOf(tile)
  let digest = ''
  for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
    for (let i = 0; i < width; i += 1) {
      for (let word = 0; word < WORDS_OF_PAIR; word += 1) pairWords[word] = below[i * WORDS_OF_PAIR + word] ?? 0
      digest = hash('sha256', pair, 'binary')
      row.write(digest, i * HASH_BYTES, 'latin1')
    }
    below = wordsOf(row)
  }
  return digest
}
