import { type Kysely, type Migration, sql } from 'kysely'

/** Which living process works on an open exchange; 0 for nobody. */
export const ownerMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table exchange add column owner integer not null default 0`.execute(db)
  },
}
