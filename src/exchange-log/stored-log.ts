import { cosignedCheckpoint, cosignedCheckpointAt } from '../store/log-cosignatures.ts'
import { logEntriesBetween } from '../store/log-entries.ts'
import { stampAt, stampsFrom } from '../store/log-stamps.ts'
import { getLogTile } from '../store/log-tiles.ts'
import type { Executor } from '../store/tables/tables.ts'
import { writeBundle } from './bundle.ts'
import type { LogSource, StampedHead } from './log-source.ts'
import { HASH_BYTES } from './merkle.ts'
import { type LogResource, readResourcePath, TILE_WIDTH } from './tile.ts'

/** The log of the rows: what is served, and what is exported. Rows are the truth; nothing is kept beside them. */
export const storedLog = (db: Executor, vkey: string): LogSource => ({
  read: async (path) => {
    if (path === 'log.vkey') return Buffer.from(`${vkey}\n`)
    if (path === 'checkpoint') return noteOf(await cosignedCheckpoint(db))
    const resource = readResourcePath(path)
    return resource && readResource(db, resource)
  },
  stampedHeads: (from) => stampedHeads(db, from),
})

const STAMPS_AT_ONCE = 100

async function* stampedHeads(db: Executor, from: number): AsyncGenerator<StampedHead> {
  for (let next = from; ; ) {
    const listed = await stampsFrom(db, next, STAMPS_AT_ONCE)
    for (const { size } of listed) {
      const [head, token] = await Promise.all([cosignedCheckpointAt(db, size), stampAt(db, size)])
      if (head !== undefined && token !== undefined) yield { size, note: head.note, token }
    }
    const last = listed.at(-1)
    if (last === undefined || listed.length < STAMPS_AT_ONCE) return
    next = last.size + 1
  }
}

const noteOf = (row: { readonly note: string } | undefined): Buffer | undefined => row && Buffer.from(row.note)

const readResource = (db: Executor, resource: LogResource): Promise<Buffer | undefined> =>
  resource.kind === 'tile' ? readTile(db, resource) : readEntries(db, resource)

/** A tile of a smaller tree is the beginning of what it is now: every size that had a checkpoint has its partial tiles. */
async function readTile(db: Executor, { level, number, width }: LogResource): Promise<Buffer | undefined> {
  const hashes = await getLogTile(db, level, number)
  return hashes === undefined || hashes.length < width * HASH_BYTES ? undefined : hashes.subarray(0, width * HASH_BYTES)
}

async function readEntries(db: Executor, { number, width }: LogResource): Promise<Buffer | undefined> {
  const start = number * TILE_WIDTH
  const rows = await logEntriesBetween(db, start, start + width)
  return rows.length === width ? writeBundle(rows.map(({ bytes }) => bytes)) : undefined
}
