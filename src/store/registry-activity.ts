import { sql } from 'kysely'
import type { AskedBy, ErrorCount } from '../model/registry-status.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { anew } from './exchange-slices.ts'
import { NOT_ASKED } from './queued-calls.ts'
import type { Executor } from './tables/tables.ts'

/** How a registry was asked, in the newest exchanges of a window. */
export interface RegistryActivity {
  readonly exchanges: number
  /** False: there were more, and these are all since `oldest`. */
  readonly whole: boolean
  /** ISO instant; null where there are none. */
  readonly oldest: string | null
  readonly latency: { readonly answers: number; readonly p50Ms: number | null; readonly p95Ms: number | null }
  readonly errors: readonly ErrorCount[]
  readonly consumers: readonly AskedBy[]
  /** Of the newest attempts that ended. */
  readonly newest: { readonly ended: number; readonly failed: number }
}

/** Exchanges that are looked at; the newest of the window. */
const MOST_LOOKED_AT = 2000
/** And of each kind: what is older than the oldest of a kind that has more is left out, of all kinds. */
export const MOST_OF_KIND = 500
/** By these it is judged how a registry is now. */
const NEWEST_ATTEMPTS = 20
const MOST_CONSUMERS = 1000
/** During planned downtime nobody is asked: that says nothing of how the registry is. */
const HELD_BACK: ProblemCode = 'provider.planned-downtime'

/** An instant as JavaScript writes it. */
export const isoOf = (expression: string) =>
  sql.raw(`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`)

/** Of an attempt: the registry was asked, or is being asked. */
const WAS_PUT = sql`(fault is null or (fault not in (${NOT_ASKED}, ${HELD_BACK}) and starts_with(fault, 'provider.')))`

/** What is told of the exchanges that were found. */
const COUNTED = sql`
  (select count(*)::integer from newest where id in (select exchange from asked)) as exchanges,
  (select at is null from cut) and (select count(*) < ${MOST_LOOKED_AT} from newest) as whole,
  (select ${isoOf('min(received_at)')} from newest) as oldest,
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
    from (select fault from ended order by ended_at desc limit ${NEWEST_ATTEMPTS}) as latest) as newest`

/**
 * What the rows of exchanges, calls and attempts say of one registry, all processes together. Exchanges come from the index
 * `exchange_by_kind`, one range for each kind that asks this registry, `MOST_OF_KIND` at most; of these `MOST_LOOKED_AT`, and their
 * calls and attempts, from the primary keys of those tables. An attempt that edno ended before it asked says nothing of the registry, and
 * a call with such attempts alone is no question to it.
 */
export async function registryActivity(db: Executor, registry: string, from: Date): Promise<RegistryActivity> {
  const { rows } = await sql<RegistryActivity>`${anew}
    with part as materialized (
      select id as kind from exchange_kind
      where exists (select from unnest(marks) as mark where starts_with(mark, ${`${registry}:`}))
    ), found as materialized (
      select part.kind, one.id, one.received_at from part cross join lateral (
        select id, received_at from exchange
        where exchange.kind = part.kind and received_at >= ${from}::timestamptz
        order by received_at desc, id desc limit ${MOST_OF_KIND}
      ) as one
    ), cut as materialized (
      select max(oldest) as at from (
        select min(received_at) as oldest from found group by kind having count(*) = ${MOST_OF_KIND}
      ) as full_ones
    ), newest as materialized (
      select id, received_at from found, cut where at is null or received_at >= at
      order by received_at desc, id desc limit ${MOST_LOOKED_AT}
    ), asked as materialized (
      select exchange.consumer, own.* from newest join exchange on exchange.id = newest.id cross join lateral (
        select call.exchange, name, outcome from call
        where call.exchange = newest.id and starts_with(operation, ${`${registry}/`}) and started_at is not null
          and (select bool_or(${WAS_PUT}) from attempt where attempt.exchange = call.exchange and attempt.call = name)
            is distinct from false
        offset 0
      ) as own
    ), ended as materialized (
      select own.* from asked cross join lateral (
        select fault, ended_at, extract(epoch from ended_at - started_at) * 1000 as ms from attempt
        where attempt.exchange = asked.exchange and attempt.call = asked.name and ended_at is not null
          and ${WAS_PUT}
        offset 0
      ) as own
    )
    select ${COUNTED}`.execute(db)
  const [row] = rows
  if (row === undefined) throw new BrokerError('broker.internal', 'a statement that always has one row had none')
  return row
}

const MOST_QUEUED = 10_000

/** Questions that wait in the queue, counted up to a bound; from the index `queued_call_waiting`, which begins with the registry. */
export async function queuedFor(db: Executor, registry: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from (
      select from queued_call where registry = ${registry} and state = 'waiting' limit ${MOST_QUEUED}
    ) as waiting`.execute(db)
  return rows[0]?.count ?? 0
}
