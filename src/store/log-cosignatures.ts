import type { LogCheckpoint } from './log-checkpoints.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

export interface NewCosignature {
  readonly size: number
  /** vkey of the witness. */
  readonly witness: string
  readonly line: string
  readonly at: Date
}

/** The first one of a witness for a head stays. */
export async function putCosignature(db: Executor, { size, witness, line, at }: NewCosignature): Promise<void> {
  await db
    .insertInto('log_cosignature')
    .values({ size, witness, line, cosigned_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Size of the largest head that this witness cosigned; 0 where it never did. */
export async function lastCosignedSize(db: Executor, witness: string): Promise<number> {
  const { rows } = await statement<{ size: number }>`
    select size from log_cosignature where witness = ${witness} order by size desc limit 1`.execute(db)
  return rows[0]?.size ?? 0
}

/** How much older than the newest head one with cosignatures may be and still be the one that is shown. */
const SHOWN_FOR_SECONDS = 10

/**
 * The head to show, with the lines of its witnesses: of the newest one and of those cosigned lately, the one with the most
 * cosignatures; of these the newest. A log that grows faster than its witnesses answer shows a head that is seconds old.
 */
export async function cosignedCheckpoint(db: Executor): Promise<LogCheckpoint | undefined> {
  const { rows } = await statement<LogCheckpoint>`
    with newest as (
      select * from log_checkpoint order by size desc limit 1
    ), lately as (
      select distinct size from (select size from log_cosignature order by size desc limit 64) as signed
    ), shown as (
      select log_checkpoint.* from log_checkpoint join lately using (size)
      where log_checkpoint.created_at >= (select created_at from newest) - ${SHOWN_FOR_SECONDS} * interval '1 second'
      union select * from newest
    )
    select shown.size, shown.root, shown.created_at as "createdAt",
      shown.note || coalesce(string_agg(log_cosignature.line, '' order by log_cosignature.witness), '') as note
    from shown left join log_cosignature on log_cosignature.size = shown.size
    group by shown.size, shown.root, shown.created_at, shown.note
    order by count(log_cosignature.line) desc, shown.size desc
    limit 1`.execute(db)
  return rows[0]
}

/** The head of this size with the lines of its witnesses. */
export async function cosignedCheckpointAt(db: Executor, size: number): Promise<LogCheckpoint | undefined> {
  const { rows } = await statement<LogCheckpoint>`
    select size, root, created_at as "createdAt", note || coalesce((
      select string_agg(line, '' order by witness) from log_cosignature where log_cosignature.size = log_checkpoint.size
    ), '') as note
    from log_checkpoint where size = ${size}`.execute(db)
  return rows[0]
}
