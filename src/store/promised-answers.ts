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

/** The first one stands. */
export async function insertPushed(
  db: Executor,
  key: PayloadKey,
  { exchange, call }: QueuedCallId,
  { bytes, retentionClass }: { readonly bytes: Uint8Array; readonly retentionClass: string },
): Promise<void> {
  const { iv, ciphertext } = encryptPayload(key, PUSHED + call, bytes)
  await statement`
    insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
    select exchange, ${PUSHED} || call, ${retentionClass}, ${key.keyId}, ${iv}::bytea, ${ciphertext}::bytea
    from promised_answer where exchange = ${exchange} and call = ${call} and taken_at is null
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

/** The call is looked after at once. */
export async function wakeQueuedCall(db: Executor, { exchange, call }: QueuedCallId, now: Date): Promise<void> {
  await statement`
    update queued_call set due_at = ${now}, enqueued_at = null
    where exchange = ${exchange} and call = ${call} and state = 'waiting' and due_at > ${now}`.execute(db)
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

/** What the registry sent of itself is not needed any more: its content stands in the evidence. */
export async function endPromise(db: Executor, { exchange, call }: QueuedCallId, at: Date): Promise<void> {
  await statement`
    with ended as (
      update promised_answer set acknowledged_at = ${at} where exchange = ${exchange} and call = ${call}
    )
    delete from payload where exchange = ${exchange} and kind = ${PUSHED} || ${call}::text`.execute(db)
}
