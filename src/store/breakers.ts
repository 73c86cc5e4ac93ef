import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** A registry that is taken for dead; `retryInMs` by the clock of the database. */
export interface OpenBreakerRow {
  readonly registry: string
  readonly opened: number
  readonly retryInMs: number
}

/** All of them; while somebody looks whether a registry is back, the others wait as long as that may take. */
export async function openBreakers(db: Executor): Promise<readonly OpenBreakerRow[]> {
  const { rows } = await statement<OpenBreakerRow>`
    select registry, opened,
      (extract(epoch from greatest(retry_at, probe_until) - clock_timestamp()) * 1000)::float8 as "retryInMs"
    from registry_breaker`.execute(db)
  return rows
}

/** One registry that is taken for dead, by the clock of the database; `due`: one question may go out now to see. */
export interface BreakerRow {
  readonly opened: number
  readonly openedAt: Date
  readonly nextTryAt: Date
  readonly due: boolean
}

/** By the primary key; undefined where it is not taken for dead. */
export async function breakerOf(db: Executor, registry: string): Promise<BreakerRow | undefined> {
  const { rows } = await statement<BreakerRow>`
    select opened, opened_at as "openedAt", greatest(retry_at, probe_until) as "nextTryAt",
      greatest(retry_at, probe_until) <= clock_timestamp() as due
    from registry_breaker where registry = ${registry}`.execute(db)
  return rows[0]
}

/** One that is open already stays as it is. */
export async function openBreaker(db: Executor, registry: string, waitMs: number): Promise<void> {
  await statement`
    insert into registry_breaker (registry, retry_at)
    values (${registry}, clock_timestamp() + ${waitMs}::float8 * interval '1 millisecond')
    on conflict (registry) do nothing`.execute(db)
}

/** True where this process may look now whether the registry is back: one at a time, for `leaseMs` at most. */
export async function takeProbe(
  db: Executor,
  registry: string,
  { owner, leaseMs }: { readonly owner: number; readonly leaseMs: number },
): Promise<boolean> {
  const { rows } = await statement`
    update registry_breaker
    set probe_owner = ${owner}, probe_until = clock_timestamp() + ${leaseMs}::float8 * interval '1 millisecond'
    where registry = ${registry} and retry_at <= clock_timestamp()
      and (probe_until is null or probe_until <= clock_timestamp())
    returning registry`.execute(db)
  return rows.length > 0
}

/** Only whoever looked may say that it is back. */
export async function closeBreaker(db: Executor, registry: string, owner: number): Promise<void> {
  await statement`delete from registry_breaker where registry = ${registry} and probe_owner = ${owner}`.execute(db)
}

/** Only whoever looked may say that it is not. */
export async function reopenBreaker(
  db: Executor,
  registry: string,
  { owner, waitMs }: { readonly owner: number; readonly waitMs: number },
): Promise<void> {
  await statement`
    update registry_breaker
    set opened = opened + 1, retry_at = clock_timestamp() + ${waitMs}::float8 * interval '1 millisecond',
      probe_owner = null, probe_until = null
    where registry = ${registry} and probe_owner = ${owner}`.execute(db)
}

export interface WantedTurn {
  readonly perSecond?: number
  readonly perMinute?: number
  readonly patienceMs: number
}

/** Milliseconds until a question's turn, taken; `undefined`, and none taken, where that is longer than `patienceMs`. */
export async function takeTurn(db: Executor, registry: string, wanted: WantedTurn): Promise<number | undefined> {
  const { perSecond = null, perMinute = null, patienceMs } = wanted
  const { rows } = await statement<{ wait: number | null }>`
    select take_turn(${registry}, ${perSecond}::integer, ${perMinute}::integer, ${patienceMs}::float8) as wait`.execute(
    db,
  )
  return rows[0]?.wait ?? undefined
}

/** Milliseconds until a turn that were taken now, by the same sum as `take_turn`; none is taken. */
export async function turnIn(
  db: Executor,
  registry: string,
  { perSecond = null, perMinute = null }: { readonly perSecond?: number | null; readonly perMinute?: number | null },
): Promise<number> {
  const { rows } = await statement<{ wait: number }>`
    select greatest(0,
      extract(epoch from greatest(second_full_at, clock_timestamp()) + interval '1 second' / ${perSecond}::integer - clock_timestamp()) * 1000 - 1000,
      extract(epoch from greatest(minute_full_at, clock_timestamp()) + interval '1 minute' / ${perMinute}::integer - clock_timestamp()) * 1000 - 60000
    )::float8 as wait
    from registry_rate where registry = ${registry}`.execute(db)
  return rows[0]?.wait ?? 0
}

export interface SlotsClaim {
  readonly owner: number
  /** What the owner of the registry says. */
  readonly most: number
  /** Questions that are out. */
  readonly used: number
  readonly wanted: number
}

/** How many questions of this process may be out, never more than the others leave; `contested`: others lack some. */
export async function shareSlots(
  db: Executor,
  registry: string,
  { owner, most, used, wanted }: SlotsClaim,
): Promise<{ readonly allowed: number; readonly contested: boolean }> {
  const { rows } = await statement<{ allowed: number; contested: boolean }>`
    select allowed, contested
    from share_slots(${registry}, ${owner}::integer, ${most}::integer, ${used}::integer, ${wanted}::integer)`.execute(
    db,
  )
  return rows[0] ?? { allowed: 0, contested: true }
}
