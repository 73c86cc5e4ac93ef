import type { ExchangeRow } from './exchanges.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** Nobody waits in this process any more: the exchange belongs to the queue. False where it was closed or is taken back. */
export async function deferExchange(db: Executor, exchange: number, at: Date): Promise<boolean> {
  const { rows } = await statement<{ id: number }>`
    update exchange set state = 'deferred', deferred_at = coalesce(deferred_at, ${at}), owner = 0
    where id = ${exchange} and state = 'open' and cancelled_at is null
    returning id`.execute(db)
  return rows.length > 0
}

/** Takes a deferred exchange to end it; of several at once one gets it. */
export async function claimDeferred(db: Executor, exchange: number, owner: number): Promise<boolean> {
  const { rows } = await statement<{ id: number }>`
    update exchange set state = 'open', owner = ${owner}
    where id = ${exchange} and state = 'deferred'
    returning id`.execute(db)
  return rows.length > 0
}

/**
 * Deferred exchanges to look at: those whose outer end has come, and those of which nothing is on its way, as when a
 * process died between the end of a call and what follows from it.
 */
export async function stuckExchanges(
  db: Executor,
  now: Date,
  { limit, without }: { readonly limit: number; readonly without: readonly number[] },
): Promise<readonly number[]> {
  const { rows } = await statement<{ id: number }>`
    select id from exchange
    where state = 'deferred' and id <> all (${without}::bigint[]) and (outer_end <= ${now} or not exists (
      select from queued_call where queued_call.exchange = exchange.id and queued_call.state <> 'ended'))
    order by outer_end limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** With its plan, sealed; null together where that is not kept. */
export interface ExchangeWithPlan extends ExchangeRow {
  readonly plan_iv: Buffer | null
  readonly plan_ciphertext: Buffer | null
}

export async function exchangeWithPlan(db: Executor, id: number): Promise<ExchangeWithPlan | undefined> {
  const { rows } = await statement<ExchangeWithPlan>`
    select exchange.*, payload.iv as plan_iv, payload.ciphertext as plan_ciphertext
    from exchange left join payload on payload.exchange = exchange.id and payload.kind = 'plan'
    where id = ${id}`.execute(db)
  return rows[0]
}

export async function exchangeRow(db: Executor, id: number): Promise<ExchangeRow | undefined> {
  const { rows } = await statement<ExchangeRow>`select * from exchange where id = ${id}`.execute(db)
  return rows[0]
}
