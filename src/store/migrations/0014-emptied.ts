import { type Kysely, type Migration, sql } from 'kysely'

/** What was emptied is not looked at again: of a log of years few exchanges are over since the last look. */
export const emptiedMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table exchange add column emptied_at timestamptz`.execute(db)
    await sql`drop index exchange_expiring`.execute(db)
    await sql`
      create index exchange_expiring on exchange (expires_at) where expires_at is not null and emptied_at is null`.execute(
      db,
    )
  },
}
