import { type Kysely, type Migration, sql } from 'kysely'

/**
 * What authorities said of the certificates of signers when edno relied on them, each response or list once. Exchanges of before
 * have none. Nothing in it is about a person: seals are those of organisations.
 */
export const revocationProofMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table revocation_proof (
        digest bytea primary key check (length(digest) = 32),
        kind text not null check (kind in ('ocsp', 'crl')),
        issuer bytea not null,
        bytes bytea not null,
        good_until timestamptz not null
      )`.execute(db)
    await sql`
      create table exchange_revocation_proof (
        exchange bigint not null references exchange,
        position smallint not null check (position > 0),
        proof bytea not null,
        primary key (exchange, position)
      )`.execute(db)
    // So that a proof of which nobody speaks any more is found.
    await sql`create index exchange_revocation_proof_proof on exchange_revocation_proof (proof)`.execute(db)
  },
}
