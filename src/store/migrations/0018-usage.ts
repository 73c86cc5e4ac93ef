import { type Kysely, sql } from 'kysely'

/** What statistics are made of: counts a month, from which nobody can be told; and errors that consumers report to owners. */
export async function createUsage(db: Kysely<unknown>): Promise<void> {
  await sql`create table usage_day (day date primary key, counted_at timestamptz not null default now())`.execute(db)
  await sql`
    create table usage_exchange (
      month date not null,
      consumer text not null,
      service text not null,
      status text not null,
      exchanges integer not null,
      primary key (month, consumer, service, status)
    )`.execute(db)
  await sql`
    create table usage_call (
      month date not null,
      consumer text not null,
      service text not null,
      registry text not null,
      outcome text not null,
      calls integer not null,
      primary key (month, consumer, service, registry, outcome)
    )`.execute(db)
  // Times are counted in buckets, each a twentieth wider than the one before: months add up, which medians would not.
  await sql`
    create table usage_time (
      month date not null,
      about text not null check (about in ('service', 'registry')),
      name text not null,
      bucket integer not null,
      count integer not null,
      primary key (month, about, name, bucket)
    )`.execute(db)
  await sql`
    create function time_bucket(elapsed_ms double precision) returns integer language sql immutable as $$
      select floor(ln(greatest(elapsed_ms, 1)) / ln(1.05))::integer
    $$`.execute(db)
}

export async function createCorrections(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table correction (
      id uuid primary key default gen_random_uuid(),
      exchange bigint not null references exchange,
      consumer text not null,
      registry text not null,
      call text not null,
      operation text not null,
      kind text not null check (kind in ('wrong', 'outdated', 'missing', 'of-another')),
      fields text[] not null,
      state text not null default 'reported' check (state in ('reported', 'answered', 'closed')),
      result text check (result in ('corrected', 'right-as-it-is')),
      reported_at timestamptz not null,
      changed_at timestamptz,
      check ((state = 'closed') = (result is not null)),
      foreign key (exchange, call) references call (exchange, name)
    )`.execute(db)
  await sql`create index correction_consumer on correction (consumer, reported_at desc, id)`.execute(db)
  await sql`create index correction_registry on correction (registry, reported_at desc, id)`.execute(db)
  await sql`create index correction_time on correction (reported_at desc, id)`.execute(db)
  // One that is not closed is not reported twice.
  await sql`
    create unique index correction_once on correction (exchange, call, kind, fields) where state <> 'closed'`.execute(
    db,
  )
  await sql`
    create table correction_step (
      correction uuid not null references correction,
      number integer not null,
      at timestamptz not null,
      by text not null,
      change text not null check (change in ('reported', 'answered', 'closed')),
      text text not null,
      salt bytea not null check (length(salt) = 32),
      primary key (correction, number)
    )`.execute(db)
}

/** Refusals open no exchange: they are found by the time that stands in their entries. */
export async function indexRefusals(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function entry_member(bytes bytea, member text) returns text language sql immutable as $$
      select substring(encode(bytes, 'escape') from '"' || member || '":"([^"]{1,80})"')
    $$`.execute(db)
  await sql`
    create index log_entry_refused on log_entry (entry_member(bytes, 'time'), id) where event = 'refused'`.execute(db)
}
