import { type RawBuilder, sql } from 'kysely'
import type { AnswerStatus } from '../model/exchange.ts'
import type { ExchangeFilter, ListedExchange } from '../model/exchange-progress.ts'
import { type ExchangeId, exchangeId, type PartyId, partyId, type ServiceRef } from '../model/ids.ts'
import type { OutcomeKind } from '../model/outcome.ts'
import type { Executor } from './tables/tables.ts'

/** Where a page begins: after this exchange. */
export interface ListPlace {
  readonly receivedAt: Date
  readonly id: number
}

/** Undefined where none of these consumers has it. */
export async function placeInList(
  db: Executor,
  consumers: readonly PartyId[],
  id: ExchangeId,
): Promise<ListPlace | undefined> {
  const { rows } = await sql<{ id: number; received_at: Date }>`
    select id, received_at from exchange where consumer = any (${consumers}::text[]) and exchange_id = ${id}
    order by id desc limit 1`.execute(db)
  const [row] = rows
  return row && { receivedAt: row.received_at, id: row.id }
}

export interface ListQuestion extends ExchangeFilter {
  readonly consumers: readonly PartyId[]
  readonly after?: ListPlace
  readonly limit: number
}

interface ListRow {
  readonly consumer: string
  readonly exchange_id: string
  readonly service: string
  readonly case_reference: string
  readonly state: 'open' | 'deferred' | 'closed'
  readonly deferred: boolean
  readonly status: AnswerStatus | null
  readonly received_at: Date
  readonly closed_at: Date | null
  readonly outcomes: Partial<Record<OutcomeKind, number>> | null
}

/**
 * Newest first. Each consumer's newest are read off its index and then merged, so that a page costs the same however many
 * exchanges there are.
 */
export async function listExchanges(db: Executor, question: ListQuestion): Promise<ListedExchange[]> {
  const { consumers, limit } = question
  const { rows } = await sql<ListRow>`
    select listed.*, (
      select jsonb_object_agg(outcome, count) from (
        select outcome, count(*) as count from call where call.exchange = listed.id and outcome is not null group by outcome
      ) as counted
    ) as outcomes
    from unnest(${consumers}::text[]) as reader (party) cross join lateral (
      select id, consumer, exchange_id, service, case_reference, state, status, received_at, closed_at,
        deferred_at is not null as deferred
      from exchange
      where consumer = reader.party and ${sql.join(conditionsOf(question), sql` and `)}
      order by received_at desc, id desc
      limit ${limit}
    ) as listed
    order by listed.received_at desc, listed.id desc
    limit ${limit}`.execute(db)
  return rows.map(readListed)
}

function conditionsOf({ after, ...filter }: ListQuestion): RawBuilder<unknown>[] {
  return [
    sql`true`,
    ...(after === undefined ? [] : [sql`(received_at, id) < (${after.receivedAt}::timestamptz, ${after.id}::bigint)`]),
    ...(filter.case === undefined ? [] : [sql`case_reference = ${filter.case}`]),
    ...(filter.from === undefined ? [] : [sql`received_at >= ${filter.from}::timestamptz`]),
    ...(filter.to === undefined ? [] : [sql`received_at < ${filter.to}::timestamptz`]),
    ...(filter.service === undefined ? [] : [sql`service = ${filter.service}`]),
    ...(filter.outcome === undefined
      ? []
      : [sql`exists (select 1 from call where call.exchange = exchange.id and call.outcome = ${filter.outcome})`]),
    ...statusCondition(filter.status),
  ]
}

function statusCondition(status: ExchangeFilter['status']): RawBuilder<unknown>[] {
  if (status === undefined) return []
  if (status === 'running') return [sql`state <> 'closed' and deferred_at is null`]
  return [status === 'deferred' ? sql`state <> 'closed' and deferred_at is not null` : sql`status = ${status}`]
}

const readListed = (row: ListRow): ListedExchange => ({
  exchangeId: exchangeId(row.exchange_id),
  consumer: partyId(row.consumer),
  service: row.service as ServiceRef,
  case: row.case_reference,
  state: row.state === 'closed' ? 'closed' : row.deferred ? 'deferred' : 'running',
  ...(row.status === null ? {} : { status: row.status }),
  receivedAt: row.received_at.toISOString(),
  ...(row.closed_at === null ? {} : { closedAt: row.closed_at.toISOString() }),
  outcomes: row.outcomes ?? {},
})
