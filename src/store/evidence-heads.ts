import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** A head of the log with everything that others say of it. */
export interface EvidenceHead {
  readonly size: number
  readonly root: Buffer
  /** The signed note with the lines of its witnesses. */
  readonly note: string
  /** Token (RFC 3161) over the text of the head. */
  readonly stamp: Buffer | null
}

/**
 * The first head that holds the entry at `index` and was stamped; without one the first that was cosigned; else the first.
 * Asked again it is the same, but for the one time at which a stamp or a witness comes.
 */
export async function evidenceHead(db: Executor, index: number): Promise<EvidenceHead | undefined> {
  const { rows } = await statement<EvidenceHead>`
    select size, root,
      note || coalesce((select string_agg(line, '' order by witness) from log_cosignature
        where log_cosignature.size = log_checkpoint.size), '') as note,
      (select token from log_stamp where log_stamp.size = log_checkpoint.size) as stamp
    from log_checkpoint
    where size = coalesce((select min(size) from log_stamp where size > ${index}::bigint),
      (select min(size) from log_cosignature where size > ${index}::bigint),
      (select min(size) from log_checkpoint where size > ${index}::bigint))`.execute(db)
  return rows[0]
}
