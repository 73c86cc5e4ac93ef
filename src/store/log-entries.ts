import { type Selectable, sql } from 'kysely'
import type { LogEntryTable } from './tables/log-entry.ts'
import type { Executor } from './tables/tables.ts'

export type LogEntryRow = Selectable<LogEntryTable>

export interface NewLogEntry {
  /** Canonical JSON; never personal data. */
  readonly bytes: Uint8Array
  /** RFC 6962 leaf hash of the bytes. */
  readonly leafHash: Uint8Array
  readonly event: string
  /** Row number of the exchange it speaks of. */
  readonly exchange?: number
}

/** @returns the row number of the entry, which is not its index in the tree. */
export async function appendLogEntry(db: Executor, entry: NewLogEntry): Promise<number> {
  const row = await db
    .insertInto('log_entry')
    .values({
      bytes: Buffer.from(entry.bytes),
      leaf_hash: Buffer.from(entry.leafHash),
      event: entry.event,
      exchange: entry.exchange ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Any constant will do, as long as nothing else in the same database uses it. */
const INTEGRATION_LOCK = 7_236_310_002

/** Makes this transaction the only one that grows the tree, waiting for its turn; ends with the transaction. */
export async function lockLog(tx: Executor): Promise<void> {
  await sql`select pg_advisory_xact_lock(${INTEGRATION_LOCK})`.execute(tx)
}

/** Entries without an index, oldest first, locked until the transaction ends. */
export async function pendingLogEntries(
  tx: Executor,
  limit: number,
): Promise<{ readonly id: number; readonly leafHash: Buffer }[]> {
  const rows = await tx
    .selectFrom('log_entry')
    .select(['id', 'leaf_hash'])
    .where('index', 'is', null)
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .execute()
  return rows.map((row) => ({ id: row.id, leafHash: row.leaf_hash }))
}

/** Gives entries their place in the tree; the database refuses to give one twice. */
export async function setLogIndices(
  tx: Executor,
  places: readonly { readonly id: number; readonly index: number }[],
  integratedAt: Date,
): Promise<void> {
  const ids = places.map((place) => place.id)
  const indices = places.map((place) => place.index)
  await sql`
    update log_entry set index = place.index, integrated_at = ${integratedAt}
    from unnest(${ids}::bigint[], ${indices}::bigint[]) as place (id, index)
    where log_entry.id = place.id`.execute(tx)
}

export async function findLogEntry(db: Executor, id: number): Promise<LogEntryRow | undefined> {
  return db.selectFrom('log_entry').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Where entries stand in the tree; those that are not integrated are left out. */
export async function logIndicesOf(
  db: Executor,
  ids: readonly number[],
): Promise<{ readonly id: number; readonly index: number }[]> {
  const rows = await db
    .selectFrom('log_entry')
    .select(['id', 'index'])
    .where('id', 'in', [...ids])
    .execute()
  return rows.flatMap(({ id, index }) => (index === null ? [] : [{ id, index }]))
}

export async function logEntryByIndex(db: Executor, index: number): Promise<LogEntryRow | undefined> {
  return db.selectFrom('log_entry').selectAll().where('index', '=', index).executeTakeFirst()
}

/** The entries of one exchange, in the order in which they were written. */
export async function logEntriesByExchange(db: Executor, exchange: number): Promise<LogEntryRow[]> {
  return db.selectFrom('log_entry').selectAll().where('exchange', '=', exchange).orderBy('id').execute()
}

/** Integrated entries from `start` (inclusive) to `end` (exclusive), by index. */
export async function logEntriesBetween(db: Executor, start: number, end: number): Promise<LogEntryRow[]> {
  return db
    .selectFrom('log_entry')
    .selectAll()
    .where('index', '>=', start)
    .where('index', '<', end)
    .orderBy('index')
    .execute()
}
