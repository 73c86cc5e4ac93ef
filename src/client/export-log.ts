import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { entrySpans } from '../exchange-log/bundle.ts'
import { type Checkpoint, openCheckpoint } from '../exchange-log/checkpoint.ts'
import { attempt, LogFault } from '../exchange-log/log-fault.ts'
import { type LogSource, readAhead } from '../exchange-log/log-source.ts'
import { HASH_BYTES, leafHash } from '../exchange-log/merkle.ts'
import { noteVerifier } from '../exchange-log/note.ts'
import {
  edgeTilesOf,
  entriesPath,
  resourcePath,
  type SizedTile,
  Tile,
  TILE_WIDTH,
  tileKey,
  tilePath,
} from '../exchange-log/tile.ts'
import { TileTree } from '../exchange-log/tile-tree.ts'
import { FolderWriter } from './folder-writer.ts'
import { logFolder, readIfThere, stampedSizes, stampFile } from './log-folder.ts'

export interface ExportClaim {
  readonly source: LogSource
  readonly folder: string
  /** The log's vkey, known beforehand. */
  readonly logKey: string
}

export interface Exported {
  readonly origin: string
  readonly size: number
  /** Entries that the copy did not have. */
  readonly added: number
  /** Files written. */
  readonly files: number
}

const EMPTY = 0

/**
 * Copies a log into a folder that any web server can serve: what is new since the head that lies there. Tiles are not copied but
 * derived from the entries, from where the last copy ended; a head is written only where they give its root, and
 * after everything it covers is on the disk. A copy that was interrupted goes on with the bundles that it has.
 *
 * @throws LogFault where the source is not this log, is shorter than the copy, or does not continue it.
 */
export async function exportLog(claim: ExportClaim): Promise<Exported> {
  await mkdir(claim.folder, { recursive: true, mode: 0o755 })
  const key = noteVerifier(claim.logKey)
  const note = (await claim.source.read('checkpoint'))?.toString('utf8')
  if (note === undefined) throw new LogFault('checkpoint-malformed', 'the log has no checkpoint yet')
  const head = openCheckpoint(note, key)
  const before = (await readIfThere(join(claim.folder, 'checkpoint')))?.toString('utf8')
  const old = before === undefined ? undefined : openCheckpoint(before, key)
  if ((old?.size ?? EMPTY) > head.size) throw new LogFault('log-damaged', 'the log is shorter than the copy of it')
  const copy = new LogCopy(claim, head, old)
  const written = await copy.write(note)
  return { origin: head.origin, size: head.size, added: head.size - (old?.size ?? EMPTY), files: written }
}

class LogCopy {
  readonly #claim: ExportClaim
  readonly #head: Checkpoint
  readonly #old: Checkpoint | undefined
  readonly #writer: FolderWriter
  /** The growing tile of each level, by its key. */
  readonly #edge = new Map<string, Tile>()

  constructor(claim: ExportClaim, head: Checkpoint, old: Checkpoint | undefined) {
    this.#claim = claim
    this.#head = head
    this.#old = old
    this.#writer = new FolderWriter(claim.folder)
  }

  async write(note: string): Promise<number> {
    try {
      return await this.#write(note)
    } finally {
      await this.#writer.ended()
    }
  }

  async #write(note: string): Promise<number> {
    const fromHere = await this.#entries(logFolder(this.#claim.folder))
    await this.#writer.ended()
    // What an interrupted copy left is good only if it gives the signed root.
    if (!fromHere && !(await this.#entries({ read: () => Promise.resolve(undefined) })))
      throw new LogFault('log-damaged', 'the entries do not give the signed root, or do not continue the copy')
    for (const tile of edgeTilesOf(this.#head.size)) await this.#writer.put(tilePath(tile), this.#edgeBytes(tile))
    await this.#writer.put('log.vkey', Buffer.from(`${this.#claim.logKey.trim()}\n`))
    await this.#stamps()
    await this.#writer.settled()
    await this.#writer.put(`checkpoint.${this.#head.size}`, Buffer.from(note))
    await this.#writer.put('checkpoint', Buffer.from(note))
    await this.#writer.settled()
    await this.#removePartial()
    return this.#writer.written
  }

  /** Heads with time stamps that the copy has not yet, each with its cosignatures. */
  async #stamps(): Promise<void> {
    const key = noteVerifier(this.#claim.logKey)
    const last = (await stampedSizes(this.#claim.folder)).at(-1) ?? -1
    for await (const { size, note, token } of this.#claim.source.stampedHeads?.(last + 1) ?? []) {
      if (size > this.#head.size) return
      if (openCheckpoint(note, key).size !== size)
        throw new LogFault('log-damaged', `the stamped head of size ${size} is another one`)
      await this.#writer.put(`checkpoint.${size}`, Buffer.from(note))
      await this.#writer.put(stampFile(size), token)
    }
  }

  /** Bundles and full tiles; true where the entries give the signed root. */
  async #entries(mine: LogSource): Promise<boolean> {
    const tree = await this.#start()
    const source = { read: async (path: string) => (await this.#ofMine(mine, path)) ?? this.#claim.source.read(path) }
    const next = readAhead(source, bundlesOf(tree.size, this.#head.size))
    for (let number = Math.floor(tree.size / TILE_WIDTH); tree.size < this.#head.size; number += 1) {
      const width = Math.min(TILE_WIDTH, this.#head.size - number * TILE_WIDTH)
      const bundle = await next()
      if (bundle === undefined) throw new LogFault('log-damaged', `${entriesPath({ number, width })} is not there`)
      if (!(await this.#grow(tree, bundle, { number, width }))) return false
    }
    return Buffer.from(tree.root).equals(this.#head.root)
  }

  /** Partial bundles are asked for anew: those that lie here belong to smaller heads. */
  #ofMine(mine: LogSource, path: string): Promise<Buffer | undefined> {
    return path.includes('.p/') ? Promise.resolve(undefined) : mine.read(path)
  }

  /** The tree of the head that lies in the folder, from its tiles. */
  async #start(): Promise<TileTree> {
    this.#edge.clear()
    const { size = EMPTY, root } = this.#old ?? {}
    const mine = logFolder(this.#claim.folder)
    for (const tile of edgeTilesOf(size)) {
      const bytes = await mine.read(tilePath(tile))
      if (bytes?.length === tile.width * HASH_BYTES) this.#edge.set(tileKey(tile), new Tile(tile, bytes))
    }
    const tree = new TileTree(size, [...this.#edge.values()])
    if (root !== undefined && !Buffer.from(tree.root).equals(root))
      throw new LogFault('log-damaged', 'the copy itself is damaged: its tiles do not give its head')
    return tree
  }

  /** False where the bundle is none, or does not begin with the entries that the tree has already. */
  async #grow(
    tree: TileTree,
    bundle: Buffer,
    { number, width }: Pick<SizedTile, 'number' | 'width'>,
  ): Promise<boolean> {
    const spans = attempt(() => entrySpans(bundle, width))
    if (spans === undefined) return false
    const leaves = spans.map(({ from, to }) => leafHash(bundle.subarray(from, to)))
    const known = tree.size - number * TILE_WIDTH
    const edge = this.#edge.get(tileKey({ level: 0, number }))
    if (known > 0 && edge?.bytes(known).equals(Buffer.concat(leaves.slice(0, known))) !== true) return false
    await this.#writer.put(entriesPath({ number, width }), bundle)
    for (const tile of tree.append(leaves.slice(known))) {
      this.#edge.set(tileKey(tile), tile)
      if (tile.width < TILE_WIDTH) continue
      await this.#writer.put(tilePath({ level: tile.level, number: tile.number, width: TILE_WIDTH }), tile.bytes())
      this.#edge.delete(tileKey(tile))
    }
    return true
  }

  #edgeBytes(tile: SizedTile): Buffer {
    const held = this.#edge.get(tileKey(tile))
    if (held === undefined) throw new LogFault('tile-missing', `${tilePath(tile)} is not on the edge`)
    return held.bytes(tile.width)
  }

  /** Partial tiles and bundles of heads before this one, whose full ones are there now. */
  async #removePartial(): Promise<void> {
    for (const { level, number } of edgeTilesOf(this.#old?.size ?? EMPTY)) {
      if (TILE_WIDTH ** (level + 1) * (number + 1) > this.#head.size) continue
      const kinds = level === 0 ? (['tile', 'entries'] as const) : (['tile'] as const)
      for (const kind of kinds)
        await this.#writer.remove(`${resourcePath({ kind, level, number, width: TILE_WIDTH })}.p`)
    }
  }
}

function* bundlesOf(from: number, size: number): Generator<string, void> {
  for (let number = Math.floor(from / TILE_WIDTH); number * TILE_WIDTH < size; number += 1)
    yield entriesPath({ number, width: Math.min(TILE_WIDTH, size - number * TILE_WIDTH) })
}
