import type { Selectable } from 'kysely'
import type { NewLogEntry } from './log-entries.ts'
import { statement } from './statement.ts'
import type { IncidentCause, IncidentTable } from './tables/incident.ts'
import type { Executor } from './tables/tables.ts'

export interface NewIncident {
  readonly exchange: number
  readonly call: string
  readonly registry: string
  readonly operation: string
  readonly cause: IncidentCause
  readonly fault?: string
  readonly idempotent: boolean
  readonly endsAt: Date
  readonly at: Date
}

/** An incident with what names its exchange to people. */
export interface IncidentRow extends Selectable<IncidentTable> {
  readonly exchange_id: string
  readonly consumer: string
  readonly service: string
  readonly outer_end: Date | null
  readonly exchange_state: string
}

/**
 * Makes a call an incident, with its log entry: one statement, so all or nothing. @returns its number; undefined where the
 * call has ended, or is one already: then nothing is written.
 */
export async function openIncident(
  db: Executor,
  incident: NewIncident,
  entry: NewLogEntry,
): Promise<number | undefined> {
  const { exchange, call, registry, operation, cause, fault = null, idempotent, endsAt, at } = incident
  const { rows } = await statement<{ id: number }>`
    with stopped as (
      insert into queued_call (exchange, call, registry, consumer, idempotent, state, due_at, ends_at, fault)
      select call.exchange, name, ${registry}, consumer, ${idempotent}::boolean, 'incident', ${at}::timestamptz,
        ${endsAt}::timestamptz, ${fault}::text
      from call join exchange on exchange.id = call.exchange
      where call.exchange = ${exchange} and name = ${call} and call.state <> 'ended'
      on conflict (exchange, call) do update set state = 'incident', owner = 0, fault = excluded.fault
        where queued_call.state in ('waiting', 'running')
      returning exchange
    ), opened as (
      insert into incident (exchange, call, registry, operation, cause, fault, opened_at)
      select exchange, ${call}, ${registry}, ${operation}, ${cause}, ${fault}, ${at}::timestamptz from stopped
      returning id
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select ${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event}, exchange
      from stopped
    )
    select id from opened`.execute(db)
  return rows[0]?.id
}

/** Open ones, oldest first; or all. */
export async function listIncidents(db: Executor, filter: { readonly all?: boolean } = {}): Promise<IncidentRow[]> {
  const { rows } = await statement<IncidentRow>`
    select incident.*, exchange.exchange_id, exchange.consumer, exchange.service, exchange.outer_end,
      exchange.state as exchange_state
    from incident join exchange on exchange.id = incident.exchange
    where ${filter.all === true}::boolean or incident.state = 'open'
    order by incident.id`.execute(db)
  return rows
}

export async function findIncident(db: Executor, id: number): Promise<IncidentRow | undefined> {
  const { rows } = await statement<IncidentRow>`
    select incident.*, exchange.exchange_id, exchange.consumer, exchange.service, exchange.outer_end,
      exchange.state as exchange_state
    from incident join exchange on exchange.id = incident.exchange
    where incident.id = ${id}`.execute(db)
  return rows[0]
}

export interface IncidentAct {
  readonly id: number
  readonly reason: string
  /** Opens the entry's commitment to the reason; kept as long as the reason. */
  readonly salt: Uint8Array
  readonly at: Date
}

/**
 * Lets the call be asked again until `endsAt`. @returns false where it is no open incident, or nothing is kept of its
 * exchange: then nothing is written.
 */
export async function retryIncident(
  db: Executor,
  { id, reason, salt, at }: IncidentAct,
  endsAt: Date,
  entry: NewLogEntry,
): Promise<boolean> {
  const { rows } = await statement<{ exchange: number }>`
    with acted as (
      update incident set state = 'retried', reason = ${reason}, reason_salt = ${Buffer.from(salt)}, changed_at = ${at}
      from exchange
      where incident.id = ${id} and incident.state = 'open' and exchange.id = incident.exchange
        and exchange.data_key is not null and (exchange.expires_at is null or exchange.expires_at > ${at})
        and exists (select from call where call.exchange = incident.exchange and call.name = incident.call
          and call.state <> 'ended')
      returning incident.exchange, incident.call
    ), waiting as (
      update queued_call set state = 'waiting', owner = 0, tries = 0, due_at = ${at}, enqueued_at = null,
        ends_at = greatest(ends_at, ${endsAt}::timestamptz)
      from acted where queued_call.exchange = acted.exchange and queued_call.call = acted.call
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select ${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event}, exchange from acted
    )
    select exchange from acted`.execute(db)
  return rows.length > 0
}

/**
 * Ends the call for good: it is late. False where it is no open incident. Of an exchange of which nothing is kept the reason is not kept
 * either: nobody would delete it any more.
 */
export async function closeIncident(
  db: Executor,
  { id, reason, salt, at }: IncidentAct,
  entry: NewLogEntry,
): Promise<boolean> {
  const { rows } = await statement<{ exchange: number }>`
    with about as (
      select exchange.id, data_key is not null as kept from incident join exchange on exchange.id = incident.exchange
      where incident.id = ${id} for share of exchange
    ), acted as (
      update incident set state = 'closed', changed_at = ${at}, reason = case when kept then ${reason} end,
        reason_salt = case when kept then ${Buffer.from(salt)}::bytea end
      from about
      where incident.id = ${id} and state = 'open'
      returning exchange, call, fault
    ), stopped as (
      update queued_call set state = 'ended', owner = 0, supplement = 'none'
      from acted where queued_call.exchange = acted.exchange and queued_call.call = acted.call
    ), ended as (
      update call set state = 'ended', outcome = 'late', problem = coalesce(acted.fault, 'provider.timeout'),
        ended_at = ${at}, elapsed_ms = 0
      from acted where call.exchange = acted.exchange and call.name = acted.call and call.state <> 'ended'
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select ${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event}, exchange from acted
    )
    select exchange from acted`.execute(db)
  return rows.length > 0
}
