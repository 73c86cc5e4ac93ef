import type { Selectable } from 'kysely'
import type { EntryFrame } from './log-entries.ts'
import { aboutColumns, type MarkedName } from './person-marks.ts'
import { statement } from './statement.ts'
import type { AttemptTable } from './tables/attempt.ts'
import type { Executor } from './tables/tables.ts'

export interface NewAttempt {
  readonly call: string
  readonly startedAt: Date
  /** Whom the question is about. */
  readonly about?: readonly MarkedName[]
}

/**
 * Writes an attempt for each of several calls, marks these calls as running, and appends the entry that says what is about to be
 * asked: in one statement, before any registry is asked.
 *
 * @returns call → number of its attempt, counted on from attempts before a crash. A call that has ended already, or that
 * was never planned, is absent: it must not be asked.
 */
export async function insertAttempts(
  db: Executor,
  exchange: number,
  attempts: readonly NewAttempt[],
  entry: EntryFrame,
): Promise<ReadonlyMap<string, number>> {
  const calls = attempts.map((attempt) => attempt.call)
  const starts = attempts.map((attempt) => attempt.startedAt.toISOString())
  const about = aboutColumns(attempts)
  const { rows } = await statement<{ call: string; number: number }>`
    with asked as (
      select * from unnest(${calls}::text[], ${starts}::timestamptz[]) as asked (name, started_at)
    ), running as (
      update call set state = 'running', started_at = coalesce(call.started_at, asked.started_at)
      from asked
      where call.exchange = ${exchange} and call.name = asked.name and call.state <> 'ended'
      returning call.name, call.operation, asked.started_at
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
        as about (call, kind, mark) on about.call = running.name
      on conflict do nothing
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
    select call, number from written`.execute(db)
  return new Map(rows.map((row) => [row.call, row.number]))
}

export interface EndedAttempt {
  readonly call: string
  readonly number: number
  readonly endedAt: Date
  /** A code of the problem table, where it failed. */
  readonly fault?: string
}

/** Ends an attempt after which the call goes on (a retry follows); the last one ends with `recordOutcomes`. */
export async function endAttempt(db: Executor, exchange: number, attempt: EndedAttempt): Promise<void> {
  await db
    .updateTable('attempt')
    .set({ ended_at: attempt.endedAt, fault: attempt.fault ?? null })
    .where('exchange', '=', exchange)
    .where('call', '=', attempt.call)
    .where('number', '=', attempt.number)
    .where('ended_at', 'is', null)
    .execute()
}

/** All attempts of an exchange, in the order in which they began. */
export async function attemptsOf(db: Executor, exchange: number): Promise<Selectable<AttemptTable>[]> {
  return db
    .selectFrom('attempt')
    .selectAll()
    .where('exchange', '=', exchange)
    .orderBy('started_at')
    .orderBy('call')
    .orderBy('number')
    .execute()
}
