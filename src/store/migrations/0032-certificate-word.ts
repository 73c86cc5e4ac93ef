import { type Kysely, type Migration, sql } from 'kysely'

/**
 * Of certificates that sign no application (edno's own seals, those of acknowledgements and of time stamps): what was said of each, and
 * while that was relied on. Many exchanges rest on one word, and find it by the certificate and the moment.
 */
export const certificateWordMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table certificate_word (
        certificate bytea not null check (length(certificate) = 32),
        proofs bytea[] not null check (cardinality(proofs) > 0),
        since timestamptz not null,
        good_until timestamptz not null,
        primary key (certificate, proofs)
      )`.execute(db)
  },
}
