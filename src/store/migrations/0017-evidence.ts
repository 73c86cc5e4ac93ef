import { type Kysely, type Migration, sql } from 'kysely'

/** Evidence that is handed out, keys that can be shredded a month at a time, and what must not be deleted. */
export const evidenceMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // Auditors and owners of registries know an exchange by its id alone.
    await sql`create index exchange_by_id on exchange (exchange_id)`.execute(db)
    await sql`
      create table evidence_signature (
        exchange bigint not null references exchange,
        digest bytea not null check (length(digest) = 32),
        signature bytea not null,
        signed_at timestamptz not null,
        primary key (exchange, digest)
      )`.execute(db)
    await sql`
      create table month_key (
        id text primary key,
        retention_class text not null,
        month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
        wrapped_by text not null,
        wrapped bytea,
        created_at timestamptz not null default now(),
        shredded_at timestamptz,
        unique (wrapped_by, retention_class, month),
        check ((wrapped is null) = (shredded_at is not null))
      )`.execute(db)
    await sql`create index exchange_key on exchange (key_id) where data_key is not null`.execute(db)
    await sql`
      create table retention_hold (
        exchange bigint primary key references exchange,
        basis text not null,
        held_at timestamptz not null
      )`.execute(db)
  },
}
