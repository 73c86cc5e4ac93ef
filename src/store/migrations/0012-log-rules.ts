import { type Kysely, type Migration, sql } from 'kysely'

/** Entries about rules are few among those about exchanges, and the newest of them is looked for at every start. */
export const logRulesMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index log_entry_governance on log_entry (id) where event = 'governance'`.execute(db)
  },
}
