import { encryptPayload, type PayloadKey } from './payload-cipher.ts'
import { getPayload } from './payloads.ts'
import type { QueuedCallId } from './queued-calls.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

export interface NewPromise extends QueuedCallId {
  readonly registry: string
  readonly operation: string
  readonly reference: string
  readonly promisedAt: Date
  /** What edno must know to fetch and to judge the answer; kept encrypted. */
  readonly secret: Uint8Array
  readonly retentionClass: string
}

const PROMISE = 'promise:'
const PUSHED = 'pushed:'

/** Durable before it resolves. The first promise of a call stands. */
export async function insertPromise(db: Executor, key: PayloadKey, promise: NewPromise): Promise<void> {
  const { exchange, call, registry, operation, reference, promisedAt, retentionClass } = promise
  const { iv, ciphertext } = encryptPayload(key, PROMISE + call, promise.secret)
  await statement`
    with promised as (
      insert into promised_answer (exchange, call, registry, operation, reference, promised_at)
      values (${exchange}, ${call}, ${registry}, ${operation}, ${reference}, ${promisedAt})
      on conflict do nothing
      returning exchange, call
    )
    insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
    select exchange, ${PROMISE} || call, ${retentionClass}, ${key.keyId}, ${iv}::bytea, ${ciphertext}::bytea from promised`.execute(
    db,
  )
}

/** What `insertPromise` kept; undefined where nothing was promised, or nothing of it is kept any more. */
export const promiseSecret = (db: Executor, key: PayloadKey, { exchange, call }: QueuedCallId) =>
  getPayload(db, exchange, key, PROMISE + call)

/** What the registry sent of itself. */
export const pushedAnswer = (db: Executor, key: PayloadKey, { exchange, call }: QueuedCallId) =>
  getPayload(db, exchange, key, PUSHED + call)

/** The first one stands; goes when the call ends (migration 0028), and is not kept of one that has. */
export async function insertPushed(
  db: Executor,
  key: PayloadKey,
  { exchange, call }: QueuedCallId,
  bytes: Uint8Array,
): Promise<void> {
  const { iv, ciphertext } = encryptPayload(key, PUSHED + call, bytes)
  await statement`
    insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
    select promised_answer.exchange, ${PUSHED} || promised_answer.call, retention_class, ${key.keyId}, ${iv}::bytea, ${ciphertext}::bytea
    from promised_answer
    join exchange on exchange.id = promised_answer.exchange
    join call on call.exchange = promised_answer.exchange and call.name = promised_answer.call
    where promised_answer.exchange = ${exchange} and promised_answer.call = ${call} and taken_at is null and call.state <> 'ended'
    for share of call
    on conflict do nothing`.execute(db)
}

/** The answer was read: it is acknowledged when its call has ended. */
export async function takePromise(db: Executor, { exchange, call }: QueuedCallId, at: Date): Promise<void> {
  await statement`
    update promised_answer set taken_at = ${at}, acknowledge_due_at = ${at}
    where exchange = ${exchange} and call = ${call} and taken_at is null`.execute(db)
}

export interface OpenPromise extends QueuedCallId {
  readonly operation: string
}

/** Calls that wait for the answer to which this registry gave this number. */
export async function openPromises(db: Executor, registry: string, reference: string): Promise<readonly OpenPromise[]> {
  const { rows } = await statement<OpenPromise>`
    select promised_answer.exchange, promised_answer.call, promised_answer.operation
    from promised_answer
    join call on call.exchange = promised_answer.exchange and call.name = promised_answer.call
    where registry = ${registry} and reference = ${reference} and taken_at is null and call.state <> 'ended'
    order by promised_at desc limit 8`.execute(db)
  return rows
}

const WAKES_EVERY_MS = 60_000

/** The call is looked after at once; once a minute, however often its registry says that it should be. */
export async function wakeQueuedCall(db: Executor, { exchange, call }: QueuedCallId, now: Date): Promise<void> {
  const before = new Date(now.getTime() - WAKES_EVERY_MS)
  await statement`
    with woken as (
      update queued_call set due_at = ${now}, enqueued_at = null
      from promised_answer
      where queued_call.exchange = ${exchange} and queued_call.call = ${call} and state = 'waiting' and due_at > ${now}
        and promised_answer.exchange = queued_call.exchange and promised_answer.call = queued_call.call
        and (woken_at is null or woken_at <= ${before})
      returning queued_call.exchange, queued_call.call
    )
    update promised_answer set woken_at = ${now}
    from woken where promised_answer.exchange = woken.exchange and promised_answer.call = woken.call`.execute(db)
}

export interface DueAcknowledgement extends OpenPromise {
  readonly reference: string
  readonly tries: number
}

/** So often it is tried: a registry that was not told keeps an answer that nobody fetches. */
const MOST_TRIES = 12

/**
 * Answers that were read, and whose calls have ended with them: each counts as tried now, and comes again after `again`. Waits for
 * the disk, and so for everything that was written before: what is acknowledged is stored.
 */
export async function takeAcknowledgements(
  db: Executor,
  { now, again, registries }: { readonly now: Date; readonly again: Date; readonly registries: readonly string[] },
): Promise<readonly DueAcknowledgement[]> {
  const { rows } = await statement<DueAcknowledgement>`
    update promised_answer set acknowledge_due_at = ${again}, tries = tries + 1
    from (
      select promised_answer.exchange, promised_answer.call from promised_answer
      join call on call.exchange = promised_answer.exchange and call.name = promised_answer.call
      where taken_at is not null and acknowledged_at is null and acknowledge_due_at <= ${now} and tries < ${MOST_TRIES}
        and registry = any (${registries}::text[]) and call.state = 'ended' and call.outcome in ('found', 'not-found')
      order by acknowledge_due_at limit 100
      for update of promised_answer skip locked
    ) as due
    where promised_answer.exchange = due.exchange and promised_answer.call = due.call
    returning promised_answer.exchange, promised_answer.call, operation, reference, tries`.execute(db)
  return rows
}

/** The registry was told, or would not hear it. */
export async function endPromise(db: Executor, { exchange, call }: QueuedCallId, at: Date): Promise<void> {
  await statement`
    update promised_answer set acknowledged_at = ${at} where exchange = ${exchange} and call = ${call}`.execute(db)
}
