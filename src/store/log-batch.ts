import type { LogCheckpoint } from './log-checkpoints.ts'
import { statement } from './statement.ts'
import type { LogTileTable } from './tables/log-tile.ts'
import type { Executor } from './tables/tables.ts'

export interface PendingEntry {
  readonly id: number
  readonly leafHash: Buffer
}

/** What can be integrated, and the newest checkpoint it would stand on: seen at one moment. */
export interface PendingBatch {
  /** Absent for the log that has no checkpoint yet. */
  readonly head?: Pick<LogCheckpoint, 'size' | 'root' | 'note'>
  /** Entries without an index, oldest first. */
  readonly entries: readonly PendingEntry[]
}

interface HeadRow extends Pick<LogCheckpoint, 'size' | 'root' | 'note'> {
  readonly id: null
}
interface PendingRow {
  readonly id: number
  /** The leaf hash: both kinds of rows have one column for their hash. */
  readonly root: Buffer
}

/** Oldest entries first, of those after `after` (a row number). */
export async function pendingLogBatch(db: Executor, limit: number, after = 0): Promise<PendingBatch> {
  const { rows } = await statement<HeadRow | PendingRow>`
    (select null::bigint as id, root, size, note from log_checkpoint order by size desc limit 1)
    union all
    (select id, leaf_hash, null, null from log_entry where index is null and id > ${after} order by id limit ${limit})
    order by id nulls first`.execute(db)
  const [first] = rows
  const entries = rows.flatMap((row) => (row.id === null ? [] : [{ id: row.id, leafHash: row.root }]))
  return first?.id === null ? { head: { size: first.size, root: first.root, note: first.note }, entries } : { entries }
}

/** What one checkpoint covers beyond the one before it. */
export interface LogBatch {
  readonly places: readonly { readonly id: number; readonly index: number }[]
  readonly tiles: readonly Readonly<LogTileTable>[]
  readonly checkpoint: LogCheckpoint
}

/** Any constant will do, as long as nothing else in the same database uses it. */
const INTEGRATION_LOCK = 7_236_310_002

/** Makes this transaction the only one that grows the tree, waiting for its turn; ends with the transaction. */
export async function lockLog(tx: Executor): Promise<void> {
  await statement`select pg_advisory_xact_lock(${INTEGRATION_LOCK})`.execute(tx)
}

/**
 * Indices, tiles and the checkpoint that covers them: one statement that takes the lock first, so all or nothing, by one
 * integrator at a time, in one round trip.
 *
 * Whoever reads before the lock may be overtaken; then the database refuses the whole batch, because the first place after a
 * checkpoint is given once (unique index) and to an entry that had none (trigger): see `isOvertaken`.
 */
export async function putLogBatch(db: Executor, { places, tiles, checkpoint }: LogBatch): Promise<void> {
  const { size, root, note, createdAt } = checkpoint
  await statement`
    with turn as materialized (
      select pg_advisory_xact_lock(${INTEGRATION_LOCK})
    ), placed as (
      update log_entry set index = place.index, integrated_at = ${createdAt}
      from turn, unnest(${places.map(({ id }) => id)}::bigint[], ${places.map(({ index }) => index)}::bigint[])
        as place (id, index)
      where log_entry.id = place.id and log_entry.id between ${places.at(0)?.id ?? 0} and ${places.at(-1)?.id ?? 0}
    ), grown as (
      insert into log_tile (level, number, hashes)
      select tile.level, tile.number, tile.hashes
      from turn, unnest(${tiles.map(({ level }) => level)}::integer[], ${tiles.map(({ number }) => number)}::bigint[],
        ${tiles.map(({ hashes }) => hashes)}::bytea[]) as tile (level, number, hashes)
      on conflict (level, number) do update set hashes = excluded.hashes
    )
    insert into log_checkpoint (size, root, note, created_at)
    select ${size}::bigint, ${root}::bytea, ${note}::text, ${createdAt}::timestamptz from turn`.execute(db)
}

/** unique_violation, restrict_violation */
const OVERTAKEN = new Set(['23505', '23001'])

/** True where the database refused a batch because a place or an entry in it was taken; nothing of it was written. */
export const isOvertaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && OVERTAKEN.has(error.code)
