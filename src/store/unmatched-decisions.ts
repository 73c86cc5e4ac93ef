import { sql } from 'kysely'
import type { DecisionRange } from './decisions.ts'
import type { Executor } from './tables/tables.ts'

/** An entry of the exchange log that names a record of a decision by its digest, where no such record is kept. */
export interface EntryWithoutRecord {
  /** Row number of the entry. */
  readonly entry: number
  /** ISO instant, as the entry says. */
  readonly time: string
  /** SHA-256 (hex) of the record. */
  readonly decision: string
}

export interface UnmatchedDecisions {
  /** Row numbers of records that no entry of the exchange log names. */
  readonly notInLog: ReadonlySet<number>
  readonly withoutRecord: readonly EntryWithoutRecord[]
}

/** One of the two sides is null. */
interface Unmatched {
  readonly id: number | null
  readonly entry: number | null
  readonly time: string | null
  readonly decision: string | null
}

/**
 * Every decision is written in one statement with its entry, so of each there are both or none, as often as the other.
 * An entry that is not what its leaf hash says, or a record that stands under another time than its own, counts for
 * nothing. In canonical JSON a member's name cannot stand inside a text, where the quote would be escaped.
 */
export async function unmatchedDecisions(db: Executor, range: DecisionRange): Promise<UnmatchedDecisions> {
  const from = range.from ?? null
  const to = range.to ?? null
  const { rows } = await sql<Unmatched>`
    with kept as (
      select id, at, digest, row_number() over (partition by digest order by id) as nth
      from decision, lateral (select case
        when position('"at":"' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"' in record) > 0
        then encode(sha256(convert_to(record, 'UTF8')), 'hex')
        else 'of another time, ' || id end as digest) as named
    ), named as (
      select id as entry, time, digest, row_number() over (partition by digest order by id) as nth
      from log_entry, lateral (select encode(bytes, 'escape') as text) as read,
        lateral (select substring(text from '"decision":"([0-9a-f]{64})"') as digest,
          substring(text from '"time":"([^"]{1,40})"') as time) as found
      where digest is not null and leaf_hash = sha256('\\x00'::bytea || bytes)
    )
    select kept.id, named.entry, named.time, named.digest as decision
    from kept full outer join named on kept.digest = named.digest and kept.nth = named.nth
    where (kept.id is null or named.entry is null)
      and coalesce(kept.at >= ${from}::timestamptz, named.time >= ${from?.toISOString() ?? null}::text, true)
      and coalesce(kept.at < ${to}::timestamptz, named.time < ${to?.toISOString() ?? null}::text, true)
    order by named.entry, kept.id`.execute(db)
  return {
    notInLog: new Set(rows.flatMap(({ id }) => (id === null ? [] : [id]))),
    withoutRecord: rows.flatMap(({ entry, time, decision }) =>
      entry === null || decision === null ? [] : [{ entry, time: time ?? '', decision }],
    ),
  }
}
