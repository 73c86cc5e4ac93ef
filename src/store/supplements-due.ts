import type { QueuedCallId } from './queued-calls.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** Calls that ended after their answer had left, and whose supplement is not made. */
export async function dueSupplements(
  db: Executor,
  { limit, without }: { readonly limit: number; readonly without: readonly number[] },
): Promise<readonly QueuedCallId[]> {
  const { rows } = await statement<QueuedCallId>`
    select exchange, call from queued_call
    where supplement = 'due' and state = 'ended' and exchange <> all (${without}::bigint[])
    order by exchange, call limit ${limit}`.execute(db)
  return rows
}

/** Has it ended after its answer left, without a supplement so far? */
export async function owesSupplement(db: Executor, { exchange, call }: QueuedCallId): Promise<boolean> {
  const { rows } = await statement<{ call: string }>`
    select call from queued_call
    where exchange = ${exchange} and call = ${call} and supplement = 'due' and state = 'ended'`.execute(db)
  return rows.length > 0
}

/** Where there is nothing to say in a supplement. */
export async function dropSupplement(db: Executor, { exchange, call }: QueuedCallId): Promise<void> {
  await statement`
    update queued_call set supplement = 'none'
    where exchange = ${exchange} and call = ${call} and supplement = 'due'`.execute(db)
}
