import { type Kysely, type Migration, sql } from 'kysely'

/**
 * Entries are written in the statement that finds or makes their exchange, and payloads, calls and attempts keep its row from being
 * deleted: that each entry is looked up and locks that row once more proves nothing, and every exchange pays for it three times.
 */
export const logEntryExchangeMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table log_entry drop constraint log_entry_exchange_fkey`.execute(db)
  },
}
