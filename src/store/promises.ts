import type { PartyId } from '../model/ids.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/**
 * Its caller gets the answer later than on the line that asked, or may have lost that line: from now on its closing tells
 * the consumer. @returns false where it is closed already: then the answer is there.
 */
export async function promiseAnswer(db: Executor, exchange: number): Promise<boolean> {
  const { rows } = await statement<{ id: number }>`
    update exchange set promised_at = coalesce(promised_at, now()) where id = ${exchange} and state <> 'closed'
    returning id`.execute(db)
  return rows.length === 1
}

export interface Cancelling {
  readonly by: PartyId
  readonly at: Date
  /** The process that closes it. */
  readonly owner: number
  /** Code of what its calls end with. */
  readonly problem: string
}

/**
 * Takes an open exchange back: no question of it is put any more, and what was not answered ends here, as `late` where it
 * was asked and as `skipped` where it was not. One statement, so that no call begins in between; the lock before it, so
 * that it sees the calls that were being planned.
 *
 * @returns false where it is closed, or was taken back before: then nothing is written.
 */
export async function cancelExchange(db: Executor, exchange: number, cancelling: Cancelling): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await statement`select id from exchange where id = ${exchange} for no key update`.execute(tx)
    return cancelLocked(tx, exchange, cancelling)
  })
}

async function cancelLocked(db: Executor, exchange: number, { by, at, owner, problem }: Cancelling): Promise<boolean> {
  const { rows } = await statement<{ id: number }>`
    with taken as (
      update exchange set cancelled_at = ${at}, cancelled_by = ${by}, state = 'open', owner = ${owner}
      where id = ${exchange} and state <> 'closed' and cancelled_at is null
      returning id
    ), unqueued as (
      update queued_call set state = 'ended', owner = 0, supplement = 'none'
      from taken
      where queued_call.exchange = taken.id and queued_call.state <> 'ended'
    ), ended as (
      update call set state = 'ended', ended_at = ${at}, elapsed_ms = 0, problem = ${problem},
        outcome = case when call.state = 'running' then 'late' else 'skipped' end
      from taken
      where call.exchange = taken.id and call.state <> 'ended'
    )
    select id from taken`.execute(db)
  return rows.length === 1
}

/** Which of these exchanges were taken back, wherever that was said. */
export async function cancelledOf(db: Executor, exchanges: readonly number[]): Promise<readonly number[]> {
  const { rows } = await statement<{ id: number }>`
    select id from exchange where id = any (${exchanges}::bigint[]) and cancelled_at is not null`.execute(db)
  return rows.map(({ id }) => id)
}
