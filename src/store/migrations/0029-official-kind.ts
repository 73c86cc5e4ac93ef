import { type Kysely, type Migration, sql } from 'kysely'

/**
 * An official of a large municipality has thousands of exchanges: those of an outcome are a range of their own for each kind, and
 * are not looked for among all of them.
 */
export const officialKindMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index exchange_by_official_kind on exchange (official, kind, received_at desc, id desc)`.execute(
      db,
    )
  },
}
