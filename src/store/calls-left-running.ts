import { NOT_ASKED, type QueuedCallId } from './queued-calls.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

export interface Left extends QueuedCallId {
  /** Its question may have been put, and must not be put twice. */
  readonly interrupted: boolean
  /** Another one stands there as soon as anything becomes of the row. */
  readonly version: string
}

/** What is noted as running by processes that are dead, and by this one (`owner`), which knows better what it runs. */
export async function runningOfTheDead(db: Executor, owner: number): Promise<readonly Left[]> {
  const { rows } = await statement<Left>`
    select exchange, call, xmin::text as version, not idempotent and exists (
      select from attempt where attempt.exchange = queued_call.exchange and attempt.call = queued_call.call
        and fault is distinct from ${NOT_ASKED} and started_at > coalesce((
          select max(changed_at) from incident
          where incident.exchange = attempt.exchange and incident.call = attempt.call and incident.state = 'retried'),
          '-infinity')) as interrupted
    from queued_call
    where state = 'running' and (owner = ${owner} or owner not in (select living_owners()))`.execute(db)
  return rows
}

/** What may be asked again waits again, unless anything became of its row meanwhile. */
export async function freeLeft(db: Executor, left: readonly Left[], now: Date): Promise<void> {
  await statement`
    update queued_call set state = 'waiting', owner = 0, due_at = ${now}, enqueued_at = null
    from unnest(${left.map(({ exchange }) => exchange)}::bigint[], ${left.map(({ call }) => call)}::text[],
      ${left.map(({ version }) => version)}::text[]) as seen (exchange, call, version)
    where queued_call.exchange = seen.exchange and queued_call.call = seen.call and state = 'running'
      and queued_call.xmin::text = seen.version`.execute(db)
}
