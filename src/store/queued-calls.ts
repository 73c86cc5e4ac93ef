import type { Selectable } from 'kysely'
import { statement } from './statement.ts'
import type { QueuedCallTable } from './tables/queued-call.ts'
import type { Executor } from './tables/tables.ts'

export type QueuedCallRow = Selectable<QueuedCallTable>

/** The fault of an attempt that edno ended before it asked: the question was not put. */
export const NOT_ASKED = 'broker.overloaded'

/** Names a row; all that a job carries. */
export interface QueuedCallId {
  readonly exchange: number
  readonly call: string
}

export interface NewQueuedCall {
  readonly call: string
  readonly registry: string
  readonly idempotent: boolean
  readonly dueAt: Date
  readonly endsAt: Date
  /** How its last try ended, where it was tried. */
  readonly fault?: string
}

/** A row for which a job is wanted. */
export interface Enqueued extends QueuedCallId {
  readonly registry: string
  readonly tries: number
  readonly due_at: Date
  /** How many calls of the same consumer waited for this registry before it: whoever has fewer there comes first. */
  readonly ahead: number
}

/**
 * Queues calls whose rows are there; one that is queued already keeps its place, one that was given up, or whose end is over, begins
 * anew. They count as put into the queue: who cannot do that says so by `unenqueue`.
 */
export async function insertQueuedCalls(
  db: Executor,
  exchange: number,
  calls: readonly NewQueuedCall[],
  now: Date,
): Promise<readonly Enqueued[]> {
  const { rows } = await statement<Enqueued>`
    insert into queued_call (exchange, call, registry, consumer, idempotent, due_at, ends_at, fault, enqueued_at)
    select exchange.id, call, registry, consumer, idempotent, due_at, ends_at, fault, ${now}::timestamptz
    from exchange, unnest(${calls.map(({ call }) => call)}::text[], ${calls.map(({ registry }) => registry)}::text[],
      ${calls.map(({ idempotent }) => idempotent)}::boolean[], ${calls.map(({ dueAt }) => dueAt.toISOString())}::timestamptz[],
      ${calls.map(({ endsAt }) => endsAt.toISOString())}::timestamptz[], ${calls.map(({ fault }) => fault ?? null)}::text[])
      as queued (call, registry, idempotent, due_at, ends_at, fault)
    where exchange.id = ${exchange}
    order by call
    on conflict (exchange, call) do update set due_at = excluded.due_at, ends_at = excluded.ends_at,
      enqueued_at = excluded.enqueued_at, state = case queued_call.state when 'running' then 'running' else 'waiting' end
      where (queued_call.state = 'ended' or queued_call.state in ('waiting', 'running') and queued_call.ends_at <= ${now})
        and exists (select from call where call.exchange = excluded.exchange and call.name = excluded.call and call.state <> 'ended')
    returning exchange, call, registry, tries, due_at, queue_ahead(consumer, registry, exchange, call) as ahead`.execute(
    db,
  )
  return rows
}

/** No job stands for these: the next look brings them. */
export async function unenqueue(db: Executor, calls: readonly QueuedCallId[]): Promise<void> {
  await statement`
    update queued_call set enqueued_at = null
    from unnest(${calls.map(({ exchange }) => exchange)}::bigint[], ${calls.map(({ call }) => call)}::text[])
      as named (exchange, call)
    where queued_call.exchange = named.exchange and queued_call.call = named.call and state = 'waiting'`.execute(db)
}

/**
 * Of several that take it at once one gets it; undefined for all others, and for what is not due. Not waited for on the disk:
 * the attempt is, which comes after it.
 */
export async function claimQueuedCall(
  db: Executor,
  { exchange, call }: QueuedCallId,
  owner: number,
  now: Date,
): Promise<QueuedCallRow | undefined> {
  const { rows } = await statement<QueuedCallRow>`
    with claimed as (
      update queued_call set state = 'running', owner = ${owner}, tries = tries + 1
      where exchange = ${exchange} and call = ${call} and state = 'waiting' and due_at <= ${now} and ends_at > ${now}
      returning *)
    select *, set_config('synchronous_commit', 'off', true) from claimed`.execute(db)
  return rows[0]
}

export interface Waiting {
  readonly dueAt: Date
  readonly fault?: string
  /** The try does not count: it was not made, or edno ended it. */
  readonly untried?: boolean
  readonly now: Date
}

/**
 * Gives a claimed row back; undefined where it is this process's no longer. One that was not tried has the job still that it
 * came with: a new one is put when that is gone, at the next look.
 */
export async function releaseQueuedCall(
  db: Executor,
  { exchange, call }: QueuedCallId,
  owner: number,
  { dueAt, fault, untried = false, now }: Waiting,
): Promise<Enqueued | undefined> {
  const { rows } = await statement<Enqueued>`
    update queued_call set state = 'waiting', owner = 0, due_at = ${dueAt},
      enqueued_at = case when ${untried}::boolean then null else ${now}::timestamptz end,
      tries = tries - case when ${untried}::boolean then 1 else 0 end, fault = coalesce(${fault ?? null}::text, fault)
    where exchange = ${exchange} and call = ${call} and state = 'running' and owner = ${owner}
    returning exchange, call, registry, tries, due_at, queue_ahead(consumer, registry, exchange, call) as ahead`.execute(
    db,
  )
  return rows[0]
}

/**
 * The call has ended, or nobody wants it any more. The closing of its exchange said whether what it brings is a supplement;
 * one that was queued in that same moment is. Not waited for on the disk: a row that is found running is ended again.
 */
export async function endQueuedCalls(db: Executor, exchange: number, calls: readonly string[]): Promise<void> {
  await statement`
    with over as (
      update queued_call set state = 'ended', owner = 0,
        supplement = coalesce(queued_call.supplement,
          case when exchange.state = 'closed' and queued_call.ends_at > exchange.deadline then 'due' end)
      from exchange
      where queued_call.exchange = ${exchange} and exchange.id = ${exchange} and call = any (${calls}::text[])
        and queued_call.state <> 'ended'
      returning 1)
    select set_config('synchronous_commit', 'off', true) from over`.execute(db)
}

/** Nobody waits for these any more; one that runs is let run, and its outcome is not heard. */
export async function giveUpQueuedCalls(db: Executor, exchange: number, calls: readonly string[]): Promise<void> {
  await statement`
    update queued_call set state = 'ended', owner = 0
    where exchange = ${exchange} and call = any (${calls}::text[]) and state in ('waiting', 'incident')`.execute(db)
}

/** Every queued call of an exchange. */
export async function queuedCallsOf(db: Executor, exchange: number): Promise<QueuedCallRow[]> {
  const { rows } = await statement<QueuedCallRow>`
    select * from queued_call where exchange = ${exchange} order by call`.execute(db)
  return rows
}

/** Of these, the calls whose outcome is stored, and those that became incidents. */
export async function endedAmong(
  db: Executor,
  calls: readonly QueuedCallId[],
): Promise<readonly (QueuedCallId & { readonly ended: boolean })[]> {
  const { rows } = await statement<QueuedCallId & { ended: boolean }>`
    select call.exchange, call.name as call, call.state = 'ended' as ended
    from unnest(${calls.map(({ exchange }) => exchange)}::bigint[], ${calls.map(({ call }) => call)}::text[])
      as named (exchange, name)
    join call using (exchange, name)
    left join queued_call on queued_call.exchange = call.exchange and queued_call.call = call.name
    where call.state = 'ended' or queued_call.state = 'incident'`.execute(db)
  return rows
}

export interface Unqueued {
  readonly now: Date
  readonly before: Date
  /** Of each registry. */
  readonly limit: number
  /** Registries that nobody is to ask now. */
  readonly resting: readonly string[]
}

/**
 * Rows that are due and for which no job was put since `before`; they count as put now. Those that have none come first: of each
 * registry as many as of any other, of each consumer as many as of any other, each oldest first. Of several processes that
 * look at once each gets others.
 */
export async function takeUnqueued(
  db: Executor,
  { now, before, limit, resting }: Unqueued,
): Promise<readonly Enqueued[]> {
  const { rows } = await statement<Enqueued>`
    with due as (
      select exchange, call, registry, consumer, due_at, enqueued_at is null as jobless,
        row_number() over (partition by registry, consumer order by enqueued_at is not null, due_at) as turn
      from queued_call
      where state = 'waiting' and due_at <= ${now} and ends_at > ${now} and (enqueued_at is null or enqueued_at < ${before})
        and registry <> all (${resting}::text[])
    ), placed as (
      select exchange, call, turn, row_number() over (partition by registry order by not jobless, turn, due_at) as place from due
    ), taken as (
      select exchange, call, turn from queued_call join placed using (exchange, call)
      where place <= ${limit} and state = 'waiting' and (enqueued_at is null or enqueued_at < ${before})
      for update of queued_call skip locked
    )
    update queued_call set enqueued_at = ${now}
    from taken
    where queued_call.exchange = taken.exchange and queued_call.call = taken.call
    returning queued_call.exchange, queued_call.call, registry, tries, due_at, (turn - 1)::integer as ahead`.execute(db)
  return rows
}

/** Everything that waits, as when the queue is built anew; they count as put now. */
export async function takeAllWaiting(db: Executor, now: Date): Promise<readonly Enqueued[]> {
  const { rows } = await statement<Enqueued>`
    with waiting as (
      select exchange, call, row_number() over (partition by registry, consumer order by due_at) as turn
      from queued_call where state = 'waiting' and ends_at > ${now}
    )
    update queued_call set enqueued_at = ${now}
    from waiting
    where queued_call.exchange = waiting.exchange and queued_call.call = waiting.call and state = 'waiting'
    returning queued_call.exchange, queued_call.call, registry, tries, due_at, (turn - 1)::integer as ahead`.execute(db)
  return rows
}

/** What still waits after its end, of exchanges that are answered: its calls are late for good. */
export async function expireQueuedCalls(db: Executor, now: Date): Promise<number> {
  const { rows } = await statement`
    with over as (
      update queued_call set state = 'ended', owner = 0, supplement = 'none'
      from exchange
      where exchange.id = queued_call.exchange and exchange.state = 'closed'
        and queued_call.state = 'waiting' and queued_call.ends_at <= ${now}
      returning queued_call.exchange, queued_call.call, queued_call.fault
    )
    update call set state = 'ended', outcome = 'late', problem = coalesce(over.fault, 'provider.timeout'), ended_at = ${now},
      elapsed_ms = 0
    from over
    where call.exchange = over.exchange and call.name = over.call and call.state <> 'ended'
    returning call.name`.execute(db)
  return rows.length
}

/**
 * Was the question of this call put, or may it have been, since an operator last wanted it tried again? That operator knew of
 * what was before; `ever` looks at that too.
 */
export async function wasAsked(
  db: Executor,
  { exchange, call }: QueuedCallId,
  { before = LAST_NUMBER, ever = false }: { readonly before?: number; readonly ever?: boolean } = {},
): Promise<boolean> {
  const { rows } = await statement<{ asked: boolean }>`
    select exists (select from attempt where exchange = ${exchange} and call = ${call} and number < ${before}
      and fault is distinct from ${NOT_ASKED} and (${ever}::boolean or started_at > coalesce((
        select max(changed_at) from incident
        where incident.exchange = attempt.exchange and incident.call = attempt.call and incident.state = 'retried'),
        '-infinity'))) as asked`.execute(db)
  return rows[0]?.asked === true
}

const LAST_NUMBER = 2 ** 31 - 1

/** Exchanges of a consumer whose calls wait in the queue, or are asked out of it; counted up to `most`. */
export async function queuedExchangesOf(db: Executor, consumer: string, most: number): Promise<number> {
  const { rows } = await statement<{ count: number }>`
    select count(*)::integer as count from (
      select distinct exchange from queued_call where consumer = ${consumer} and state in ('waiting', 'running') limit ${most}
    ) as queued`.execute(db)
  return rows[0]?.count ?? 0
}
