import type { NewAttempt } from './attempts.ts'
import type { EntryFrame } from './log-entries.ts'
import { aboutColumns } from './person-marks.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** What a question counts against. */
export interface Counter {
  readonly name: string
  /** The most questions of a day; absent: counted, without a limit. */
  readonly perDay?: number
}

export interface CountedAttempt extends NewAttempt {
  readonly counters: readonly Counter[]
}

/** The number of the attempt, or that the question may not be put today. */
export type Begun = number | 'over-quota'

/**
 * As `insertAttempts`, for calls with limits: an attempt is written only where its question is within all of its limits,
 * and is counted with it, in one statement. A call that was counted before (it is asked again, now or after a crash) is
 * not counted a second time, nor refused.
 *
 * @returns what became of each call; without what has ended already.
 */
export async function insertCountedAttempts(
  db: Executor,
  exchange: number,
  day: string,
  { attempts, entry }: { readonly attempts: readonly CountedAttempt[]; readonly entry: EntryFrame },
): Promise<ReadonlyMap<string, Begun>> {
  const { calls, starts, counted, counters, limits, about } = columnsOf(attempts)
  const { rows } = await statement<{ call: string; number: number | null }>`
    with asked as (
      select * from unnest(${calls}::text[], ${starts}::timestamptz[]) with ordinality as asked (name, started_at, place)
    ), due as materialized (
      select asked.*, call.counted_on
      from asked join call on call.exchange = ${exchange} and call.name = asked.name
      where call.state <> 'ended'
      for update of call
    ), taken as materialized (
      select count_questions(${day}::date, (select array_agg(name order by place) from due where counted_on is null),
        ${counted}::text[], ${counters}::text[], ${limits}::integer[]) as name
    ), running as (
      update call set state = 'running', started_at = coalesce(call.started_at, due.started_at),
        counted_on = coalesce(call.counted_on, ${day}::date)
      from due
      where call.exchange = ${exchange} and call.name = due.name
        and (due.counted_on is not null or due.name in (select name from taken))
      returning call.name, call.operation, due.started_at
    ), written as (
      insert into attempt (exchange, call, number, started_at)
      select ${exchange}, name, 1 + (
        select coalesce(max(number), 0) from attempt where attempt.exchange = ${exchange} and attempt.call = running.name
      ), started_at
      from running
      returning call, number
    ), marked as (
      insert into person_mark (exchange, part, call, kind, mark)
      select ${exchange}, 'subject', running.name, about.kind, about.mark
      from running join unnest(${about.calls}::text[], ${about.kinds}::text[], ${about.marks}::text[])
        as about (call, kind, mark) on about.call = running.name on conflict do nothing
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select made.bytes, sha256('\\x00'::bytea || made.bytes), ${entry.event}, ${exchange}
      from (
        select convert_to(${entry.before} || string_agg('{"attempt":' || written.number || ',"call":' || to_json(name)
          || ',"operation":' || to_json(operation) || '}', ',' order by name collate "C") || ${entry.after}, 'UTF8') as bytes
        from written join running on running.name = written.call
        having count(*) > 0
      ) as made
    )
    select due.name as call, written.number from due left join written on written.call = due.name`.execute(db)
  return new Map(rows.map(({ call, number }) => [call, number ?? 'over-quota']))
}

function columnsOf(attempts: readonly CountedAttempt[]) {
  const limits = attempts.flatMap(({ call, counters }) => counters.map((counter) => ({ call, ...counter })))
  return {
    calls: attempts.map(({ call }) => call),
    starts: attempts.map(({ startedAt }) => startedAt.toISOString()),
    counted: limits.map(({ call }) => call),
    counters: limits.map(({ name }) => name),
    limits: limits.map(({ perDay }) => perDay ?? null),
    about: aboutColumns(attempts),
  }
}

/** Takes back the count of a question that was not put after all; without a count nothing happens. */
export async function uncount(
  db: Executor,
  exchange: number,
  call: string,
  counters: readonly Counter[],
): Promise<void> {
  const names = counters.map(({ name }) => name)
  await statement`
    with held as materialized (
      select counted_on from call
      where exchange = ${exchange} and name = ${call} and state <> 'ended' and counted_on is not null
      for update
    ), freed as (
      update call set counted_on = null from held where call.exchange = ${exchange} and call.name = ${call}
    ), locked as materialized (
      select counter, day from quota_use join held on quota_use.day = held.counted_on
      where counter = any (${names}::text[])
      order by counter
      for update of quota_use
    )
    update quota_use set used = used - 1
    from locked where quota_use.counter = locked.counter and quota_use.day = locked.day`.execute(db)
}

/** Questions of a day so far, by counter; one that was never used is absent. */
export async function questionsOf(
  db: Executor,
  day: string,
  counters: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await statement<{ counter: string; used: number }>`
    select counter, used from quota_use where day = ${day}::date and counter = any (${counters}::text[])`.execute(db)
  return new Map(rows.map(({ counter, used }) => [counter, used]))
}
