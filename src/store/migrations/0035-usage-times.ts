import { type Kysely, type Migration, sql } from 'kysely'

/**
 * How long it took stands beside each count, so that a median can be told however exchanges or calls are told apart; before it
 * stood by service and by registry alone. `buckets` are those of `time_bucket`, ascending, and `times` how many fell into each.
 * What was counted before is read off the rows once more: exchanges and calls keep theirs for good.
 */
export const usageTimesMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const table of ['usage_exchange', 'usage_call'])
      await sql`
        alter table ${sql.table(table)} add column buckets smallint[] not null default '{}',
          add column times integer[] not null default '{}',
          add check (cardinality(buckets) = cardinality(times))`.execute(db)
    await fillExchanges(db)
    await fillCalls(db)
    await addOfAllConsumers(db)
    await sql`drop table usage_time`.execute(db)
  },
}

const MONTH = sql`date_trunc('month', received_at at time zone 'Europe/Sofia')::date`
const IS_COUNTED = sql`received_at < (select (max(day) + 1)::timestamp at time zone 'Europe/Sofia' from usage_day)`

async function fillExchanges(db: Kysely<unknown>): Promise<void> {
  await sql`
    update usage_exchange as usage set buckets = told.buckets, times = told.times
    from (
      select month, consumer, service, status, array_agg(bucket order by bucket) as buckets, array_agg(times order by bucket) as times
      from (
        select ${MONTH} as month, consumer, service, coalesce(status, '') as status,
          time_bucket(extract(epoch from closed_at - received_at) * 1000)::smallint as bucket, count(*)::integer as times
        from exchange where closed_at is not null and ${IS_COUNTED} group by 1, 2, 3, 4, 5
      ) as timed
      group by 1, 2, 3, 4
    ) as told
    where (usage.month, usage.consumer, usage.service, usage.status) = (told.month, told.consumer, told.service, told.status)`.execute(
    db,
  )
}

async function fillCalls(db: Kysely<unknown>): Promise<void> {
  await sql`
    update usage_call as usage set buckets = told.buckets, times = told.times
    from (
      select month, consumer, service, registry, outcome,
        array_agg(bucket order by bucket) as buckets, array_agg(times order by bucket) as times
      from (
        select ${MONTH} as month, consumer, service, split_part(operation, '/', 1) as registry, outcome,
          time_bucket(elapsed_ms)::smallint as bucket, count(*)::integer as times
        from exchange join call on call.exchange = exchange.id
        where outcome in ('found', 'not-found', 'refused', 'failed') and elapsed_ms is not null and ${IS_COUNTED}
        group by 1, 2, 3, 4, 5, 6
      ) as timed
      group by 1, 2, 3, 4, 5
    ) as told
    where (usage.month, usage.consumer, usage.service, usage.registry, usage.outcome)
      = (told.month, told.consumer, told.service, told.registry, told.outcome)`.execute(db)
}

/** The same of all consumers together, which most questions are about: a fiftieth of the rows. */
async function addOfAllConsumers(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table usage_call_time (
      month date not null,
      service text not null,
      registry text not null,
      outcome text not null,
      buckets smallint[] not null,
      times integer[] not null,
      primary key (month, service, registry, outcome),
      check (cardinality(buckets) = cardinality(times))
    )`.execute(db)
  await sql`
    insert into usage_call_time
    select month, service, registry, outcome, array_agg(bucket order by bucket), array_agg(times order by bucket)
    from (
      select month, service, registry, outcome, bucket, sum(count)::integer as times
      from usage_call cross join lateral unnest(buckets, times) as each (bucket, count) group by 1, 2, 3, 4, 5
    ) as timed
    group by 1, 2, 3, 4`.execute(db)
}
