import { sql } from 'kysely'
import type { Executor } from './tables/tables.ts'

/** An act that the exchange log names, of which there is no record. */
export interface MissingAct {
  /** ISO instant, as the entry says. */
  readonly time: string
  readonly agreement: string
  readonly act: string
  readonly by: string
  readonly consumer: string
  readonly provider: string
  readonly registry: string
  readonly service: string
  /** SHA-256 (hex) of the JWS. */
  readonly jws: string
}

/** Rows at once: a log may be long, a statement may not. */
const ROWS = 100_000

/**
 * Every act is written in one transaction with its entry, so that whoever deletes one leaves the other. What an entry is
 * about is read from its bytes, which the signed tree holds, not from the columns beside them.
 */
export async function missingActs(db: Executor): Promise<readonly MissingAct[]> {
  const last = await sql<{ last: number | null }>`select max(id) as last from log_entry`.execute(db)
  const missing: MissingAct[] = []
  for (let from = 0; from <= (last.rows[0]?.last ?? -1); from += ROWS) {
    const { rows } = await sql<{ entry: string }>`
      with named as materialized (
        select id, convert_from(bytes, 'UTF8') as entry from log_entry
        where id >= ${from} and id < ${from + ROWS} and position('"event":"access"'::bytea in bytes) > 0
          and leaf_hash = sha256('\\x00'::bytea || bytes)
      )
      select entry from named
      where not exists (
        select 1 from agreement_act where agreement = entry::jsonb ->> 'agreement'
          and encode(sha256(convert_to(jws, 'UTF8')), 'hex') = entry::jsonb ->> 'jws'
      )
      order by id`.execute(db)
    missing.push(...rows.map(({ entry }) => JSON.parse(entry) as MissingAct))
  }
  return missing
}
