import { type RawBuilder, sql } from 'kysely'
import type {
  CorrectionFilter,
  CorrectionReport,
  CorrectionResult,
  CorrectionState,
  CorrectionStep,
  CorrectionView,
} from '../model/correction.ts'
import { exchangeId, operationRef, partyId, type PartyId } from '../model/ids.ts'
import { anew } from './exchange-slices.ts'
import type { NewLogEntry } from './log-entries.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** Whose corrections: reported by these consumers, or about these registries; absent: all. */
export interface CorrectionSlice {
  readonly consumers?: readonly PartyId[]
  readonly registries?: readonly string[]
}

export interface NewStep {
  readonly by: PartyId
  readonly at: Date
  readonly text: string
  /** Opens the commitment of the step's entry. */
  readonly salt: Uint8Array
}

/** A call whose answer may be reported on. */
export interface AnsweredCall {
  readonly exchange: number
  readonly consumer: string
  readonly operation: string
  /** False where all that can be deleted of the exchange was. */
  readonly kept: boolean
}

/** Undefined where this call brought nothing: then there is nothing that could be wrong. */
export async function answeredCall(db: Executor, exchange: number, call: string): Promise<AnsweredCall | undefined> {
  const { rows } = await statement<AnsweredCall>`
    select exchange, consumer, operation, data_key is not null as kept from call join exchange on exchange.id = call.exchange
    where exchange = ${exchange} and name = ${call} and outcome in ('found', 'not-found')`.execute(db)
  return rows[0]
}

export interface NewCorrection extends Omit<CorrectionReport, 'text'> {
  readonly id: string
  readonly exchange: number
  readonly consumer: PartyId
  readonly registry: string
  readonly operation: string
}

/**
 * With its first step and its entry: all or nothing. False where the same is reported and not closed, or nothing is kept of the exchange
 * any more: then nothing is written.
 */
export async function insertCorrection(
  db: Executor,
  correction: NewCorrection,
  { by, at, text, salt }: NewStep,
  entry: NewLogEntry,
): Promise<boolean> {
  const { id, exchange, consumer, registry, call, operation, kind } = correction
  const { rows } = await statement<{ id: string }>`
    with kept as (
      select id from exchange where id = ${exchange} and data_key is not null for share
    ), reported as (
      insert into correction (id, exchange, consumer, registry, call, operation, kind, fields, reported_at)
      select ${id}::uuid, kept.id, ${consumer}, ${registry}, ${call}, ${operation}, ${kind},
        ${correction.fields.toSorted()}::text[], ${at}::timestamptz
      from kept
      on conflict do nothing
      returning id, reported_at, exchange
    ), stepped as (
      insert into correction_step (correction, number, at, by, change, text, salt)
      select id, 1, reported_at, ${by}, 'reported', ${text}, ${Buffer.from(salt)}::bytea from reported
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select ${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event}, exchange from reported
    )
    select id from reported`.execute(db)
  return rows.length === 1
}

export interface Change {
  readonly state: CorrectionState
  readonly result?: CorrectionResult
}

/**
 * False where it is closed already: then nothing is written. Of an exchange of which nothing is kept the words are not kept either: nobody
 * would delete them any more.
 */
export async function stepCorrection(
  db: Executor,
  id: string,
  { state, result }: Change,
  { step: { by, at, text, salt }, entry }: { readonly step: NewStep; readonly entry: NewLogEntry },
): Promise<boolean> {
  const { rows } = await statement<{ id: string }>`
    with about as (
      select exchange.id, data_key is not null as kept from correction join exchange on exchange.id = correction.exchange
      where correction.id = ${id} for share of exchange
    ), changed as (
      update correction set state = ${state}, result = ${result ?? null}::text, changed_at = ${at}
      from about
      where correction.id = ${id} and state <> 'closed'
      returning correction.id, exchange, changed_at, kept
    ), stepped as (
      insert into correction_step (correction, number, at, by, change, text, salt)
      select id, (select 1 + max(number) from correction_step where correction = ${id}), changed_at, ${by}, ${state},
        case when kept then ${text} else '' end,
        case when kept then ${Buffer.from(salt)}::bytea else decode(repeat('00', 32), 'hex') end
      from changed
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select ${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event}, exchange from changed
    )
    select id from changed`.execute(db)
  return rows.length === 1
}

interface CorrectionRow {
  readonly id: string
  readonly exchange_id: string
  readonly consumer: string
  readonly registry: string
  readonly call: string
  readonly operation: string
  readonly kind: CorrectionView['kind']
  readonly fields: readonly string[]
  readonly state: CorrectionState
  readonly result: CorrectionResult | null
  readonly steps: readonly CorrectionStep[]
}

/** Newest first, at most so many. */
export async function correctionsIn(
  db: Executor,
  slice: CorrectionSlice,
  filter: CorrectionFilter & { readonly id?: string },
  limit: number,
): Promise<CorrectionView[]> {
  const { rows } = await sql<CorrectionRow>`${anew}
    select correction.id, exchange_id, correction.consumer, registry, call, operation, correction.kind, fields,
      correction.state, result, (
        select jsonb_agg(jsonb_build_object('change', change, 'by', by,
          'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'text', text) order by number)
        from correction_step where correction_step.correction = correction.id
      ) as steps
    from correction join exchange on exchange.id = correction.exchange
    where ${sql.join(conditionsOf(slice, filter), sql` and `)}
    order by reported_at desc, correction.id
    limit ${limit}`.execute(db)
  return rows.map(({ exchange_id, consumer, operation, result, ...row }) => ({
    ...row,
    exchangeId: exchangeId(exchange_id),
    consumer: partyId(consumer),
    operation: operationRef(operation),
    ...(result === null ? {} : { result }),
  }))
}

function conditionsOf(
  { consumers, registries }: CorrectionSlice,
  { id, state, registry, consumer }: CorrectionFilter & { readonly id?: string },
): RawBuilder<unknown>[] {
  const sides = [
    ...(consumers === undefined ? [] : [sql`correction.consumer = any (${consumers}::text[])`]),
    ...(registries === undefined ? [] : [sql`registry = any (${registries}::text[])`]),
  ]
  return [
    sides.length === 0 ? sql`true` : sql`(${sql.join(sides, sql` or `)})`,
    ...(id === undefined ? [] : [sql`correction.id = ${id}::uuid`]),
    ...(state === undefined ? [] : [sql`correction.state = ${state}`]),
    ...(registry === undefined ? [] : [sql`registry = ${registry}`]),
    ...(consumer === undefined ? [] : [sql`correction.consumer = ${consumer}`]),
  ]
}
