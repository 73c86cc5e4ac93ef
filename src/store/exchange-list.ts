import { type RawBuilder, sql } from 'kysely'
import type { AnswerStatus } from '../model/exchange.ts'
import type { ExchangeFilter, ListedExchange, Total } from '../model/exchange-list.ts'
import { type ExchangeId, exchangeId, type PartyId, partyId, type ServiceRef } from '../model/ids.ts'
import type { OutcomeKind } from '../model/outcome.ts'
import { anew, type ListPlace, searchFor, type Side, type Slice } from './exchange-slices.ts'
import type { Executor } from './tables/tables.ts'

/** Where in a slice the exchange of this name stands; undefined where it is none of it. */
export async function placeInList(
  db: Executor,
  slice: Slice,
  name: { readonly id: ExchangeId; readonly consumer?: PartyId },
): Promise<ListPlace | undefined> {
  const search = await searchFor(db, slice, name)
  if (search === undefined) return undefined
  const { rows } = await sql<{ id: number; received_at: Date }>`${anew}
    select found.* from ${search.from} cross join lateral (
      select id, received_at from exchange where ${search.where}
    ) as found order by id desc limit 1`.execute(db)
  const [row] = rows
  return row && { receivedAt: row.received_at, id: row.id }
}

export interface ListQuestion {
  readonly slice: Slice
  readonly filter: ExchangeFilter
  readonly after?: ListPlace
  readonly limit: number
}

/** A page, and where it ends. */
export interface ListedPage {
  readonly exchanges: readonly ListedExchange[]
  /** The last of them; undefined where there are none. */
  readonly last?: ListPlace
}

interface ListRow {
  readonly id: number
  readonly consumer: string
  readonly exchange_id: string
  readonly service: string
  readonly legal_basis: string
  readonly official: string | null
  readonly case_reference: string
  readonly state: 'open' | 'deferred' | 'closed'
  readonly deferred: boolean
  readonly status: AnswerStatus | null
  readonly received_at: Date
  readonly closed_at: Date | null
  readonly outcomes: Partial<Record<OutcomeKind, number>> | null
}

/**
 * Newest first. The newest of each part are read off one index and then merged, so that a page costs the same however
 * many exchanges there are.
 */
export async function listExchanges(db: Executor, question: ListQuestion): Promise<ListedPage> {
  const { slice, filter, after, limit } = question
  const search = await searchFor(db, slice, filter, after && { side: 'older', than: after })
  if (search === undefined) return { exchanges: [] }
  const { rows } = await sql<ListRow>`${anew}
    with page as materialized (
      select found.* from ${search.from} cross join lateral (
        select id, received_at from exchange where ${search.where} order by received_at desc, id desc limit ${limit}
      ) as found
      order by received_at desc, id desc limit ${limit}
    )
    select exchange.id, consumer, exchange_id, service, legal_basis, official, case_reference, state,
      deferred_at is not null as deferred, status, exchange.received_at, closed_at, ${outcomesIn(slice)} as outcomes
    from page join exchange on exchange.id = page.id
    order by exchange.received_at desc, exchange.id desc`.execute(db)
  const last = rows.at(-1)
  return {
    exchanges: rows.map((row) => readListed(row, slice)),
    ...(last === undefined ? {} : { last: { receivedAt: last.received_at, id: last.id } }),
  }
}

/** The next one of a list on either side of a place. */
export async function neighbourOf(
  db: Executor,
  { slice, filter, place }: { readonly slice: Slice; readonly filter: ExchangeFilter; readonly place: ListPlace },
  side: Side,
): Promise<{ readonly consumer: PartyId; readonly exchangeId: ExchangeId } | undefined> {
  const search = await searchFor(db, slice, filter, { side, than: place })
  if (search === undefined) return undefined
  const order = side === 'older' ? sql`received_at desc, id desc` : sql`received_at, id`
  const { rows } = await sql<{ consumer: string; exchange_id: string }>`${anew}
    select found.consumer, found.exchange_id from ${search.from} cross join lateral (
      select id, received_at, consumer, exchange_id from exchange where ${search.where} order by ${order} limit 1
    ) as found order by ${order} limit 1`.execute(db)
  const [row] = rows
  return row && { consumer: partyId(row.consumer), exchangeId: exchangeId(row.exchange_id) }
}

/** How many calls ended how; of one registry's slice only calls that reached it. */
const outcomesIn = (slice: Slice): RawBuilder<unknown> => sql`(
  select jsonb_object_agg(outcome, count) from (
    select outcome, count(*) as count from call
    where call.exchange = exchange.id and outcome is not null and ${
      slice.of === 'registry'
        ? sql`started_at is not null and starts_with(operation, ${`${slice.registry}/`})`
        : sql`true`
    }
    group by outcome
  ) as counted)`

/** Counting further would cost more than it tells. */
export const MOST_COUNTED = 10_000

export async function countExchanges(db: Executor, slice: Slice, filter: ExchangeFilter): Promise<Total> {
  const search = await searchFor(db, slice, filter)
  if (search === undefined) return { count: 0, exact: true }
  const { rows } = await sql<{ count: number }>`${anew}
    select count(*)::integer as count from (
      select from ${search.from} cross join lateral (
        select from exchange where ${search.where} limit ${MOST_COUNTED + 1}
      ) as found
      limit ${MOST_COUNTED + 1}
    ) as counted`.execute(db)
  const count = rows[0]?.count ?? 0
  return { count: Math.min(count, MOST_COUNTED), exact: count <= MOST_COUNTED }
}

const readListed = (row: ListRow, slice: Slice): ListedExchange => ({
  exchangeId: exchangeId(row.exchange_id),
  consumer: partyId(row.consumer),
  service: row.service as ServiceRef,
  ...(row.legal_basis === '' ? {} : { legalBasis: row.legal_basis }),
  case: row.case_reference,
  ...(row.official === null ? {} : { official: row.official }),
  ...(slice.of === 'registry' ? {} : wholeOf(row)),
  receivedAt: row.received_at.toISOString(),
  outcomes: row.outcomes ?? {},
})

/** What other registries answered shows in how the whole ended: the owner of one is not told. */
const wholeOf = ({ state, deferred, status, closed_at }: ListRow): Partial<ListedExchange> => ({
  state: state === 'closed' ? 'closed' : deferred ? 'deferred' : 'running',
  ...(status === null ? {} : { status }),
  ...(closed_at === null ? {} : { closedAt: closed_at.toISOString() }),
})
