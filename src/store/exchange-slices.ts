import { type RawBuilder, sql } from 'kysely'
import type { ExchangeFilter } from '../model/exchange-list.ts'
import type { PartyId } from '../model/ids.ts'
import { PLANNED_ANEW } from './pool.ts'
import type { Executor } from './tables/tables.ts'

/** Whose exchanges: of these consumers, those that asked this registry, or all. */
export type Slice =
  | { readonly of: 'consumers'; readonly consumers: readonly PartyId[] }
  | { readonly of: 'registry'; readonly registry: string }
  | { readonly of: 'all' }

/** Where a page begins: after this exchange. */
export interface ListPlace {
  readonly receivedAt: Date
  readonly id: number
}

/** Which side of a place: lists are newest first. */
export type Side = 'older' | 'newer'

export interface Bound {
  readonly side: Side
  readonly than: ListPlace
}

/** What is looked for, and how: every part of `from` is one range of one index, in the order of the list. */
export interface Search {
  /** Rows of `part`, for each of which `where` is one range. */
  readonly from: RawBuilder<unknown>
  readonly where: RawBuilder<unknown>
}

/** Statements of lists have as many forms as there are filters together. */
export const anew = sql.raw(PLANNED_ANEW)

/** Undefined where nothing can be found: no exchange has ever been of a kind that is looked for. */
export async function searchFor(
  db: Executor,
  slice: Slice,
  filter: ExchangeFilter,
  bound?: Bound,
): Promise<Search | undefined> {
  const consumers = consumersOf(slice, filter)
  const found = await kindsOf(db, slice, filter)
  if (consumers?.length === 0 || found?.length === 0) return undefined
  const { from, by } = partsOf(
    filter,
    consumers,
    found?.map(({ id }) => id),
  )
  const asked = slice.of === 'registry' ? [askedOf(slice.registry, filter, found ?? [])] : []
  const where = sql.join([...by, ...rowConditions(filter, bound), ...asked], sql` and `)
  return { from, where }
}

function consumersOf(slice: Slice, { consumer }: ExchangeFilter): readonly PartyId[] | undefined {
  if (slice.of !== 'consumers') return consumer === undefined ? undefined : [consumer]
  return consumer === undefined ? slice.consumers : slice.consumers.filter((party) => party === consumer)
}

interface Kind {
  readonly id: number
  readonly marks: readonly string[]
}

/** The kinds that are looked for; undefined where any will do. */
async function kindsOf(db: Executor, slice: Slice, filter: ExchangeFilter): Promise<readonly Kind[] | undefined> {
  const conditions = kindConditions(slice, filter)
  if (conditions.length === 0) return undefined
  const { rows } = await sql<Kind>`${anew}
    select id, marks from exchange_kind where ${sql.join(conditions, sql` and `)} order by id`.execute(db)
  return rows
}

function kindConditions(slice: Slice, { service, legalBasis, status, ...filter }: ExchangeFilter) {
  const isOpen = status === 'running' || status === 'deferred'
  return [
    ...(service === undefined ? [] : [sql`service = ${service}`]),
    ...(legalBasis === undefined ? [] : [sql`legal_basis = ${legalBasis}`]),
    ...(status === undefined ? [] : [sql`status = ${isOpen ? '' : status}`]),
    ...markConditions(slice, filter),
  ]
}

function markConditions(slice: Slice, { registry, outcome }: ExchangeFilter): RawBuilder<unknown>[] {
  if (slice.of === 'registry') return [marked(`${slice.registry}:${outcome ?? ''}`, `${slice.registry}:skipped`)]
  if (registry !== undefined) return [marked(`${registry}:${outcome ?? ''}`)]
  if (outcome === undefined) return []
  return [sql`exists (select from unnest(marks) as mark where split_part(mark, ':', 2) = ${outcome})`]
}

/** Some mark begins so and is not `but`. */
const marked = (beginning: string, but = '') =>
  sql`exists (select from unnest(marks) as mark where starts_with(mark, ${beginning}) and mark <> ${but})`

interface Parts {
  readonly from: RawBuilder<unknown>
  readonly by: readonly RawBuilder<unknown>[]
}

/** The narrowest index there is for a filter. */
function partsOf(
  { id, case: number, official }: ExchangeFilter,
  consumers: readonly PartyId[] | undefined,
  kinds: readonly number[] | undefined,
): Parts {
  const isFew = id !== undefined || number !== undefined || (official !== undefined && kinds === undefined)
  if (isFew || (consumers === undefined && kinds === undefined)) return wholePart(consumers, kinds)
  const ofConsumers = sql`unnest(${consumers}::text[])`
  const ofKinds = sql`unnest(${kinds}::integer[])`
  // Of an official the index by kind is the narrowest: a consumer has many.
  if (official !== undefined)
    return { from: sql`${ofKinds} as part (kind)`, by: [BY_KIND, ...wholePart(consumers, undefined).by] }
  if (consumers === undefined) return { from: sql`${ofKinds} as part (kind)`, by: [BY_KIND] }
  if (kinds === undefined) return { from: sql`${ofConsumers} as part (consumer)`, by: [BY_CONSUMER] }
  return {
    from: sql`(select * from ${ofConsumers} as one (consumer) cross join ${ofKinds} as other (kind)) as part`,
    by: [BY_CONSUMER, BY_KIND],
  }
}

const BY_CONSUMER = sql`exchange.consumer = part.consumer`
const BY_KIND = sql`exchange.kind = part.kind`

/** One range of one index is narrow enough: all else is looked at row by row. */
const wholePart = (consumers: readonly PartyId[] | undefined, kinds: readonly number[] | undefined): Parts => ({
  from: sql`(values (1)) as part (whole)`,
  by: [
    ...(consumers === undefined ? [] : [sql`consumer = any (${consumers}::text[])`]),
    ...(kinds === undefined ? [] : [sql`kind = any (${kinds}::integer[])`]),
  ],
})

const BEYOND: Readonly<Record<Side, RawBuilder<unknown>>> = { older: sql`<`, newer: sql`>` }

const beyond = ({ side, than }: Bound): RawBuilder<unknown> =>
  sql`(received_at, id) ${BEYOND[side]} (${than.receivedAt}::timestamptz, ${than.id}::bigint)`

function rowConditions(filter: ExchangeFilter, bound: Bound | undefined): RawBuilder<unknown>[] {
  const { from, to, official, id, status } = filter
  return [
    sql`true`,
    ...(bound === undefined ? [] : [beyond(bound)]),
    ...(from === undefined ? [] : [sql`received_at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`received_at < ${to}::timestamptz`]),
    ...(filter.case === undefined ? [] : [sql`case_reference = ${filter.case}`]),
    ...(official === undefined ? [] : [sql`official = ${official}`]),
    ...(id === undefined ? [] : [sql`exchange_id = ${id}::uuid`]),
    ...(status === 'running' ? [sql`state <> 'closed' and deferred_at is null`] : []),
    ...(status === 'deferred' ? [sql`state <> 'closed' and deferred_at is not null`] : []),
  ]
}

/**
 * Its owner sees what the registry was asked, and nothing of calls that never reached it. One that answered was asked; of
 * others the calls say. Without `offset` all calls there are would be joined at once.
 */
function askedOf(registry: string, { outcome }: ExchangeFilter, kinds: readonly Kind[]): RawBuilder<unknown> {
  const answers = (outcome === undefined ? ANSWERS : ANSWERS.filter((one) => one === outcome)).map(
    (one) => `${registry}:${one}`,
  )
  const answered = kinds.filter(({ marks }) => marks.some((mark) => answers.includes(mark))).map(({ id }) => id)
  return sql`(kind = any (${answered}::integer[]) or exists (
    select from call where call.exchange = exchange.id and call.started_at is not null
      and starts_with(operation, ${`${registry}/`})
      and ${outcome === undefined ? sql`true` : sql`outcome = ${outcome}`}
    offset 0))`
}

const ANSWERS = ['found', 'not-found']
