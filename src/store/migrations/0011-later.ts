import { type Kysely, type Migration, sql } from 'kysely'

/** Answers that leave later: who was promised one, who took an exchange back, what consumers are told unasked. */
export const laterMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      alter table exchange
        add column promised_at timestamptz,
        add column cancelled_at timestamptz,
        add column cancelled_by text,
        add check ((cancelled_at is null) = (cancelled_by is null))`.execute(db)
    await sql`create index exchange_received on exchange (consumer, received_at desc, id desc)`.execute(db)
    await createCallbacks(db)
    await tellOfChanges(db)
    await promiseAfterLoss(db)
  },
}

async function createCallbacks(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table callback (
      id bigint generated always as identity primary key,
      message uuid not null unique default gen_random_uuid(),
      exchange bigint not null references exchange,
      consumer text not null,
      kind text not null
        check (kind in ('exchange.answered', 'exchange.deferred', 'exchange.supplemented', 'exchange.cancelled')),
      created_at timestamptz not null default now(),
      state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
      due_at timestamptz not null default now(),
      leased_until timestamptz,
      tries integer not null default 0,
      fault text,
      ended_at timestamptz,
      check ((state = 'waiting') = (ended_at is null))
    )`.execute(db)
  await sql`create index callback_due on callback (due_at, id) where state = 'waiting'`.execute(db)
  await sql`create index callback_dead on callback (id) where state = 'dead'`.execute(db)
  await sql`create index callback_ended on callback (ended_at) where state = 'delivered'`.execute(db)
  await sql`
    create table callback_refused (
      consumer text not null,
      url text not null,
      at timestamptz not null default now(),
      primary key (consumer, url)
    )`.execute(db)
}

/** Whatever changes an exchange, in whichever process: what its consumer is told is written with it or not at all. */
async function tellOfChanges(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function tell_of_exchange() returns trigger language plpgsql as $$
    begin
      insert into callback (exchange, consumer, kind)
      values (new.id, new.consumer, case
        when new.state = 'deferred' then 'exchange.deferred'
        when new.status = 'cancelled' then 'exchange.cancelled'
        else 'exchange.answered' end);
      return null;
    end $$`.execute(db)
  await sql`
    create trigger exchange_closing after update of state on exchange
      for each row when (old.state <> 'closed' and new.state = 'closed' and new.promised_at is not null)
      execute function tell_of_exchange()`.execute(db)
  // Who is told on the line that the answer is deferred need not be told again; who was promised one before is.
  await sql`
    create trigger exchange_deferring after update of state on exchange
      for each row when (new.state = 'deferred' and old.deferred_at is null and old.promised_at is not null)
      execute function tell_of_exchange()`.execute(db)
  await sql`
    create function tell_of_supplement() returns trigger language plpgsql as $$
    begin
      insert into callback (exchange, consumer, kind)
      select id, consumer, 'exchange.supplemented' from exchange where id = new.exchange;
      return null;
    end $$`.execute(db)
  await sql`
    create trigger supplement_made after insert on supplement
      for each row execute function tell_of_supplement()`.execute(db)
}

/** Another process works on it now, or none: the line on which its answer was waited for is broken, or was told to wait no more. */
async function promiseAfterLoss(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function promise_answer() returns trigger language plpgsql as $$
    begin
      new.promised_at := now();
      return new;
    end $$`.execute(db)
  await sql`
    create trigger exchange_changing_hands before update of owner on exchange
      for each row when (old.state = 'open' and new.owner <> old.owner and new.promised_at is null)
      execute function promise_answer()`.execute(db)
}
