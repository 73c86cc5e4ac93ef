import { type RawBuilder, sql } from 'kysely'
import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/**
 * How much of each kind stands about some exchanges that is not for good. What is for good holds ids and codes only: entries
 * of the log, decisions, outcomes, attempts, and the row of the exchange with the digest that tells a repeated application.
 */
export interface RetainedCounts {
  readonly exchanges: number
  readonly payloads: number
  readonly keys: number
  readonly caseNumbers: number
  readonly signatures: number
  readonly callbacks: number
  readonly queuedCalls: number
  readonly promisedAnswers: number
  /** Closed cases of these exchanges that no other exchange names. */
  readonly cases: number
  readonly reasons: number
  /** Keyed hashes of officials. */
  readonly officials: number
  /** The same of those whom exchanges were about. */
  readonly persons: number
  /** What was said about errors in data. */
  readonly corrections: number
  /** What authorities said of the certificate that signed. */
  readonly revocationProofs: number
}

export async function countRetained(db: Executor, exchanges: readonly number[]): Promise<RetainedCounts> {
  const { rows } = await sql<RetainedCounts>`
    with these as (select * from exchange where id = any (${exchanges}::bigint[]))
    select
      (select count(*)::integer from these) as exchanges,
      (select count(*)::integer from payload where exchange in (select id from these)) as payloads,
      (select count(data_key)::integer from these) as keys,
      (select count(nullif(case_reference, ''))::integer from these) as "caseNumbers",
      (select count(*)::integer from evidence_signature where exchange in (select id from these)) as signatures,
      (select count(*)::integer from callback where exchange in (select id from these)) as callbacks,
      (select count(*)::integer from queued_call where exchange in (select id from these)) as "queuedCalls",
      (select count(*)::integer from promised_answer where exchange in (select id from these)) as "promisedAnswers",
      (select count(*)::integer from case_file where id in (${casesOf(exchanges)})) as cases,
      (select count(reason)::integer from incident where exchange in (select id from these)) as reasons,
      (select count(official)::integer from these) as officials,
      (select count(*)::integer from person_mark where exchange in (select id from these)) as persons,
      (select count(nullif(text, ''))::integer from correction_step join correction on correction.id = correction_step.correction
        where exchange in (select id from these)) as corrections,
      (select count(*)::integer from exchange_revocation_proof
        where exchange in (select id from these)) as "revocationProofs"`.execute(db)
  const [counts] = rows
  if (counts === undefined) throw new BrokerError('broker.internal', 'counting gives one row')
  return counts
}

/** An open case is its consumer's to close; then it goes with the last exchange that names it. */
const casesOf = (exchanges: readonly number[]): RawBuilder<unknown> => sql`
  select case_file.id from case_file join exchange on exchange.consumer = case_file.consumer and case_reference = number
  where exchange.id = any (${exchanges}::bigint[]) and case_file.closed_at is not null and case_reference <> ''
    and not exists (
      select from exchange as other
      where other.consumer = case_file.consumer and other.case_reference = number and other.id <> all (${exchanges}::bigint[]))`

/** Everything that `countRetained` counts, but the rows of the exchanges themselves. Their data keys go with it. */
export async function wipeExchanges(tx: Executor, exchanges: readonly number[]): Promise<void> {
  await statement`delete from payload where exchange = any (${exchanges}::bigint[])`.execute(tx)
  await statement`delete from evidence_signature where exchange = any (${exchanges}::bigint[])`.execute(tx)
  await statement`delete from callback where exchange = any (${exchanges}::bigint[])`.execute(tx)
  await statement`delete from queued_call where exchange = any (${exchanges}::bigint[])`.execute(tx)
  await statement`delete from promised_answer where exchange = any (${exchanges}::bigint[])`.execute(tx)
  await statement`delete from person_mark where exchange = any (${exchanges}::bigint[])`.execute(tx)
  await statement`delete from exchange_revocation_proof where exchange = any (${exchanges}::bigint[])`.execute(tx)
  await sql`delete from case_file where id in (${casesOf(exchanges)})`.execute(tx)
  await statement`
    update incident set reason = null, reason_salt = null where exchange = any (${exchanges}::bigint[])`.execute(tx)
  await statement`
    update correction_step set text = '', salt = decode(repeat('00', 32), 'hex')
    from correction
    where correction.id = correction_step.correction and exchange = any (${exchanges}::bigint[])`.execute(tx)
  await statement`
    update exchange set data_key = null, case_reference = '', official = null where id = any (${exchanges}::bigint[])`.execute(
    tx,
  )
}

export interface DueExchange {
  readonly id: number
  readonly retentionClass: string
}

/**
 * Exchanges of which something is kept although their time was over before `due`, and whose content nobody ordered to be
 * held; locked until the transaction ends. One of which a call is being asked is left to the next run, so that nothing is written of it
 * afterwards.
 */
export async function dueExchanges(tx: Executor, due: Date, limit: number): Promise<readonly DueExchange[]> {
  const { rows } = await statement<DueExchange>`
    select id, retention_class as "retentionClass" from exchange
    where state = 'closed' and expires_at <= ${due} and data_key is not null
      and not exists (select from retention_hold where retention_hold.exchange = exchange.id)
      and not exists (
        select from queued_call where queued_call.exchange = exchange.id and queued_call.state = 'running')
    order by expires_at, id limit ${limit} for update skip locked`.execute(tx)
  return rows
}

/**
 * Those of `dueExchanges` that were not emptied, each once: of a log of years few are over since the last look. One of which a
 * call is being asked is let be until that has ended, so that nothing is written of it afterwards.
 */
export async function exchangesWithDueContent(tx: Executor, due: Date, limit: number): Promise<readonly DueExchange[]> {
  const { rows } = await statement<DueExchange>`
    select id, retention_class as "retentionClass" from exchange
    where expires_at <= ${due} and emptied_at is null and data_key is not null
      and not exists (select from retention_hold where retention_hold.exchange = exchange.id)
      and not exists (
        select from queued_call where queued_call.exchange = exchange.id and queued_call.state = 'running')
    order by expires_at, id limit ${limit} for update skip locked`.execute(tx)
  return rows
}

/**
 * Application, plan, evidence, answer, supplements; what stands in the queue; of incidents, what the operator wrote. The salts stay, so that receipts
 * still open the entry's commitments for whoever holds the documents. @returns how many payloads were deleted.
 */
export async function wipeContent(tx: Executor, exchanges: readonly number[]): Promise<number> {
  const { rows } = await statement<{ count: number }>`
    with gone as (
      delete from payload where exchange = any (${exchanges}::bigint[]) and kind not like 'salts%' returning 1
    ), silent as (
      update incident set reason = null, reason_salt = null
      where exchange = any (${exchanges}::bigint[]) and reason is not null
    ), unqueued as (
      delete from queued_call where exchange = any (${exchanges}::bigint[])
    ), unpromised as (
      delete from promised_answer where exchange = any (${exchanges}::bigint[])
    ), emptied as (
      update exchange set emptied_at = now() where id = any (${exchanges}::bigint[])
    )
    select count(*)::integer as count from gone`.execute(tx)
  return rows[0]?.count ?? 0
}

/** Keys of months that are over, under which nothing is kept any more. @returns their names. */
export async function shredMonthKeys(tx: Executor, month: string, at: Date): Promise<readonly string[]> {
  const { rows } = await statement<{ id: string }>`
    update month_key set wrapped = null, shredded_at = ${at}
    where month < ${month} and wrapped is not null
      and not exists (select from exchange where key_id = month_key.id and data_key is not null)
    returning id`.execute(tx)
  return rows.map(({ id }) => id).toSorted()
}

/** An exchange as erasing and holding sees it. */
export interface RetainedExchange {
  readonly id: number
  readonly consumer: PartyId
  readonly exchangeId: ExchangeId
  /** It is not closed, or a call of it goes on. */
  readonly running: boolean
  readonly kept: boolean
  readonly held: boolean
}

/** Every exchange of this id, locked until the transaction ends. */
export async function retainedExchanges(
  tx: Executor,
  id: ExchangeId,
  consumer: string | undefined,
): Promise<readonly RetainedExchange[]> {
  const { rows } = await statement<RetainedExchange>`
    select id, consumer, exchange_id as "exchangeId", data_key is not null as kept,
      state <> 'closed' or exists (
        select from queued_call where queued_call.exchange = exchange.id and queued_call.state in ('waiting', 'running')
      ) as running,
      exists (select from retention_hold where retention_hold.exchange = exchange.id) as held
    from exchange
    where exchange_id = ${id} and consumer = coalesce(${consumer ?? null}::text, consumer)
    order by id for update`.execute(tx)
  return rows
}

export async function holdExchange(tx: Executor, exchange: number, basis: string, at: Date): Promise<void> {
  await statement`
    insert into retention_hold (exchange, basis, held_at) values (${exchange}, ${basis}, ${at})`.execute(tx)
}

export async function releaseExchange(tx: Executor, exchange: number): Promise<void> {
  await statement`delete from retention_hold where exchange = ${exchange}`.execute(tx)
}

export async function isHeld(db: Executor, exchange: number): Promise<boolean> {
  const { rows } = await statement<{ exchange: number }>`
    select exchange from retention_hold where exchange = ${exchange}`.execute(db)
  return rows.length > 0
}

/**
 * What was deleted or changed stays on the disk until it is cleaned up: this is done at once for what held keys. Copies
 * (backups, write-ahead logs that were archived) are beyond it.
 */
export async function cleanUp(db: Executor): Promise<void> {
  await statement`vacuum month_key, exchange, payload`.execute(db)
}
