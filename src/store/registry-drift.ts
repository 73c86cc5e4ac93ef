import { sql } from 'kysely'
import type { Drift } from '../model/registry-status.ts'
import { isoOf } from './registry-activity.ts'
import type { Executor } from './tables/tables.ts'

/** Answers that are looked at; the newest. */
const MOST_LOOKED_AT = 10_000
const MOST_PLACES = 100

/**
 * Where answers of a registry were not as agreed since then, each place once, the newest first. From the index `call_drift`
 * (migration 0022), which holds such calls alone, by registry.
 */
export async function registryDrift(db: Executor, registry: string, from: Date): Promise<readonly Drift[]> {
  const { rows } = await sql<Drift>`
    select operation, drift as path, count(*)::integer as count, ${isoOf('min(ended_at)')} as "firstAt",
      ${isoOf('max(ended_at)')} as "lastAt"
    from (
      select operation, drift, ended_at from call
      where drift is not null and split_part(operation, '/', 1) = ${registry} and ended_at >= ${from}::timestamptz
      order by ended_at desc limit ${MOST_LOOKED_AT}
    ) as drifted
    group by operation, drift order by max(ended_at) desc, operation, drift limit ${MOST_PLACES}`.execute(db)
  return rows
}
