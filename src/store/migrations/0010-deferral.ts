import { type Kysely, type Migration, sql } from 'kysely'

/** Work that goes on after the deadline: queued calls, incidents, supplements. */
export const deferralMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await letExchangesWait(db)
    await createQueuedCalls(db)
    await createIncidents(db)
    await createSupplements(db)
  },
}

async function letExchangesWait(db: Kysely<unknown>): Promise<void> {
  await sql`alter table exchange add column outer_end timestamptz, add column deferred_at timestamptz`.execute(db)
  await sql`alter table exchange drop constraint exchange_state_check, drop constraint exchange_check`.execute(db)
  await sql`
    alter table exchange add constraint exchange_state_check check (state in ('open', 'deferred', 'closed')),
      add constraint exchange_check check (state <> 'closed' or (status is not null and closed_at is not null))`.execute(
    db,
  )
  await sql`create index exchange_deferred on exchange (outer_end) where state = 'deferred'`.execute(db)
  // Numbers of the processes that live: each holds an advisory lock of this class (store/owner.ts).
  await sql`
    create function living_owners() returns setof bigint language sql stable as $$
      select objid::bigint from pg_locks
      where locktype = 'advisory' and classid = 1701080687 and objsubid = 2 and granted
        and database = (select oid from pg_database where datname = current_database())
    $$`.execute(db)
}

async function createQueuedCalls(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table queued_call (
      exchange bigint not null,
      call text not null,
      registry text not null,
      idempotent boolean not null,
      state text not null default 'waiting' check (state in ('waiting', 'running', 'ended', 'incident')),
      due_at timestamptz not null,
      ends_at timestamptz not null,
      tries integer not null default 0 check (tries >= 0),
      owner integer not null default 0,
      fault text,
      enqueued_at timestamptz,
      supplement text check (supplement in ('due', 'made', 'none')),
      primary key (exchange, call),
      foreign key (exchange, call) references call (exchange, name)
    )`.execute(db)
  await sql`create index queued_call_waiting on queued_call (due_at) where state = 'waiting'`.execute(db)
  await sql`create index queued_call_running on queued_call (owner) where state = 'running'`.execute(db)
  await sql`create index queued_call_supplement on queued_call (exchange) where supplement = 'due'`.execute(db)
}

async function createIncidents(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table incident (
      id bigint generated always as identity primary key,
      exchange bigint not null,
      call text not null,
      registry text not null,
      operation text not null,
      cause text not null check (cause in ('tries-used-up', 'interrupted')),
      fault text,
      state text not null default 'open' check (state in ('open', 'retried', 'closed')),
      opened_at timestamptz not null,
      changed_at timestamptz,
      reason text,
      foreign key (exchange, call) references call (exchange, name)
    )`.execute(db)
  await sql`create unique index incident_open on incident (exchange, call) where state = 'open'`.execute(db)
}

async function createSupplements(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table supplement (
      exchange bigint not null,
      call text not null,
      issued_at timestamptz not null,
      media_type text not null,
      primary key (exchange, call),
      foreign key (exchange, call) references call (exchange, name)
    )`.execute(db)
}
