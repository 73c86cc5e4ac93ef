import { cosignedCheckpoint } from '../store/log-cosignatures.ts'
import { logEntriesBetween } from '../store/log-entries.ts'
import { getLogTile } from '../store/log-tiles.ts'
import type { Executor } from '../store/tables/tables.ts'
import { writeBundle } from './bundle.ts'
import type { LogSource } from './log-source.ts'
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
})

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
