import { type Kysely, type Migration, sql } from 'kysely'

/** How many questions were put on a day, and which calls were counted. */
export const quotaMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table quota_use (
        counter text not null,
        day date not null,
        used integer not null check (used >= 0),
        primary key (counter, day)
      )`.execute(db)
    await sql`alter table call add column counted_on date`.execute(db)
    await createCounting(db)
  },
}

/**
 * Gives those of `calls` that may be put, having counted them: each against all of its counters or against none. The rows
 * are made and locked in one order first, so that processes that count at once wait for each other and never in a circle.
 */
async function createCounting(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function count_questions(
      the_day date, calls text[], counted_calls text[], counters text[], limits integer[]
    ) returns setof text language plpgsql as $$
    declare
      the_call text;
    begin
      insert into quota_use (counter, day, used)
        select distinct named.counter, the_day, 0
        from unnest(counted_calls, counters) as named (call, counter)
        where named.call = any (calls)
        order by named.counter
        on conflict do nothing;
      perform from quota_use
        where quota_use.day = the_day and quota_use.counter = any (counters)
        order by quota_use.counter
        for update;
      foreach the_call in array coalesce(calls, '{}') loop
        continue when exists (
          select from unnest(counted_calls, counters, limits) as named (call, counter, most)
          join quota_use using (counter)
          where named.call = the_call and quota_use.day = the_day and quota_use.used >= named.most);
        update quota_use set used = used + 1
          from unnest(counted_calls, counters) as named (call, counter)
          where named.call = the_call and quota_use.day = the_day and quota_use.counter = named.counter;
        return next the_call;
      end loop;
    end $$`.execute(db)
}
