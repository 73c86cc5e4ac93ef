import type { LogCheckpoint } from './log-checkpoints.ts'
import { statement } from './statement.ts'
import type { LogStampTable } from './tables/log-heads.ts'
import type { Executor } from './tables/tables.ts'

/** How far stamps have come, seen at one moment. */
export interface StampStanding {
  readonly newest: Pick<LogCheckpoint, 'size' | 'root' | 'note'>
  /** Size of the newest head with a stamp, and when that was stored; absent before the first. */
  readonly stamped?: { readonly size: number; readonly at: Date }
  /** When the oldest head without a stamp over it or a later one was made; absent where all are covered. */
  readonly waitingSince?: Date
}

interface StandingRow extends Pick<LogCheckpoint, 'size' | 'root' | 'note'> {
  readonly stampedSize: number | null
  readonly stampedAt: Date | null
  readonly waitingSince: Date | null
}

/** Undefined for a log without a head. */
export async function stampStanding(db: Executor): Promise<StampStanding | undefined> {
  const { rows } = await statement<StandingRow>`
    with stamped as (
      select size, created_at from log_stamp order by size desc limit 1
    )
    select newest.size, newest.root, newest.note,
      (select size from stamped) as "stampedSize", (select created_at from stamped) as "stampedAt",
      (select created_at from log_checkpoint
       where size > coalesce((select size from stamped), 0) order by size limit 1) as "waitingSince"
    from (select * from log_checkpoint order by size desc limit 1) as newest`.execute(db)
  const [row] = rows
  if (row === undefined) return undefined
  const { size, root, note, stampedSize, stampedAt, waitingSince } = row
  return {
    newest: { size, root, note },
    ...(stampedSize === null || stampedAt === null ? {} : { stamped: { size: stampedSize, at: stampedAt } }),
    ...(waitingSince === null ? {} : { waitingSince }),
  }
}

/** The first one for a head stays. */
export async function putStamp(db: Executor, stamp: LogStampTable): Promise<void> {
  await db
    .insertInto('log_stamp')
    .values(stamp)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function stampAt(db: Executor, size: number): Promise<Buffer | undefined> {
  const { rows } = await statement<{ token: Buffer }>`select token from log_stamp where size = ${size}`.execute(db)
  return rows[0]?.token
}

/** Sizes and times of stamped heads from this size on, smallest first. */
export async function stampsFrom(
  db: Executor,
  size: number,
  limit: number,
): Promise<{ readonly size: number; readonly at: Date }[]> {
  const { rows } = await statement<{ size: number; at: Date }>`
    select size, stamped_at as at from log_stamp where size >= ${size} order by size limit ${limit}`.execute(db)
  return rows
}
