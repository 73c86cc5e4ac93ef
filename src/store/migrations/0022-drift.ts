import { type Kysely, type Migration, sql } from 'kysely'

/** Which answers of a registry were not as agreed, and where; its owner looks for the newest ones. */
export const driftMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table call add column drift text`.execute(db)
    await sql`
      create index call_drift on call (split_part(operation, '/', 1), ended_at desc) where drift is not null`.execute(
      db,
    )
  },
}
