import { type RawBuilder, sql } from 'kysely'
import type { Executor } from './tables/tables.ts'

/** Days and months are those of the calendar in Sofia. */
const ZONE = sql.lit('Europe/Sofia')
const MONTH = sql`date_trunc('month', received_at at time zone ${ZONE})::date`

/** The first moment of what is not counted yet. */
const UNCOUNTED = sql`coalesce((select (max(day) + 1)::timestamp at time zone ${ZONE} from usage_day), '-infinity')`

const TIMES = sql`
  coalesce(array_agg(bucket::smallint order by bucket) filter (where bucket is not null), '{}') as buckets,
  coalesce(array_agg(count order by bucket) filter (where bucket is not null), '{}') as times`

/** A call that was late or skipped was not ended by a registry: no time is its own. */
const TOOK_A_TIME = sql`outcome in ('found', 'not-found', 'refused', 'failed') and elapsed_ms is not null`

const NAMES = {
  exchanges: sql`month, consumer, service, status`,
  calls: sql`month, consumer, service, registry, outcome`,
  /** Of all consumers. */
  callTimes: sql`month, service, registry, outcome`,
}

/**
 * What is counted of exchanges received in a time; months of it are added up. Beside each count stands how long it took: times in
 * buckets, each a twentieth wider than the one before, which add up as medians would not.
 */
export const COUNTED = {
  exchanges: (when: RawBuilder<unknown>) => sql`
    select ${NAMES.exchanges}, sum(count)::integer as exchanges, ${TIMES}
    from (
      select ${MONTH} as month, consumer, service, coalesce(status, '') as status,
        case when closed_at is not null then time_bucket(extract(epoch from closed_at - received_at) * 1000) end as bucket,
        count(*)::integer as count
      from exchange where ${when} group by 1, 2, 3, 4, 5
    ) as timed group by ${NAMES.exchanges}`,
  calls: (when: RawBuilder<unknown>) => sql`
    select ${NAMES.calls}, sum(count)::integer as calls, ${TIMES} from (${timedCalls(when)}) as timed group by ${NAMES.calls}`,
  callTimes: (when: RawBuilder<unknown>) => sql`
    select ${NAMES.callTimes}, ${TIMES}
    from (
      select ${NAMES.callTimes}, bucket, sum(count)::integer as count from (${timedCalls(when)}) as timed
      where bucket is not null group by ${NAMES.callTimes}, bucket
    ) as of_all group by ${NAMES.callTimes}`,
}

const timedCalls = (when: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select ${MONTH} as month, consumer, service, split_part(operation, '/', 1) as registry, outcome,
    case when ${TOOK_A_TIME} then time_bucket(elapsed_ms) end as bucket, count(*)::integer as count
  from exchange join call on call.exchange = exchange.id where outcome is not null and ${when} group by 1, 2, 3, 4, 5, 6`

/** What was received since the last day that is counted. */
export const NOT_COUNTED = sql`received_at >= ${UNCOUNTED}`

/** An exchange may go on for days; one that has not ended after so many is counted as it is. */
const PATIENCE_DAYS = 31

/**
 * Counts the next day that nothing more will happen to, once, whoever else counts: its numbers are added to those of its
 * month. @returns the day; undefined where there is none to count.
 */
export async function countNextDay(db: Executor, today: string): Promise<string | undefined> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ day: string }>`
      insert into usage_day (day)
      select day from (
        select (min(received_at) at time zone ${ZONE})::date as day from exchange where ${NOT_COUNTED}
      ) as next
      where day < ${today}::date - 1 and (day < ${today}::date - ${PATIENCE_DAYS}::integer or not exists (
        select from exchange where state <> 'closed' and received_at < (day + 1)::timestamp at time zone ${ZONE}))
      on conflict do nothing
      returning day::text as day`.execute(tx)
    const [counted] = rows
    if (counted !== undefined) await addDay(tx, counted.day)
    return counted?.day
  })
}

/** More than a year and a day: what is left then is counted an hour later. */
const MOST_DAYS = 400

/** Every day that can be counted. @returns how many there were. */
export async function countDays(db: Executor, today: string): Promise<number> {
  let days = 0
  while (days < MOST_DAYS && (await countNextDay(db, today)) !== undefined) days += 1
  return days
}

async function addDay(tx: Executor, day: string): Promise<void> {
  const when = sql`received_at >= ${day}::date::timestamp at time zone ${ZONE}
    and received_at < (${day}::date + 1)::timestamp at time zone ${ZONE}`
  await mendKinds(tx, when)
  await sql`
    insert into usage_exchange (${NAMES.exchanges}, exchanges, buckets, times) ${COUNTED.exchanges(when)}
    on conflict (${NAMES.exchanges})
      do update set exchanges = usage_exchange.exchanges + excluded.exchanges, ${addTimes('usage_exchange')}`.execute(
    tx,
  )
  await sql`
    insert into usage_call (${NAMES.calls}, calls, buckets, times) ${COUNTED.calls(when)}
    on conflict (${NAMES.calls})
      do update set calls = usage_call.calls + excluded.calls, ${addTimes('usage_call')}`.execute(tx)
  await sql`
    insert into usage_call_time (${NAMES.callTimes}, buckets, times) ${COUNTED.callTimes(when)}
    on conflict (${NAMES.callTimes}) do update set ${addTimes('usage_call_time')}`.execute(tx)
}

const addTimes = (table: 'usage_exchange' | 'usage_call' | 'usage_call_time'): RawBuilder<unknown> => sql`
  (buckets, times) = (
    select coalesce(array_agg(bucket order by bucket), '{}'), coalesce(array_agg(sum order by bucket), '{}')
    from (
      select bucket, sum(count)::integer as sum
      from (
        select * from unnest(${sql.ref(`${table}.buckets`)}, ${sql.ref(`${table}.times`)}) as kept (bucket, count)
        union all select * from unnest(excluded.buckets, excluded.times) as fresh (bucket, count)
      ) as both_of_them group by bucket
    ) as added)`

/** A call that ended in the very moment in which its exchange was closed may be missing in what that one is found by. */
async function mendKinds(tx: Executor, when: RawBuilder<unknown>): Promise<void> {
  await sql`
    update exchange set kind = exchange_kind_of(service, legal_basis, coalesce(status, ''), exchange_marks(id))
    where state = 'closed' and ${when} and kind in (
      select id from exchange_kind
      where exists (select from unnest(marks) as mark where split_part(mark, ':', 2) = '-'))`.execute(tx)
}
