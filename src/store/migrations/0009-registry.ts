import { type Kysely, type Migration, sql } from 'kysely'

/** What all processes know together of the registries: which are taken for dead, and how fast each was asked. */
export const registryMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table registry_breaker (
        registry text primary key,
        opened integer not null default 1 check (opened > 0),
        opened_at timestamptz not null default clock_timestamp(),
        retry_at timestamptz not null,
        probe_owner integer,
        probe_until timestamptz,
        check ((probe_owner is null) = (probe_until is null))
      )`.execute(db)
    await sql`
      create table registry_rate (
        registry text primary key,
        second_full_at timestamptz not null default '-infinity',
        minute_full_at timestamptz not null default '-infinity'
      )`.execute(db)
    await createTakingTurns(db)
  },
}

/**
 * Two token buckets, each kept as the moment at which it would be full again. Losing the last of it with a crash of the
 * database costs an owner a few questions; waiting for the disk would cost every question a few milliseconds.
 */
async function createTakingTurns(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function take_turn(
      the_registry text, per_second integer, per_minute integer, patience_ms double precision
    ) returns double precision language plpgsql as $$
    declare
      rate registry_rate;
      this_moment timestamptz;
      wait_ms double precision;
    begin
      perform set_config('synchronous_commit', 'off', true);
      insert into registry_rate (registry) values (the_registry) on conflict do nothing;
      select * into rate from registry_rate where registry = the_registry for update;
      this_moment := clock_timestamp();
      rate.second_full_at := greatest(rate.second_full_at, this_moment) + interval '1 second' / per_second;
      rate.minute_full_at := greatest(rate.minute_full_at, this_moment) + interval '1 minute' / per_minute;
      wait_ms := greatest(0,
        extract(epoch from rate.second_full_at - this_moment) * 1000 - 1000,
        extract(epoch from rate.minute_full_at - this_moment) * 1000 - 60000);
      if wait_ms > patience_ms then
        return null;
      end if;
      update registry_rate set
        second_full_at = coalesce(rate.second_full_at, registry_rate.second_full_at),
        minute_full_at = coalesce(rate.minute_full_at, registry_rate.minute_full_at)
      where registry = the_registry;
      return wait_ms;
    end $$`.execute(db)
}
