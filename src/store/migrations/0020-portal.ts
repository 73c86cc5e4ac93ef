import { type Kysely, type Migration, sql } from 'kysely'

/** Citizen portals are told of exchanges about those whom they subscribed to: push beside pull. */
export const portalMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table portal_subscription (
        id uuid primary key default gen_random_uuid(),
        portal text not null,
        mark text not null check (mark ~ '^[0-9a-f]{32}$'),
        created_at timestamptz not null default now(),
        unique (mark, portal)
      )`.execute(db)
    await extendCallbacks(db)
    await tellPortals(db)
  },
}

async function extendCallbacks(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table callback
      drop constraint callback_kind_check,
      add check (kind in ('exchange.answered', 'exchange.deferred', 'exchange.supplemented', 'exchange.cancelled',
        'exchange.disclosed')),
      add column subscription uuid references portal_subscription on delete cascade,
      add check ((kind = 'exchange.disclosed') = (subscription is not null))`.execute(db)
  await sql`
    create unique index callback_subscription on callback (subscription, exchange)
      where subscription is not null`.execute(db)
}

/**
 * Written with the end of the exchange or not at all; what is hidden is due after its date. Whoever is asked about later,
 * for a supplement, is told of as well, and of each exchange once.
 */
async function tellPortals(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function tell_portals(the_exchange bigint, until timestamptz) returns void language sql as $$
      insert into callback (exchange, consumer, kind, subscription, due_at)
      select the_exchange, portal, 'exchange.disclosed', portal_subscription.id, greatest(now(), until)
      from portal_subscription
      where mark in (select mark from person_mark where exchange = the_exchange)
      on conflict (subscription, exchange) where subscription is not null do nothing
    $$`.execute(db)
  await sql`
    create function tell_portals_of_exchange() returns trigger language plpgsql as $$
    begin
      perform tell_portals(new.id, new.hidden_until);
      return null;
    end $$`.execute(db)
  await sql`
    create trigger exchange_disclosed after update of state on exchange
      for each row when (old.state <> 'closed' and new.state = 'closed')
      execute function tell_portals_of_exchange()`.execute(db)
  await sql`
    create function tell_portals_of_supplement() returns trigger language plpgsql as $$
    begin
      perform tell_portals(id, hidden_until) from exchange where id = new.exchange;
      return null;
    end $$`.execute(db)
  await sql`
    create trigger supplement_disclosed after insert on supplement
      for each row execute function tell_portals_of_supplement()`.execute(db)
}
