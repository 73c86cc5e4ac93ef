import { sql } from 'kysely'
import type { LogTileTable } from './tables/log-tile.ts'
import type { Executor } from './tables/tables.ts'

export type LogTile = Readonly<LogTileTable>

/** Those of the wanted tiles that exist, in no order. */
export async function getLogTiles(
  db: Executor,
  wanted: readonly { readonly level: number; readonly number: number }[],
): Promise<LogTile[]> {
  const { rows } = await sql<LogTile>`
    select log_tile.level, log_tile.number, log_tile.hashes
    from unnest(${wanted.map((tile) => tile.level)}::integer[], ${wanted.map((tile) => tile.number)}::bigint[])
      as wanted (level, number)
    join log_tile using (level, number)`.execute(db)
  return rows
}

export async function getLogTile(db: Executor, level: number, number: number): Promise<Buffer | undefined> {
  const [tile] = await getLogTiles(db, [{ level, number }])
  return tile?.hashes
}
