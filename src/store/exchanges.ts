import type { Selectable } from 'kysely'
import { type ExchangeId, type PartyId, registryOf, type ServiceRef } from '../model/ids.ts'
import type { AnswerStatus } from '../model/exchange.ts'
import { callColumns, type NewCall } from './calls.ts'
import type { NewDecision } from './decisions.ts'
import type { NewLogEntry } from './log-entries.ts'
import { type NewPayload, sealedColumns } from './payloads.ts'
import { encryptPayload, type PayloadKey } from './payload-cipher.ts'
import { type MarkedPerson, personColumns } from './person-marks.ts'
import { OWNER_CLASS } from './owner.ts'
import { statement } from './statement.ts'
import type { ExchangeTable } from './tables/exchange.ts'
import type { Executor } from './tables/tables.ts'

export type ExchangeRow = Selectable<ExchangeTable>

/** What is written when an exchange is opened. */
export interface NewExchange {
  readonly consumer: PartyId
  readonly exchangeId: ExchangeId
  readonly service: ServiceRef
  readonly caseReference: string
  /** Code of the legal basis. */
  readonly legalBasis?: string
  /** Keyed hash of the official that asked. */
  readonly official?: string
  /** Who applies, and who stands for them. */
  readonly persons?: readonly MarkedPerson[]
  /** Until then nobody whom it is about is told. */
  readonly hiddenUntil?: Date
  readonly requestDigest: Uint8Array
  /** Of the signature's value; absent where the channel proved the caller. */
  readonly signatureDigest?: Uint8Array
  readonly receivedAt: Date
  readonly deadline: Date
  /** No call goes on after this; absent: after the deadline. */
  readonly outerEnd?: Date
  readonly retentionClass: string
  /** The process that opens it. */
  readonly owner: number
  readonly key: PayloadKey
  readonly payloads: readonly NewPayload[]
  readonly calls: readonly NewCall[]
  /** By which the signer's certificate was relied on; names (hex) of `store/revocation-proofs.ts`, in their order. */
  readonly revocationProofs?: readonly string[]
  /** Why it may be asked. */
  readonly decision?: NewDecision
}

/**
 * The exchange, its payloads, its planned calls, why it was decided so, and the log entry that says so: one statement, so
 * all or nothing in one round trip.
 *
 * @returns the row number, or undefined where this consumer already used this id, or the signature's value stands in another exchange:
 * then nothing is written.
 */
export async function insertExchange(
  db: Executor,
  exchange: NewExchange,
  entry: NewLogEntry,
): Promise<number | undefined> {
  const { key, decision } = exchange
  const payloads = sealedColumns(key, exchange.payloads)
  const calls = callColumns(exchange.calls)
  const persons = personColumns(exchange.persons)
  const { rows } = await statement<{ id: number }>`
    with opened as (
      insert into exchange (consumer, exchange_id, service, case_reference, request_digest, signature_digest, received_at,
        deadline, outer_end, retention_class, owner, key_id, data_key, legal_basis, official, hidden_until, kind)
      values (${exchange.consumer}, ${exchange.exchangeId}, ${exchange.service}, ${exchange.caseReference},
        ${Buffer.from(exchange.requestDigest)}, ${signatureDigestOf(exchange)}, ${exchange.receivedAt}, ${exchange.deadline},
        ${exchange.outerEnd ?? null}, ${exchange.retentionClass}, ${exchange.owner}, ${key.keyId}, ${key.wrapped},
        ${exchange.legalBasis ?? ''}, ${exchange.official ?? null}, ${hiddenUntilOf(exchange)},
        exchange_kind_of(${exchange.service}, ${exchange.legalBasis ?? ''}, '', ${plannedMarks(exchange.calls)}::text[]))
      on conflict do nothing
      returning id
    ), stored as (
      insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
      select opened.id, sealed.kind, sealed.retention_class, ${key.keyId}, sealed.iv, sealed.ciphertext
      from opened, unnest(${payloads.kinds}::text[], ${payloads.retentionClasses}::text[], ${payloads.ivs}::bytea[],
        ${payloads.ciphertexts}::bytea[]) as sealed (kind, retention_class, iv, ciphertext)
    ), planned as (
      insert into call (exchange, name, operation, need) select opened.id, planned.name, planned.operation, planned.need
      from opened, unnest(${calls.names}::text[], ${calls.operations}::text[], ${calls.needs}::text[])
        as planned (name, operation, need)
    ), marked as (
      insert into person_mark (exchange, part, kind, mark)
      select opened.id, person.part, person.kind, person.mark
      from opened, unnest(${persons.parts}::text[], ${persons.kinds}::text[], ${persons.marks}::text[])
        as person (part, kind, mark)
      on conflict do nothing
    ), proven as (
      insert into exchange_revocation_proof (exchange, position, proof) select opened.id, position, decode(named.proof, 'hex')
      from opened, unnest(${proofsOf(exchange)}::text[]) with ordinality as named (proof, position)
    ), decided as (
      insert into decision (at, exchange, record)
      select ${decision?.at ?? null}::timestamptz, opened.id, ${decision?.record ?? null}::text
      from opened where ${decision !== undefined}
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select ${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event}, opened.id
      from opened
    )
    select id from opened`.execute(db)
  return rows[0]?.id
}

/** As `exchange_marks` would say of calls that have not begun. */
const plannedMarks = (calls: readonly NewCall[]): string[] =>
  [...new Set(calls.map(({ operation }) => `${registryOf(operation)}:-`))].toSorted()

const proofsOf = ({ revocationProofs = [] }: NewExchange): string[] => [...revocationProofs]

const hiddenUntilOf = ({ hiddenUntil }: NewExchange): Date | null => hiddenUntil ?? null

const signatureDigestOf = ({ signatureDigest }: NewExchange): Buffer | null =>
  signatureDigest === undefined ? null : Buffer.from(signatureDigest)

export async function findExchange(
  db: Executor,
  consumer: PartyId,
  exchangeId: ExchangeId,
): Promise<ExchangeRow | undefined> {
  const { rows } = await statement<ExchangeRow>`
    select * from exchange where consumer = ${consumer} and exchange_id = ${exchangeId}`.execute(db)
  return rows[0]
}

/** An exchange by the names its consumer knows it under. */
export interface ExchangeName {
  readonly consumer: PartyId
  readonly exchangeId: ExchangeId
}

export interface Claiming {
  readonly owner: number
  readonly overdue: Date
  readonly left?: readonly ExchangeName[]
  /** Rows that are not to be taken now. */
  readonly without?: readonly number[]
  /** So many at most: whoever takes them reads their plans, and others may take the rest. */
  readonly limit?: number
}

const CLAIMED_AT_ONCE = 1000

/**
 * Takes over open exchanges that nobody works on, oldest first: those of processes that are dead, and this process's own
 * that it `left` open or whose deadline lies before `overdue`. Of several that take at once each gets others; one of a
 * living process stays.
 */
export async function claimExchanges(
  db: Executor,
  { owner, overdue, left = [], without = [], limit = CLAIMED_AT_ONCE }: Claiming,
): Promise<ExchangeRow[]> {
  const consumers = left.map(({ consumer }) => consumer)
  const ids = left.map(({ exchangeId }) => exchangeId)
  const { rows } = await statement<ExchangeRow>`
    update exchange set owner = ${owner}
    where id in (
      select id from exchange
      where state = 'open' and id <> all (${without}::bigint[]) and (
        (owner = ${owner} and (deadline < ${overdue} or (consumer, exchange_id) in (
          select * from unnest(${consumers}::text[], ${ids}::uuid[]))))
        or (owner <> ${owner} and owner not in (
          select objid::bigint from pg_locks
          where locktype = 'advisory' and classid = ${OWNER_CLASS} and objsubid = 2 and granted
            and database = (select oid from pg_database where datname = current_database())))
      )
      order by id
      limit ${limit}
      for update skip locked)
    returning *`.execute(db)
  return rows.toSorted((one, other) => one.id - other.id)
}

export interface Closing {
  readonly status: AnswerStatus
  readonly mediaType: string
  readonly closedAt: Date
  /** When answer and evidence are no longer kept. */
  readonly expiresAt: Date
  /** Calls that are late in the answer: what they still bring is a supplement of it. */
  readonly late?: readonly string[]
}

/** The answer, and the entry that commits to it. */
export interface ClosingRecord {
  readonly key: PayloadKey
  readonly answer: NewPayload
  readonly entry: NewLogEntry
}

/**
 * Closes an open exchange, stores its answer and appends its closing entry: one statement, so all or nothing in one
 * round trip.
 *
 * @returns the row number of the entry; undefined where it was closed already, or was taken back and gets its answer from
 * whoever did that: then nothing is written.
 */
export async function closeExchange(
  db: Executor,
  exchange: number,
  closing: Closing,
  { key, answer, entry }: ClosingRecord,
): Promise<number | undefined> {
  const { iv, ciphertext } = encryptPayload(key, answer.kind, answer.plain)
  const { rows } = await statement<{ id: number }>`
    with closed as (
      update exchange set state = 'closed', status = ${closing.status}, media_type = ${closing.mediaType},
        closed_at = ${closing.closedAt}, expires_at = ${closing.expiresAt},
        kind = exchange_kind_of(service, legal_basis, ${closing.status}, exchange_marks(id))
      where id = ${exchange} and state <> 'closed' and (cancelled_at is null or ${closing.status} = 'cancelled')
      returning id
    ), supplemented as (
      update queued_call set supplement = case when call = any (${closing.late ?? []}::text[]) then 'due' else 'none' end
      from closed
      where queued_call.exchange = closed.id and supplement is null
    ), stored as (
      insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
      select closed.id, ${answer.kind}, ${answer.retentionClass}, ${key.keyId}, ${iv}::bytea, ${ciphertext}::bytea
      from closed
      on conflict (exchange, kind) do nothing
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select ${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event}, closed.id
      from closed
      returning id
    )
    select id from logged`.execute(db)
  return rows[0]?.id
}
