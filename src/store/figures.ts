import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** Beyond this many it is not counted on: a look must stay cheap on the day when everything waits. */
const MOST_COUNTED = 10_000

/** How the rows stand, as numbers alone. */
export interface StoreFigures {
  readonly open: number
  readonly deferred: number
  readonly callbacksWaiting: number
  readonly callbacksDead: number
  /** Null where none waits; negative where the next is not due yet. */
  readonly callbacksOverdueSeconds: number | null
  readonly logPending: number
  /** Null for a log without a head. */
  readonly logSize: number | null
  readonly promisesBroken: number
  readonly promisesOpen: number
  /** Null before the first. */
  readonly stampAgeSeconds: number | null
  /** Null where every head has one over it. */
  readonly stampWaitingSeconds: number | null
}

/** From partial indexes and primary keys alone, each with a bound. */
export async function storeFigures(db: Executor): Promise<StoreFigures | undefined> {
  const { rows } = await statement<StoreFigures>`
    select
      (select count(*)::integer from (select from exchange where state = 'open' limit ${MOST_COUNTED}) as found) as open,
      (select count(*)::integer from (select from exchange where state = 'deferred' limit ${MOST_COUNTED}) as found)
        as deferred,
      (select count(*)::integer from (select from callback where state = 'waiting' limit ${MOST_COUNTED}) as found)
        as "callbacksWaiting",
      (select count(*)::integer from (select from callback where state = 'dead' limit ${MOST_COUNTED}) as found)
        as "callbacksDead",
      (select extract(epoch from clock_timestamp() - min(due_at))::float8 from callback where state = 'waiting')
        as "callbacksOverdueSeconds",
      (select count(*)::integer from (select from log_entry where index is null limit ${MOST_COUNTED}) as found)
        as "logPending",
      (select size::float8 from log_checkpoint order by size desc limit 1) as "logSize",
      (select count(*)::integer from log_promise where broken_at is not null) as "promisesBroken",
      (select count(*)::integer from log_promise where broken_at is not null and kept_at is null) as "promisesOpen",
      (select extract(epoch from clock_timestamp() - created_at)::float8 from log_stamp order by size desc limit 1)
        as "stampAgeSeconds",
      (select extract(epoch from clock_timestamp() - created_at)::float8 from log_checkpoint
        where size > coalesce((select size from log_stamp order by size desc limit 1), 0) order by size limit 1)
        as "stampWaitingSeconds"`.execute(db)
  return rows[0]
}

/** How the queue of one registry stands, and whether the registry is taken for dead. */
export interface RegistryFigures {
  readonly registry: string
  readonly dead: boolean
  readonly waiting: number
  readonly running: number
  /** Null where none waits; negative where the next is not due yet. */
  readonly overdueSeconds: number | null
  readonly incidents: number
}

/** The waiting ones from the index that begins with the registry; what runs or is an incident is few, or bounded. */
export async function registryFigures(db: Executor, registries: readonly string[]): Promise<RegistryFigures[]> {
  const { rows } = await statement<RegistryFigures>`
    with running as materialized (
      select registry, count(*)::integer as count from queued_call where state = 'running' group by registry
    ), incidents as materialized (
      select registry, count(*)::integer as count
      from (select registry from incident where state = 'open' limit ${MOST_COUNTED}) as found group by registry
    )
    select known.registry,
      exists (select from registry_breaker where registry_breaker.registry = known.registry) as dead,
      (select count(*)::integer from (select from queued_call
        where queued_call.registry = known.registry and state = 'waiting' limit ${MOST_COUNTED}) as found) as waiting,
      coalesce(running.count, 0) as running,
      (select extract(epoch from clock_timestamp() - min(due_at))::float8 from queued_call
        where queued_call.registry = known.registry and state = 'waiting') as "overdueSeconds",
      coalesce(incidents.count, 0) as incidents
    from (
      select unnest(${registries}::text[]) as registry union select registry from incidents
    ) as known left join running using (registry) left join incidents using (registry)`.execute(db)
  return rows
}

/** How far a witness follows, by its vkey. */
export interface WitnessFigures {
  readonly witness: string
  /** Null where it never cosigned. */
  readonly ageSeconds: number | null
  /** Null where it cosigned the newest head. */
  readonly waitingSeconds: number | null
}

export async function witnessFigures(db: Executor, witnesses: readonly string[]): Promise<WitnessFigures[]> {
  const { rows } = await statement<WitnessFigures>`
    select known.witness,
      extract(epoch from clock_timestamp() - newest.cosigned_at)::float8 as "ageSeconds",
      (select extract(epoch from clock_timestamp() - created_at)::float8 from log_checkpoint
        where size > coalesce(newest.size, 0) order by size limit 1) as "waitingSeconds"
    from unnest(${witnesses}::text[]) as known (witness) left join lateral (
      select size, cosigned_at from log_cosignature
      where log_cosignature.witness = known.witness order by size desc limit 1
    ) as newest on true`.execute(db)
  return rows
}
