import { type Kysely, type Migration, sql } from 'kysely'

/** One signature opens one exchange, whichever process it reaches: the database itself says so. */
export const signatureDigestMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table exchange add column signature_digest bytea check (length(signature_digest) = 32)`.execute(db)
    await sql`create unique index exchange_signature on exchange (signature_digest)`.execute(db)
  },
}
