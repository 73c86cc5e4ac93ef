import { type Kysely, type Migration, sql } from 'kysely'

/** Agreements and the parties' signed acts. Append-only, and the database itself says so. */
export const agreementMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createTables(db)
    await createGuards(db)
  },
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table agreement (
      digest text primary key check (digest ~ '^[0-9a-f]{64}$'),
      content bytea not null,
      consumer text not null,
      provider text not null,
      registry text not null,
      service text not null,
      request uuid not null,
      recorded_at timestamptz not null
    )`.execute(db)
  await sql`create index agreement_consumer on agreement (consumer, service)`.execute(db)
  await sql`create index agreement_provider on agreement (provider, registry)`.execute(db)
  await sql`create index agreement_request on agreement (request)`.execute(db)
  await sql`
    create table agreement_act (
      sequence bigint generated always as identity primary key,
      agreement text not null references agreement,
      act text not null check (act in ('accept', 'refuse', 'withdraw', 'revoke', 'suspend', 'resume')),
      party text not null,
      side text not null check (side in ('consumer', 'provider', 'delegate', 'operator')),
      jws text not null,
      act_digest bytea not null unique check (length(act_digest) = 32),
      recorded_at timestamptz not null
    )`.execute(db)
  await sql`create index agreement_act_agreement on agreement_act (agreement, sequence)`.execute(db)
}

async function createGuards(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function deny_agreement_change() returns trigger language plpgsql as $$
    begin
      raise exception 'agreements are append-only: % on % is denied', tg_op, tg_table_name
        using errcode = 'restrict_violation';
    end $$`.execute(db)
  for (const table of ['agreement', 'agreement_act']) {
    await sql`create trigger ${sql.id(`${table}_change`)} before update or delete on ${sql.table(table)}
      for each row execute function deny_agreement_change()`.execute(db)
    await sql`create trigger ${sql.id(`${table}_truncate`)} before truncate on ${sql.table(table)}
      for each statement execute function deny_agreement_change()`.execute(db)
  }
}
