import type { Selectable } from 'kysely'
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

/** An entry of which the store knows a part: the canonical JSON before it and after it. */
export interface EntryFrame {
  readonly event: string
  readonly before: string
  readonly after: string
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

export async function findLogEntry(db: Executor, id: number): Promise<LogEntryRow | undefined> {
  return db.selectFrom('log_entry').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The newest of its kind. */
export async function lastLogEntryOf(db: Executor, event: string): Promise<LogEntryRow | undefined> {
  return db
    .selectFrom('log_entry')
    .selectAll()
    .where('event', '=', event)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
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
