import { OWNER_CLASS } from './owner.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** What the process on duty found; told to all others. */
export interface DutyFindings {
  /** Why the last try for a time stamp gave none. */
  readonly trouble: string | undefined
  /** What proves that this log is not the one that was shown. */
  readonly fork: string | undefined
}

export interface Duty extends DutyFindings {
  readonly isMine: boolean
}

/** A process that hangs loses the duty after this time; one that ends, at once. */
const HELD_FOR_SECONDS = 60

interface DutyRow {
  readonly owner: number
  readonly trouble: string | null
  readonly fork: string | null
}

/**
 * Of all processes one asks for cosignatures and stamps: whoever has the duty keeps it as long as it comes back and lives,
 * and tells the others what it found.
 */
export async function holdDuty(db: Executor, owner: number, { trouble, fork }: DutyFindings): Promise<Duty> {
  const { rows } = await statement<DutyRow>`
    with held as (
      insert into log_duty (duty, owner, until, trouble, fork)
      values ('heads', ${owner}, now() + ${HELD_FOR_SECONDS} * interval '1 second', ${trouble ?? null}, ${fork ?? null})
      on conflict (duty) do update
      set owner = excluded.owner, until = excluded.until, trouble = excluded.trouble, fork = excluded.fork
      where log_duty.owner = excluded.owner or log_duty.until < now() or log_duty.owner not in (
        select objid::bigint from pg_locks
        where locktype = 'advisory' and classid = ${OWNER_CLASS} and objsubid = 2 and granted
          and database = (select oid from pg_database where datname = current_database()))
      returning owner, trouble, fork
    )
    select owner, trouble, fork from held
    union all
    select owner, trouble, fork from log_duty where not exists (select from held)`.execute(db)
  const [row] = rows
  // Nobody's row to be seen: another process has just made it.
  if (row === undefined) return { isMine: false, trouble: undefined, fork: undefined }
  return { isMine: row.owner === owner, trouble: row.trouble ?? undefined, fork: row.fork ?? undefined }
}
