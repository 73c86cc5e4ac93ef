import { type Selectable, sql } from 'kysely'
import type { ExchangeId, PartyId, ServiceRef } from '../model/ids.ts'
import type { AnswerStatus } from '../model/exchange.ts'
import { callColumns, type NewCall } from './calls.ts'
import { type NewPayload, sealedColumns } from './payloads.ts'
import type { PayloadKey } from './payload-cipher.ts'
import type { ExchangeTable } from './tables/exchange.ts'
import type { Executor } from './tables/tables.ts'

export type ExchangeRow = Selectable<ExchangeTable>

/** What is written when an exchange is opened. */
export interface NewExchange {
  readonly consumer: PartyId
  readonly exchangeId: ExchangeId
  readonly service: ServiceRef
  readonly caseReference: string
  readonly requestDigest: Uint8Array
  /** Of the signature's value; absent where the channel proved the caller. */
  readonly signatureDigest?: Uint8Array
  readonly receivedAt: Date
  readonly deadline: Date
  readonly retentionClass: string
  readonly key: PayloadKey
  readonly payloads: readonly NewPayload[]
  readonly calls: readonly NewCall[]
}

/**
 * The exchange, its payloads and its planned calls, in one statement (one round trip).
 *
 * @returns the row number, or undefined where this consumer already used this id, or the signature's value stands in another exchange:
 * then nothing is written.
 */
export async function insertExchange(db: Executor, exchange: NewExchange): Promise<number | undefined> {
  const { key } = exchange
  const payloads = sealedColumns(key, exchange.payloads)
  const calls = callColumns(exchange.calls)
  const { rows } = await sql<{ id: number }>`
    with opened as (
      insert into exchange (consumer, exchange_id, service, case_reference, request_digest, signature_digest, received_at,
        deadline, retention_class, key_id, data_key)
      values (${exchange.consumer}, ${exchange.exchangeId}, ${exchange.service}, ${exchange.caseReference},
        ${Buffer.from(exchange.requestDigest)}, ${signatureDigestOf(exchange)}, ${exchange.receivedAt}, ${exchange.deadline},
        ${exchange.retentionClass}, ${key.keyId}, ${key.wrapped})
      on conflict do nothing
      returning id
    ), stored as (
      insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
      select opened.id, sealed.kind, sealed.retention_class, ${key.keyId}, sealed.iv, sealed.ciphertext
      from opened, unnest(${payloads.kinds}::text[], ${payloads.retentionClasses}::text[], ${payloads.ivs}::bytea[],
        ${payloads.ciphertexts}::bytea[]) as sealed (kind, retention_class, iv, ciphertext)
    ), planned as (
      insert into call (exchange, name, operation, need)
      select opened.id, planned.name, planned.operation, planned.need
      from opened, unnest(${calls.names}::text[], ${calls.operations}::text[], ${calls.needs}::text[])
        as planned (name, operation, need)
    )
    select id from opened`.execute(db)
  return rows[0]?.id
}

const signatureDigestOf = ({ signatureDigest }: NewExchange): Buffer | null =>
  signatureDigest === undefined ? null : Buffer.from(signatureDigest)

export async function findExchange(
  db: Executor,
  consumer: PartyId,
  exchangeId: ExchangeId,
): Promise<ExchangeRow | undefined> {
  return db
    .selectFrom('exchange')
    .selectAll()
    .where('consumer', '=', consumer)
    .where('exchange_id', '=', exchangeId)
    .executeTakeFirst()
}

/** What a crash or a running process left open, oldest first. */
export async function openExchanges(db: Executor): Promise<ExchangeRow[]> {
  return db.selectFrom('exchange').selectAll().where('state', '=', 'open').orderBy('id').execute()
}

export interface Closing {
  readonly status: AnswerStatus
  readonly mediaType: string
  readonly closedAt: Date
  /** When answer and evidence are no longer kept. */
  readonly expiresAt: Date
}

/** Closes an open exchange. @returns false where it was closed already: then nothing changes. */
export async function closeExchange(db: Executor, exchange: number, closing: Closing): Promise<boolean> {
  const result = await db
    .updateTable('exchange')
    .set({
      state: 'closed',
      status: closing.status,
      media_type: closing.mediaType,
      closed_at: closing.closedAt,
      expires_at: closing.expiresAt,
    })
    .where('id', '=', exchange)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/**
 * Deletes what is kept of exchanges whose time is over: application, plan, evidence, answer. The salts stay, so that
 * receipts still open the entry's commitments for whoever holds the documents. @returns how many payloads were deleted.
 */
export async function expirePayloads(db: Executor, now: Date): Promise<number> {
  const result = await db
    .deleteFrom('payload')
    .using('exchange')
    .whereRef('payload.exchange', '=', 'exchange.id')
    .where('exchange.expires_at', '<=', now)
    .where('payload.kind', '<>', 'salts')
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
