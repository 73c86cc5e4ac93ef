import type { AnswerStatus } from '../model/exchange.ts'
import type { CallProgress, ExchangeProgress } from '../model/exchange-progress.ts'
import { type ExchangeId, exchangeId, operationRef, type PartyId, partyId } from '../model/ids.ts'
import type { OutcomeKind } from '../model/outcome.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** An exchange and where its row is. */
export interface StoredProgress {
  readonly row: number
  readonly progress: ExchangeProgress
}

interface ProgressRow {
  readonly id: number
  readonly consumer: string
  readonly exchange_id: string
  readonly state: 'open' | 'deferred' | 'closed'
  readonly status: AnswerStatus | null
  readonly outer_end: Date
  readonly deferred: boolean
  readonly goes_on: boolean
  /** Calls, in the order in which their supplements were signed. */
  readonly supplements: readonly string[] | null
}

interface CallRow {
  readonly exchange: number
  readonly name: string
  readonly operation: string
  readonly state: CallProgress['state']
  readonly outcome: OutcomeKind | null
  readonly problem: string | null
  readonly elapsed_ms: number | null
}

/** The row of an exchange that one of these consumers has under this id. */
export async function locateExchange(
  db: Executor,
  consumers: readonly PartyId[],
  id: ExchangeId,
): Promise<number | undefined> {
  const { rows } = await statement<{ id: number }>`
    select id from exchange where consumer = any (${consumers}::text[]) and exchange_id = ${id}
    order by array_position(${consumers}::text[], consumer) limit 1`.execute(db)
  return rows[0]?.id
}

/** Whose exchange, and its row; by the id alone, which several consumers may have used. */
export interface FoundExchange {
  readonly row: number
  readonly consumer: PartyId
}

/** For those who are not its consumer; of registries (`civil-registry`) where only these concern the reader. */
export async function exchangesById(
  db: Executor,
  id: ExchangeId,
  registries?: readonly string[],
): Promise<readonly FoundExchange[]> {
  const { rows } = await statement<FoundExchange>`
    select id as row, consumer from exchange
    where exchange_id = ${id} and (${registries === undefined}::boolean or exists (
      select from call where call.exchange = exchange.id
        and split_part(operation, '/', 1) = any (${registries ?? []}::text[])))
    order by id`.execute(db)
  return rows
}

/** How far each of these exchanges has come; two queries, however many they are. */
export async function progressOf(db: Executor, exchanges: readonly number[]): Promise<StoredProgress[]> {
  // The exchanges first: of one that is closed then, every call that it waited for has ended in the second look.
  const found = await statement<ProgressRow>`
    select id, consumer, exchange_id, state, status, coalesce(outer_end, deadline) as outer_end,
      deferred_at is not null as deferred,
      outer_end > now() and exists (
        select from queued_call where queued_call.exchange = exchange.id
          and (queued_call.state in ('waiting', 'running') or supplement = 'due')) as goes_on,
      (select array_agg(call order by issued_at, call) from supplement where supplement.exchange = exchange.id) as supplements
    from exchange where id = any (${exchanges}::bigint[])`.execute(db)
  const calls = await statement<CallRow>`
    select exchange, name, operation, state, outcome, problem, elapsed_ms
    from call where exchange = any (${exchanges}::bigint[])
    order by ended_at nulls last, started_at nulls last, name`.execute(db)
  const byExchange = new Map<number, CallRow[]>(found.rows.map(({ id }) => [id, []]))
  for (const call of calls.rows) byExchange.get(call.exchange)?.push(call)
  return found.rows.map((row) => ({ row: row.id, progress: readProgress(row, byExchange.get(row.id) ?? []) }))
}

function readProgress(row: ProgressRow, calls: readonly CallRow[]): ExchangeProgress {
  return {
    stage: 'progress',
    exchangeId: exchangeId(row.exchange_id),
    consumer: partyId(row.consumer),
    state: row.state === 'closed' ? 'closed' : row.deferred ? 'deferred' : 'running',
    ...(row.status === null ? {} : { status: row.status }),
    outerEnd: row.outer_end.toISOString(),
    calls: calls.map(readCall),
    supplements: row.supplements ?? [],
    goesOn: row.goes_on,
  }
}

const readCall = ({ name, operation, state, outcome, problem, elapsed_ms }: CallRow): CallProgress => ({
  call: name,
  operation: operationRef(operation),
  state,
  ...(outcome === null ? {} : { outcome }),
  ...(problem === null ? {} : { problem }),
  ...(elapsed_ms === null ? {} : { elapsedMs: elapsed_ms }),
})
