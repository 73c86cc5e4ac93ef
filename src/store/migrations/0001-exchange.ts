import { type Kysely, type Migration, sql } from 'kysely'

/** Exchanges, their calls and attempts, and the encrypted payloads. */
export const exchangeMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createExchanges(db)
    await createCalls(db)
  },
}

async function createExchanges(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table exchange (
      id bigint generated always as identity primary key,
      consumer text not null,
      exchange_id uuid not null,
      service text not null,
      case_reference text not null,
      request_digest bytea not null check (length(request_digest) = 32),
      state text not null default 'open' check (state in ('open', 'closed')),
      status text,
      media_type text,
      received_at timestamptz not null,
      deadline timestamptz not null,
      closed_at timestamptz,
      retention_class text not null,
      expires_at timestamptz,
      key_id text not null,
      data_key bytea,
      unique (consumer, exchange_id),
      check (state = 'open' or (status is not null and closed_at is not null))
    )`.execute(db)
  await sql`create index exchange_open on exchange (id) where state = 'open'`.execute(db)
  await sql`create index exchange_case on exchange (consumer, case_reference, id)`.execute(db)
  await sql`create index exchange_expiring on exchange (expires_at) where expires_at is not null`.execute(db)
  await sql`
    create table payload (
      exchange bigint not null references exchange,
      kind text not null,
      retention_class text not null,
      key_id text not null,
      iv bytea not null check (length(iv) = 12),
      ciphertext bytea not null,
      primary key (exchange, kind)
    )`.execute(db)
  // Ciphertext does not compress; storing it as it is saves the attempt.
  await sql`alter table payload alter column ciphertext set storage external`.execute(db)
}

async function createCalls(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table call (
      exchange bigint not null references exchange,
      name text not null,
      operation text not null,
      need text not null check (need in ('required', 'optional')),
      state text not null default 'planned' check (state in ('planned', 'running', 'ended')),
      outcome text check (outcome in ('found', 'not-found', 'refused', 'failed', 'skipped', 'late')),
      problem text,
      started_at timestamptz,
      ended_at timestamptz,
      elapsed_ms integer,
      primary key (exchange, name),
      check ((state = 'ended') = (outcome is not null))
    )`.execute(db)
  await sql`
    create table attempt (
      exchange bigint not null,
      call text not null,
      number integer not null check (number > 0),
      started_at timestamptz not null,
      ended_at timestamptz,
      fault text,
      primary key (exchange, call, number),
      foreign key (exchange, call) references call (exchange, name)
    )`.execute(db)
}
