import { type OperationRef, operationRef } from '../model/ids.ts'
import type { Json } from '../model/json.ts'
import type { CallOutcome, KeptAnswer, OutcomeKind, Provenance } from '../model/outcome.ts'
import type { Need } from '../model/service.ts'
import { decryptPayload, encryptPayload, type PayloadKey, type SealedPayload } from './payload-cipher.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

export interface NewCall {
  readonly name: string
  readonly operation: OperationRef
  readonly need: Need
}

/**
 * Plans further calls (the items of a `forEach`); one that is there already stays as it is. Of an exchange that was taken
 * back nothing is planned: whoever takes it back waits for the lock, and ends what was.
 */
export async function insertCalls(db: Executor, exchange: number, calls: readonly NewCall[]): Promise<void> {
  const { names, operations, needs } = callColumns(calls)
  await statement`
    with standing as materialized (
      select id from exchange where id = ${exchange} and cancelled_at is null for share
    )
    insert into call (exchange, name, operation, need)
    select standing.id, name, operation, need
    from standing, unnest(${names}::text[], ${operations}::text[], ${needs}::text[]) as planned (name, operation, need)
    on conflict (exchange, name) do nothing`.execute(db)
}

export interface EndedCall {
  readonly outcome: CallOutcome
  readonly endedAt: Date
  /** The attempt that ends with it; absent where none was made (skipped, late before it began). */
  readonly attempt?: { readonly number: number; readonly fault?: string; readonly drift?: string }
  readonly retentionClass: string
}

/** What of an outcome is personal: kept encrypted, as the payload `evidence:<call>`. */
interface StoredEvidence {
  readonly evidence?: Json
  readonly provenance?: Provenance
  readonly received?: KeptAnswer
}

const EVIDENCE = 'evidence:'

export const evidenceKind = (call: string): string => `${EVIDENCE}${call}`

/**
 * Ends calls together with their last attempts and stores their evidence, in one statement (one round trip).
 *
 * It does not wait for the disk: nothing leaves on the strength of an outcome, and the closing entry, which is durable
 * before the answer leaves, is durable only with all that was written before it. Only a crash of the database itself
 * can lose the last outcomes of an exchange still open; their calls then count as running, as after any crash.
 *
 * Whoever waits in another process for one that was queued is told in the same moment.
 *
 * @returns the calls that it ended. One that had ended before is absent: its first outcome stands, nothing is written of it
 * but the attempt's end.
 */
export async function recordOutcomes(
  db: Executor,
  exchange: number,
  key: PayloadKey,
  ended: readonly EndedCall[],
): Promise<readonly string[]> {
  const columns = endedColumns(key, ended)
  const { rows } = await statement<{ name: string }>`
    with ending as (
      select * from unnest(${columns.calls}::text[], ${columns.outcomes}::text[], ${columns.problems}::text[],
        ${columns.endedAt}::timestamptz[], ${columns.elapsedMs}::integer[], ${columns.attempts}::integer[],
        ${columns.faults}::text[], ${columns.retentionClasses}::text[], ${columns.ivs}::bytea[],
        ${columns.ciphertexts}::bytea[], ${columns.drifts}::text[])
        as ending (name, outcome, problem, ended_at, elapsed_ms, attempt, fault, retention_class, iv, ciphertext, drift)
    ), tried as (
      update attempt set ended_at = ending.ended_at, fault = ending.fault
      from ending
      where attempt.exchange = ${exchange} and attempt.call = ending.name and attempt.number = ending.attempt
        and attempt.ended_at is null
    ), ended as (
      update call set state = 'ended', outcome = ending.outcome, problem = ending.problem, ended_at = ending.ended_at,
        elapsed_ms = ending.elapsed_ms, drift = ending.drift
      from ending
      where call.exchange = ${exchange} and call.name = ending.name and call.state <> 'ended'
      returning call.name
    ), stored as (
      insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
      select ${exchange}, ${EVIDENCE} || name, retention_class, ${key.keyId}, iv, ciphertext
      from ended join ending using (name) where iv is not null
      on conflict (exchange, kind) do nothing
    )
    select name, set_config('synchronous_commit', 'off', true), (
      select pg_notify('edno_hint', 'call ' || queued_call.exchange || ' ' || queued_call.call) from queued_call
      where queued_call.exchange = ${exchange} and queued_call.call = ended.name and queued_call.state = 'running')
    from ended`.execute(db)
  return rows.map(({ name }) => name)
}

/** The columns of several endings, for `unnest`. */
function endedColumns(key: PayloadKey, ended: readonly EndedCall[]) {
  const sealed = ended.map(({ outcome }) => sealEvidence(key, evidenceKind(outcome.call), outcome))
  return {
    calls: ended.map(({ outcome }) => outcome.call),
    outcomes: ended.map(({ outcome }) => outcome.outcome),
    problems: ended.map(({ outcome }) => outcome.problem ?? null),
    endedAt: ended.map(({ endedAt }) => endedAt.toISOString()),
    elapsedMs: ended.map(({ outcome }) => Math.round(outcome.elapsedMs)),
    attempts: ended.map(({ attempt }) => attempt?.number ?? 0),
    faults: ended.map(({ attempt }) => attempt?.fault ?? null),
    drifts: ended.map(({ attempt }) => attempt?.drift ?? null),
    retentionClasses: ended.map(({ retentionClass }) => retentionClass),
    ivs: sealed.map((payload) => payload?.iv ?? null),
    ciphertexts: sealed.map((payload) => payload?.ciphertext ?? null),
  }
}

function sealEvidence(key: PayloadKey, kind: string, outcome: CallOutcome): SealedPayload | undefined {
  const { evidence, provenance, received } = outcome
  if (evidence === undefined && provenance === undefined && received === undefined) return undefined
  return encryptPayload(key, kind, Buffer.from(JSON.stringify({ evidence, provenance, received })))
}

interface EndedRow {
  readonly name: string
  readonly operation: string
  readonly outcome: OutcomeKind
  readonly problem: string | null
  readonly elapsed_ms: number | null
  /** Null together, where the outcome carries no evidence or its time is over. */
  readonly iv: Buffer | null
  readonly ciphertext: Buffer | null
}

/** The outcomes stored so far, in the order in which the calls ended; or that of one call. */
export async function outcomesOf(
  db: Executor,
  exchange: number,
  key: PayloadKey,
  only?: string,
): Promise<CallOutcome[]> {
  const { rows } = await statement<EndedRow>`
    select call.name, call.operation, call.outcome, call.problem, call.elapsed_ms, payload.iv, payload.ciphertext
    from call left join payload on payload.exchange = call.exchange and payload.kind = 'evidence:' || call.name
    where call.exchange = ${exchange} and call.state = 'ended' and call.name = coalesce(${only ?? null}::text, call.name)
    order by call.ended_at, call.name`.execute(db)
  return rows.map((row) => readOutcome(row, key))
}

function readOutcome(row: EndedRow, key: PayloadKey): CallOutcome {
  return {
    call: row.name,
    operation: operationRef(row.operation),
    outcome: row.outcome,
    ...(row.problem !== null && { problem: row.problem }),
    ...openEvidence(row, key),
    elapsedMs: row.elapsed_ms ?? 0,
  }
}

function openEvidence({ name, iv, ciphertext }: EndedRow, key: PayloadKey): StoredEvidence {
  if (iv === null || ciphertext === null) return {}
  return JSON.parse(decryptPayload(key, evidenceKind(name), { iv, ciphertext }).toString()) as StoredEvidence
}

/** The columns of several calls, for `unnest`. */
export const callColumns = (calls: readonly NewCall[]): Record<'names' | 'operations' | 'needs', string[]> => ({
  names: calls.map((call) => call.name),
  operations: calls.map((call) => call.operation),
  needs: calls.map((call) => call.need),
})
