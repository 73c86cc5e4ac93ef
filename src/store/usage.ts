import { type RawBuilder, sql } from 'kysely'
import type { UsageDimension, UsageNames, UsageQuestion } from '../model/usage.ts'
import { anew } from './exchange-slices.ts'
import type { Executor } from './tables/tables.ts'
import { COUNTED, NOT_COUNTED } from './usage-counting.ts'

export type Counted<Name extends string> = UsageNames & Readonly<Record<Name, number>>

/** Exchanges by these names; none of them of calls. */
export async function exchangesBy(db: Executor, question: UsageQuestion): Promise<Counted<'exchanges'>[]> {
  return summed(db, question, {
    kept: sql`select month, consumer, service, status, exchanges from usage_exchange`,
    fresh: COUNTED.exchanges(NOT_COUNTED),
    sums: sql`sum(exchanges)::integer as exchanges`,
  })
}

/** Calls by these names, and of those the answered ones; the status of an exchange is none of them. */
export async function callsBy(db: Executor, question: UsageQuestion): Promise<Counted<'calls' | 'answered'>[]> {
  return summed(db, question, {
    kept: sql`select month, consumer, service, registry, outcome, calls from usage_call`,
    fresh: COUNTED.calls(NOT_COUNTED),
    sums: sql`sum(calls)::integer as calls,
      coalesce(sum(calls) filter (where outcome in ('found', 'not-found')), 0)::integer as answered`,
  })
}

interface Counts {
  readonly kept: RawBuilder<unknown>
  readonly fresh: RawBuilder<unknown>
  readonly sums: RawBuilder<unknown>
}

/** What is counted and what is not yet, together. */
async function summed<Row>(db: Executor, question: UsageQuestion, { kept, fresh, sums }: Counts): Promise<Row[]> {
  const names = question.by.map((name) => (name === 'month' ? MONTH_NAME : sql.ref(name)))
  const { rows } = await sql<Row>`${anew}
    select ${sql.join([...question.by.map((name) => sql`${nameOf(name)} as ${sql.ref(name)}`), sums])}
    from (${kept} union all select * from (${fresh}) as fresh) as counted
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

/** Median milliseconds: of exchanges by service, or of answered calls by registry; by month where that is asked. */
export async function mediansBy(
  db: Executor,
  about: 'service' | 'registry',
  { from, to, by, service, registry }: UsageQuestion,
): Promise<Counted<'medianMs'>[]> {
  const names = by.map((name) => (name === 'month' ? MONTH_NAME : sql`name`))
  const name = about === 'service' ? service : registry
  const { rows } = await sql<UsageNames & { readonly bucket: number | null }>`${anew}
    with times as (
      select ${sql.join([...names.map((each, place) => sql`${each} as ${sql.ref(`name${place}`)}`), sql`bucket`, sql`sum(count) as count`])}
      from (select month, about, name, bucket, count from usage_time
        union all select * from (${COUNTED.times(NOT_COUNTED)}) as fresh) as counted
      where about = ${about} and month between ${`${from}-01`}::date and ${`${to}-01`}::date
        and ${name === undefined ? sql`true` : sql`name = ${name}`}
      group by ${sql.join([...names, sql`bucket`])}
    ), running as (
      select *, sum(count) over (${partition(by)} order by bucket) as so_far, sum(count) over (${partition(by)}) as all_of_it from times
    )
    select ${sql.join([...by.map((each, place) => sql`${sql.ref(`name${place}`)} as ${sql.ref(each)}`), sql`min(bucket) as bucket`])}
    from running where so_far * 2 >= all_of_it
    ${by.length === 0 ? sql`` : sql`group by ${sql.join(by.map((_, place) => sql.ref(`name${place}`)))}`}`.execute(db)
  return rows.flatMap(({ bucket, ...named }) => (bucket === null ? [] : [{ ...named, medianMs: middleOf(bucket) }]))
}

const partition = (by: readonly UsageDimension[]): RawBuilder<unknown> =>
  by.length === 0 ? sql`` : sql`partition by ${sql.join(by.map((_, place) => sql.ref(`name${place}`)))}`
