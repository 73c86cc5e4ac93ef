import { sql } from 'kysely'
import type { AskedBy, ErrorCount } from '../model/registry-status.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { anew } from './exchange-slices.ts'
import { NOT_ASKED } from './queued-calls.ts'
import type { Executor } from './tables/tables.ts'

/** How a registry was asked, in the newest exchanges of a window. */
export interface RegistryActivity {
  readonly exchanges: number
  readonly whole: boolean
  readonly latency: { readonly answers: number; readonly p50Ms: number | null; readonly p95Ms: number | null }
  readonly errors: readonly ErrorCount[]
  readonly consumers: readonly AskedBy[]
  /** Of the newest attempts that ended. */
  readonly newest: { readonly ended: number; readonly failed: number }
}

/** Exchanges that are looked at; the newest of the window. */
export const MOST_LOOKED_AT = 5000
/** By these it is judged how a registry is now. */
const NEWEST_ATTEMPTS = 20
const MOST_CONSUMERS = 1000

type Row = Omit<RegistryActivity, 'whole'> & { readonly looked: number }

/**
 * What the rows of exchanges, calls and attempts say of one registry, all processes together. Exchanges come from the index
 * `exchange_by_kind`, one range for each kind that asks this registry, `MOST_LOOKED_AT` at most; their calls and attempts from the
 * primary keys of those tables. An attempt that edno ended before it asked says nothing of the registry.
 */
export async function registryActivity(db: Executor, registry: string, from: Date): Promise<RegistryActivity> {
  const { rows } = await sql<Row>`${anew}
    with newest as materialized (
      select found.* from (
        select id as kind from exchange_kind
        where exists (select from unnest(marks) as mark where starts_with(mark, ${`${registry}:`}))
      ) as part cross join lateral (
        select id, consumer, received_at from exchange
        where exchange.kind = part.kind and received_at >= ${from}::timestamptz
        order by received_at desc, id desc limit ${MOST_LOOKED_AT}
      ) as found
      order by received_at desc, id desc limit ${MOST_LOOKED_AT}
    ), asked as materialized (
      select newest.consumer, call.exchange, call.name, call.outcome
      from newest join call on call.exchange = newest.id
      where starts_with(call.operation, ${`${registry}/`}) and call.started_at is not null
    ), ended as materialized (
      select fault, ended_at, extract(epoch from ended_at - attempt.started_at) * 1000 as ms
      from asked join attempt on attempt.exchange = asked.exchange and attempt.call = asked.name
      where ended_at is not null and (fault is null or (fault <> ${NOT_ASKED} and starts_with(fault, 'provider.')))
    )
    select
      (select count(*)::integer from newest where id in (select exchange from asked)) as exchanges,
      (select count(*)::integer from newest) as looked,
      (select json_build_object('answers', count(*),
          'p50Ms', round(percentile_cont(0.5) within group (order by ms)),
          'p95Ms', round(percentile_cont(0.95) within group (order by ms)))
        from ended where fault is null) as latency,
      (select coalesce(json_agg(json_build_object('code', fault, 'count', count, 'lastAt', last_at)
          order by count desc, fault), '[]')
        from (select fault, count(*) as count, ${isoOf('max(ended_at)')} as last_at from ended
          where fault is not null group by fault) as counted) as errors,
      (select coalesce(json_agg(json_build_object('consumer', consumer, 'questions', questions, 'answered', answered)
          order by questions desc, consumer), '[]')
        from (select consumer, count(*) as questions, count(*) filter (where outcome in ('found', 'not-found')) as answered
          from asked group by consumer order by 2 desc, 1 limit ${MOST_CONSUMERS}) as counted) as consumers,
      (select json_build_object('ended', count(*), 'failed', count(fault))
        from (select fault from ended order by ended_at desc limit ${NEWEST_ATTEMPTS}) as latest) as newest`.execute(db)
  const [row] = rows
  if (row === undefined) throw new BrokerError('broker.internal', 'a statement that always has one row had none')
  const { looked, ...activity } = row
  return { ...activity, whole: looked < MOST_LOOKED_AT }
}

/** An instant as JavaScript writes it. */
export const isoOf = (expression: string) =>
  sql.raw(`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`)

const MOST_QUEUED = 10_000

/** Questions that wait in the queue, counted up to a bound; from the index `queued_call_waiting`, which begins with the registry. */
export async function queuedFor(db: Executor, registry: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from (
      select from queued_call where registry = ${registry} and state = 'waiting' limit ${MOST_QUEUED}
    ) as waiting`.execute(db)
  return rows[0]?.count ?? 0
}
