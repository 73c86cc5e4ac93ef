import { type RawBuilder, sql } from 'kysely'
import type { Executor } from './tables/tables.ts'

/** Days and months are those of the calendar in Sofia. */
const ZONE = sql.lit('Europe/Sofia')
const MONTH = sql`date_trunc('month', received_at at time zone ${ZONE})::date`

/** The first moment of what is not counted yet. */
const UNCOUNTED = sql`coalesce((select (max(day) + 1)::timestamp at time zone ${ZONE} from usage_day), '-infinity')`

/** What is counted of exchanges received in a time; months of it are added up. */
export const COUNTED = {
  exchanges: (when: RawBuilder<unknown>) => sql`
    select ${MONTH} as month, consumer, service, coalesce(status, '') as status, count(*)::integer as exchanges
    from exchange where ${when} group by 1, 2, 3, 4`,
  calls: (when: RawBuilder<unknown>) => sql`
    select ${MONTH} as month, consumer, service, split_part(operation, '/', 1) as registry,
      outcome, count(*)::integer as calls
    from exchange join call on call.exchange = exchange.id where outcome is not null and ${when} group by 1, 2, 3, 4, 5`,
  times: (when: RawBuilder<unknown>) => sql`
    select ${MONTH} as month, 'service' as about, service as name,
      time_bucket(extract(epoch from closed_at - received_at) * 1000) as bucket, count(*)::integer as count
    from exchange where closed_at is not null and ${when} group by 1, 2, 3, 4
    union all
    select ${MONTH}, 'registry', split_part(operation, '/', 1), time_bucket(elapsed_ms), count(*)::integer
    from exchange join call on call.exchange = exchange.id
    where outcome in ('found', 'not-found') and ${when} group by 1, 2, 3, 4`,
}

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
    insert into usage_exchange (month, consumer, service, status, exchanges) ${COUNTED.exchanges(when)}
    on conflict (month, consumer, service, status)
      do update set exchanges = usage_exchange.exchanges + excluded.exchanges`.execute(tx)
  await sql`
    insert into usage_call (month, consumer, service, registry, outcome, calls) ${COUNTED.calls(when)}
    on conflict (month, consumer, service, registry, outcome)
      do update set calls = usage_call.calls + excluded.calls`.execute(tx)
  await sql`
    insert into usage_time (month, about, name, bucket, count) ${COUNTED.times(when)}
    on conflict (month, about, name, bucket) do update set count = usage_time.count + excluded.count`.execute(tx)
}

/** A call that ended in the very moment in which its exchange was closed may be missing in what that one is found by. */
async function mendKinds(tx: Executor, when: RawBuilder<unknown>): Promise<void> {
  await sql`
    update exchange set kind = exchange_kind_of(service, legal_basis, coalesce(status, ''), exchange_marks(id))
    where state = 'closed' and ${when} and kind in (
      select id from exchange_kind
      where exists (select from unnest(marks) as mark where split_part(mark, ':', 2) = '-'))`.execute(tx)
}
