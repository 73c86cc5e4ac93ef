import type { NewLogEntry } from './log-entries.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** What was decided, to be written together with what came of it. */
export interface NewDecision {
  readonly at: Date
  /** Canonical JSON. */
  readonly record: string
}

/** The entry of a refusal, and the decision that came before it where there was one: one statement. */
export async function appendRefusal(
  db: Executor,
  entry: NewLogEntry,
  decision: NewDecision | undefined,
): Promise<void> {
  await statement`
    with decided as (
      insert into decision (at, record)
      select ${decision?.at ?? null}::timestamptz, ${decision?.record ?? null}::text where ${decision !== undefined}
    )
    insert into log_entry (bytes, leaf_hash, event)
    values (${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event})`.execute(db)
}

/** Canonical JSON of what was decided when the exchange was opened. */
export async function decisionOf(db: Executor, exchange: number): Promise<string | undefined> {
  const { rows } = await statement<{ record: string }>`
    select record from decision where exchange = ${exchange} order by id limit 1`.execute(db)
  return rows[0]?.record
}

export interface DecisionRow {
  readonly id: number
  readonly at: Date
  readonly record: string
}

export interface DecisionRange {
  /** Inclusive. */
  readonly from?: Date
  /** Exclusive. */
  readonly to?: Date
}

const PAGE = 1000

/** Every decision of a time, oldest first, a page in memory at once. */
export async function* decisionsIn(db: Executor, { from, to }: DecisionRange): AsyncGenerator<DecisionRow> {
  let last: { readonly at: Date; readonly id: number } | undefined
  for (;;) {
    let query = db.selectFrom('decision').select(['id', 'at', 'record']).orderBy('at').orderBy('id').limit(PAGE)
    if (from !== undefined) query = query.where('at', '>=', from)
    if (to !== undefined) query = query.where('at', '<', to)
    if (last !== undefined) {
      const { at, id } = last
      query = query.where((eb) => eb(eb.refTuple('at', 'id'), '>', eb.tuple(at, id)))
    }
    const rows = await query.execute()
    yield* rows
    last = rows.at(-1)
    if (rows.length < PAGE) return
  }
}
