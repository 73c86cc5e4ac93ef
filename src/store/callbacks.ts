import { sql } from 'kysely'
import { type ExchangeId, exchangeId, type PartyId, partyId } from '../model/ids.ts'
import { statement } from './statement.ts'
import type { CallbackKind } from './tables/callback.ts'
import type { Executor } from './tables/tables.ts'

/** A callback that this process is to try now. Times are the database's: every process has the same. */
export interface ClaimedCallback {
  readonly id: number
  readonly message: string
  readonly consumer: PartyId
  readonly exchangeId: ExchangeId
  readonly kind: CallbackKind
  /** Of a portal: to whom it is about. */
  readonly subscription?: string
  readonly createdAt: Date
  /** From 1; this one counted. */
  readonly attempt: number
}

interface ClaimedRow {
  readonly id: number
  readonly message: string
  readonly consumer: string
  readonly exchange_id: string
  readonly kind: CallbackKind
  readonly subscription: string | null
  readonly created_at: Date
  readonly tries: number
}

/**
 * Takes callbacks that are due, one of each consumer that nobody tries for at the moment: a receiver that hangs holds up
 * its own callbacks only. Of several processes that take at once each gets others.
 */
export async function claimCallbacks(db: Executor, limit: number, leaseSeconds: number): Promise<ClaimedCallback[]> {
  const { rows } = await statement<ClaimedRow>`
    with next as (
      select distinct on (consumer) id from callback
      where state = 'waiting' and due_at <= now() and consumer not in (
        select consumer from callback where state = 'waiting' and leased_until > now())
      order by consumer, due_at, id
    ), due as (
      select id from callback
      where id in (select id from next) and state = 'waiting' and due_at <= now()
        and (leased_until is null or leased_until <= now())
      order by due_at, id
      limit ${limit}
      for update skip locked
    )
    update callback set leased_until = now() + make_interval(secs => ${leaseSeconds}), tries = callback.tries + 1
    from due, exchange
    where callback.id = due.id and exchange.id = callback.exchange
    returning callback.id, callback.message, callback.consumer, exchange.exchange_id, callback.kind,
      callback.subscription, callback.created_at, callback.tries`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    message: row.message,
    consumer: partyId(row.consumer),
    exchangeId: exchangeId(row.exchange_id),
    kind: row.kind,
    ...(row.subscription === null ? {} : { subscription: row.subscription }),
    createdAt: row.created_at,
    attempt: row.tries,
  }))
}

/** It is tried again after so many seconds. */
export async function postponeCallback(db: Executor, id: number, seconds: number, fault: string): Promise<void> {
  await statement`
    update callback set leased_until = null, due_at = now() + make_interval(secs => ${seconds}), fault = ${fault}
    where id = ${id} and state = 'waiting'`.execute(db)
}

/** Told, or given up: `fault` says why. */
export async function endCallback(db: Executor, id: number, fault?: string): Promise<void> {
  await statement`
    update callback set state = ${fault === undefined ? 'delivered' : 'dead'}, fault = ${fault ?? null},
      leased_until = null, ended_at = now()
    where id = ${id} and state = 'waiting'`.execute(db)
}

/** Of a consumer that wants to be told nothing. */
export async function dropCallback(db: Executor, id: number): Promise<void> {
  await statement`delete from callback where id = ${id} and state = 'waiting'`.execute(db)
}

/** The receiver said that it wants no more (410): nothing is sent to this address until an operator says so. */
export async function refuseCallbacks(db: Executor, consumer: PartyId, url: string): Promise<void> {
  await statement`
    insert into callback_refused (consumer, url) values (${consumer}, ${url}) on conflict do nothing`.execute(db)
}

export async function areCallbacksRefused(db: Executor, consumer: PartyId, url: string): Promise<boolean> {
  const { rows } = await statement<{ one: number }>`
    select 1 as one from callback_refused where consumer = ${consumer} and url = ${url}`.execute(db)
  return rows.length > 0
}

export interface CallbackView {
  /** Names it towards the receiver, and in `edno callback retry`. */
  readonly message: string
  readonly consumer: string
  readonly exchangeId: string
  readonly type: CallbackKind
  readonly state: 'waiting' | 'delivered' | 'dead'
  readonly createdAt: Date
  readonly dueAt: Date
  readonly tries: number
  readonly fault?: string
}

export interface CallbackFilter {
  readonly state?: CallbackView['state']
  readonly consumer?: string
}

/** Oldest first. */
export async function listCallbacks(db: Executor, filter: CallbackFilter, limit: number): Promise<CallbackView[]> {
  let query = db
    .selectFrom('callback')
    .innerJoin('exchange', 'exchange.id', 'callback.exchange')
    .select(['callback.message', 'callback.consumer', 'exchange.exchange_id', 'callback.kind', 'callback.state'])
    .select(['callback.created_at', 'callback.due_at', 'callback.tries', 'callback.fault'])
    .orderBy('callback.id')
    .limit(limit)
  if (filter.state !== undefined) query = query.where('callback.state', '=', filter.state)
  if (filter.consumer !== undefined) query = query.where('callback.consumer', '=', filter.consumer)
  return (await query.execute()).map((row) => ({
    message: row.message,
    consumer: row.consumer,
    exchangeId: row.exchange_id,
    type: row.kind,
    state: row.state,
    createdAt: row.created_at,
    dueAt: row.due_at,
    tries: row.tries,
    ...(row.fault === null ? {} : { fault: row.fault }),
  }))
}

/**
 * Dead letters are due again, from their first try, as is what waits for its next one and is not being tried; a receiver that
 * wanted no more is asked again. What is hidden from those whom it is about stays so. @returns how many.
 */
export async function reviveCallbacks(
  db: Executor,
  which: { readonly message: string } | { readonly consumer: string },
): Promise<number> {
  const chosen = 'message' in which ? sql`message = ${which.message}` : sql`consumer = ${which.consumer}`
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ consumer: string }>`
      update callback set state = 'waiting', tries = 0, fault = null, ended_at = null, due_at = greatest(now(), (
        select hidden_until from exchange where exchange.id = callback.exchange and subscription is not null))
      where (state = 'dead' or (state = 'waiting' and (leased_until is null or leased_until <= now()))) and ${chosen}
      returning consumer`.execute(tx)
    const consumers = [...new Set(rows.map(({ consumer }) => consumer))]
    if (consumers.length > 0) await tx.deleteFrom('callback_refused').where('consumer', 'in', consumers).execute()
    return rows.length
  })
}

/** What was told so long ago that nobody asks any more. Dead letters stay. */
export async function forgetDelivered(db: Executor, days: number): Promise<number> {
  const { rows } = await statement<{ id: number }>`
    delete from callback where state = 'delivered' and ended_at < now() - make_interval(days => ${days})
    returning id`.execute(db)
  return rows.length
}
