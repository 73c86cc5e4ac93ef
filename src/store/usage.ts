import { type RawBuilder, sql } from 'kysely'
import type { UsageDimension, UsageNames, UsageQuestion } from '../model/usage.ts'
import { anew } from './exchange-slices.ts'
import type { Executor } from './tables/tables.ts'
import { COUNTED, NOT_COUNTED } from './usage-counting.ts'

export type Counted<Name extends string> = UsageNames & Readonly<Record<Name, number>>

/** What is counted and what is not yet, together. */
const ALL = {
  exchanges: sql`
    select month, consumer, service, status, exchanges, buckets, times from usage_exchange
    union all select * from (${COUNTED.exchanges(NOT_COUNTED)}) as fresh`,
  calls: sql`
    select month, consumer, service, registry, outcome, calls, buckets, times from usage_call
    union all select * from (${COUNTED.calls(NOT_COUNTED)}) as fresh`,
  /** Times alone, of all consumers: far fewer rows. */
  callTimes: sql`
    select month, service, registry, outcome, buckets, times from usage_call_time
    union all select * from (${COUNTED.callTimes(NOT_COUNTED)}) as fresh`,
}

const ANSWERED = sql`outcome in ('found', 'not-found')`

/** Exchanges by these names; none of them of calls. */
export async function exchangesBy(db: Executor, question: UsageQuestion): Promise<Counted<'exchanges'>[]> {
  return summed(db, question, { counted: ALL.exchanges, sums: sql`sum(exchanges)::integer as exchanges` })
}

/** Calls by these names, and of those the answered ones; the status of an exchange is none of them. */
export async function callsBy(db: Executor, question: UsageQuestion): Promise<Counted<'calls' | 'answered'>[]> {
  return summed(db, question, {
    counted: ALL.calls,
    sums: sql`sum(calls)::integer as calls,
      coalesce(sum(calls) filter (where ${ANSWERED}), 0)::integer as answered`,
  })
}

interface Counts {
  readonly counted: RawBuilder<unknown>
  readonly sums: RawBuilder<unknown>
}

async function summed<Row>(db: Executor, question: UsageQuestion, { counted, sums }: Counts): Promise<Row[]> {
  const names = question.by.map((name) => (name === 'month' ? MONTH_NAME : sql.ref(name)))
  const { rows } = await sql<Row>`${anew}
    select ${sql.join([...question.by.map((name) => sql`${nameOf(name)} as ${sql.ref(name)}`), sums])}
    from (${counted}) as counted
    where ${sql.join(filtersOf(question), sql` and `)}
    ${names.length === 0 ? sql`` : sql`group by ${sql.join(names)} order by ${sql.join(names)}`}`.execute(db)
  return rows
}

const MONTH_NAME = sql`to_char(month, 'YYYY-MM')`
const nameOf = (name: UsageDimension): RawBuilder<unknown> => (name === 'month' ? MONTH_NAME : sql.ref(name))

function filtersOf({ from, to, consumer, service, registry }: UsageQuestion): RawBuilder<unknown>[] {
  return [
    sql`month between ${`${from}-01`}::date and ${`${to}-01`}::date`,
    ...(consumer === undefined ? [] : [sql`consumer = ${consumer}`]),
    ...(service === undefined ? [] : [sql`service = ${service}`]),
    ...(registry === undefined ? [] : [sql`registry = ${registry}`]),
  ]
}

/** One wider than another by a twentieth: the middle of one is off by less than a fortieth. */
const middleOf = (bucket: number): number => Math.round(1.05 ** (bucket + 0.5))

export interface Median extends UsageNames {
  readonly medianMs: number
  /** Of so many. */
  readonly times: number
}

/**
 * Median milliseconds by these names: of exchanges until their answer, or of calls. Where outcomes are not told apart, of the calls
 * that a registry answered.
 */
export async function mediansBy(db: Executor, of: 'exchanges' | 'calls', question: UsageQuestion): Promise<Median[]> {
  const { by } = question
  const ofAll = question.consumer === undefined && !by.includes('consumer')
  const filters = [...filtersOf(question), ...(of === 'calls' && !by.includes('outcome') ? [ANSWERED] : [])]
  const { rows } = await sql<UsageNames & { readonly bucket: number; readonly times: number }>`${anew}
    with timed as (
      select ${sql.join([...by.map((name) => sql`${nameOf(name)} as ${sql.ref(name)}`), sql`bucket`, sql`sum(count) as count`])}
      from (${ALL[of === 'calls' && ofAll ? 'callTimes' : of]}) as counted cross join lateral unnest(buckets, times) as each (bucket, count)
      where ${sql.join(filters, sql` and `)}
      group by ${sql.join([...by.map(nameOf), sql`bucket`])}
    ), running as (
      select *, sum(count) over (${partition(by)} order by bucket) as so_far, sum(count) over (${partition(by)}) as all_of_it from timed
    )
    select ${sql.join([...by.map((name) => sql.ref(name)), sql`min(bucket)::integer as bucket`, sql`min(all_of_it)::integer as times`])}
    from running where so_far * 2 >= all_of_it
    ${by.length === 0 ? sql`having count(*) > 0` : sql`group by ${sql.join(by.map((name) => sql.ref(name)))}`}`.execute(
    db,
  )
  return rows.map(({ bucket, times, ...named }) => ({ ...named, times, medianMs: middleOf(bucket) }))
}

const partition = (by: readonly UsageDimension[]): RawBuilder<unknown> =>
  by.length === 0 ? sql`` : sql`partition by ${sql.join(by.map((name) => sql.ref(name)))}`
