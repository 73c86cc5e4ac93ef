import { sql } from 'kysely'
import type { AuditReport } from '../model/audit-report.ts'
import { anew } from './exchange-slices.ts'
import type { Executor } from './tables/tables.ts'

export interface Period {
  readonly from: Date
  readonly to: Date
}

type Part<Name extends keyof AuditReport> = Promise<AuditReport[Name]>

const ZONE = sql.lit('Europe/Sofia')
/** Longer lists are for the list of exchanges. */
const MOST = 50
/** A busy day is no news; so many, and so many times the usual, is. */
const OFFICIAL = { least: 20, times: 3 }
const HOUR = { least: 50, times: 5 }
const OUTSIDE = { least: 10, share: 0.1 }
const MANY = { consumers: 3, officials: 5, named: 5 }

const inPeriod = ({ from, to }: Period) => sql`received_at >= ${from}::timestamptz and received_at < ${to}::timestamptz`

/** They opened no exchange: what is known of them stands in their entries. */
export async function refusalsIn(db: Executor, { from, to }: Period): Part<'refusals'> {
  const { rows } = await sql<AuditReport['refusals'][number]>`${anew}
    select entry_member(bytes, 'problem') as problem, entry_member(bytes, 'consumer') as consumer, count(*)::integer as count
    from log_entry
    where event = 'refused' and entry_member(bytes, 'time') >= ${from.toISOString()}
      and entry_member(bytes, 'time') < ${to.toISOString()}
    group by 1, 2 order by 3 desc, 1, 2 limit ${MOST}`.execute(db)
  return rows
}

/** Few exchanges hold such a call: their kinds say which. */
export async function failuresIn(db: Executor, period: Period): Part<'failures'> {
  const { rows } = await sql<AuditReport['failures'][number]>`${anew}
    with failing as (
      select id from exchange_kind
      where exists (select from unnest(marks) as mark where split_part(mark, ':', 2) in ('failed', 'refused', 'late'))
    )
    select split_part(operation, '/', 1) as registry, coalesce(problem, '') as problem, count(*)::integer as calls
    from failing join exchange on exchange.kind = failing.id join call on call.exchange = exchange.id
    where ${inPeriod(period)} and outcome in ('failed', 'refused', 'late')
    group by 1, 2 order by 3 desc, 1, 2 limit ${MOST}`.execute(db)
  return rows
}

/** Of exchanges whose content was deleted or erased the number of the case is gone: nobody can say whether it was open. */
export async function withoutCaseIn(db: Executor, period: Period): Part<'withoutCase'> {
  const { rows } = await sql<AuditReport['withoutCase'][number]>`${anew}
    select consumer, exchanges, "withoutCase",
      exists (select from case_file where case_file.consumer = counted.consumer) as "keepsCases"
    from (
      select consumer, count(*)::integer as exchanges, count(*) filter (where not exists (
        select from case_file
        where case_file.consumer = exchange.consumer and number = case_reference and opened_at <= received_at
          and (closed_at is null or closed_at > received_at)))::integer as "withoutCase"
      from exchange where ${inPeriod(period)} and (case_reference <> '' or data_key is not null) group by consumer
    ) as counted
    where "withoutCase" > 0 order by "withoutCase" desc, consumer limit ${MOST}`.execute(db)
  return rows
}

export async function officialsIn(db: Executor, period: Period): Part<'officials'> {
  const { rows } = await sql<AuditReport['officials'][number]>`${anew}
    with daily as (
      select consumer, official, (received_at at time zone ${ZONE})::date::text as day, count(*)::integer as questions
      from exchange where official is not null and ${inPeriod(period)} group by 1, 2, 3
    ), usual as (
      select consumer, round(avg(questions), 1)::double precision as usual from daily group by consumer
    )
    select daily.*, usual from daily join usual using (consumer)
    where questions >= ${OFFICIAL.least}::integer and questions >= ${OFFICIAL.times}::integer * usual
    order by questions / usual desc, consumer, official, day limit ${MOST}`.execute(db)
  return rows
}

export async function hoursIn(db: Executor, period: Period): Part<'hours'> {
  const { rows } = await sql<AuditReport['hours'][number]>`${anew}
    with hourly as (
      select consumer, date_trunc('hour', received_at) as began, count(*)::integer as questions
      from exchange where ${inPeriod(period)} group by 1, 2
    ), usual as (
      select consumer, round(avg(questions), 1)::double precision as usual from hourly group by consumer
    )
    select consumer, to_char(began at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour, questions, usual
    from hourly join usual using (consumer)
    where questions >= ${HOUR.least}::integer and questions >= ${HOUR.times}::integer * usual
    order by questions / usual desc, consumer, began limit ${MOST}`.execute(db)
  return rows
}

/** Before six, from eight in the evening on, and at weekends. */
export async function outsideHoursIn(db: Executor, period: Period): Part<'outsideHours'> {
  const { rows } = await sql<AuditReport['outsideHours'][number]>`${anew}
    select * from (
      select consumer, count(*)::integer as exchanges, (count(*) filter (where
        extract(hour from received_at at time zone ${ZONE}) not between 6 and 19
        or extract(isodow from received_at at time zone ${ZONE}) > 5))::integer as outside
      from exchange where ${inPeriod(period)} group by consumer
    ) as counted
    where outside >= ${OUTSIDE.least}::integer and outside >= ${OUTSIDE.share}::double precision * exchanges
    order by outside desc, consumer limit ${MOST}`.execute(db)
  return rows
}

/**
 * One person, questions of several consumers or many officials; firms are asked for by many as a matter of course. Counted by
 * hashing alone, and only those who are told of are looked at closely.
 */
export async function askedByManyIn(db: Executor, period: Period): Part<'askedByMany'> {
  const { rows } = await sql<AuditReport['askedByMany'][number]>`${anew}
    with asking as (
      select mark, consumer, official from person_mark join exchange on exchange.id = person_mark.exchange
      where person_mark.kind <> 'eik' and ${inPeriod(period)}
      group by mark, consumer, official
    ), many as (
      select mark, count(*)::integer as consumers, sum(officials)::integer as officials
      from (select mark, consumer, count(*) as officials from asking group by mark, consumer) as of_consumer
      group by mark having count(*) >= ${MANY.consumers}::integer or sum(officials) >= ${MANY.officials}::integer
      order by 2 desc, 3 desc, mark limit ${MOST}
    )
    select consumers, officials, count(*)::integer as exchanges,
      (array_agg(exchange_id::text order by id desc))[1:${MANY.named}::integer] as "newest"
    from many cross join lateral (
      select id, exchange_id from exchange
      where id in (select exchange from person_mark where person_mark.mark = many.mark) and ${inPeriod(period)}
    ) as about
    group by mark, consumers, officials
    order by consumers desc, officials desc, exchanges desc, max(id) desc`.execute(db)
  return rows
}

export async function correctionsOf(db: Executor, { from, to }: Period): Part<'corrections'> {
  const { rows } = await sql<{ registry: string; state: string; result: string | null; count: number }>`${anew}
    select registry, state, result, count(*)::integer as count from correction
    where reported_at >= ${from}::timestamptz and reported_at < ${to}::timestamptz
    group by 1, 2, 3 order by 4 desc, 1, 2, 3`.execute(db)
  return rows.map(({ result, ...row }) => ({ ...row, ...(result === null ? {} : { result }) }))
}
