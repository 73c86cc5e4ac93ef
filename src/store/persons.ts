import { type RawBuilder, sql } from 'kysely'
import { exchangeId, partyId, type ServiceRef } from '../model/ids.ts'
import type { ExchangeAbout, PersonPage, PersonPart } from '../model/person.ts'
import { anew } from './exchange-slices.ts'
import type { Executor } from './tables/tables.ts'

export interface AboutQuestion {
  readonly mark: string
  readonly from?: Date
  readonly to?: Date
  readonly offset: number
  readonly limit: number
  /** Without what is hidden at this time; absent: all. */
  readonly toldAt?: Date
}

interface AboutRow {
  readonly exchange_id: string
  readonly consumer: string
  readonly service: string
  readonly legal_basis: string
  readonly case_reference: string
  readonly received_at: Date
  readonly hidden_until: Date | null
  readonly status: string | null
  readonly parts: readonly PersonPart[]
  readonly registries: readonly string[]
}

/** Exchanges about one person, newest first. Few are about any one: all of them are looked through. */
export async function exchangesAbout(db: Executor, question: AboutQuestion): Promise<PersonPage> {
  const { offset, limit } = question
  const about = sql`
    select exchange, array_agg(distinct part order by part) as parts,
      bool_or(part <> 'subject') as whole, array_agg(call) as calls
    from person_mark where mark = ${question.mark} group by exchange`
  const found = sql`from about join exchange on exchange.id = about.exchange where ${conditions(question)}`
  const { rows: counted } = await sql<{ total: number }>`${anew}
    with about as (${about}) select count(*)::integer as total ${found}`.execute(db)
  const { rows } = await sql<AboutRow>`${anew}
    with about as (${about})
    select exchange_id, consumer, service, legal_basis, case_reference, received_at, hidden_until, status, parts, array(
      select distinct split_part(operation, '/', 1) from call
      where call.exchange = exchange.id and started_at is not null and (whole or call.name = any (calls))
      order by 1
    ) as registries
    ${found} order by received_at desc, exchange.id desc limit ${limit} offset ${offset}`.execute(db)
  return { total: counted[0]?.total ?? 0, exchanges: rows.map(readAbout) }
}

const conditions = ({ from, to, toldAt }: AboutQuestion): RawBuilder<unknown> =>
  sql.join(
    [
      sql`true`,
      ...(from === undefined ? [] : [sql`received_at >= ${from}::timestamptz`]),
      ...(to === undefined ? [] : [sql`received_at < ${to}::timestamptz`]),
      ...(toldAt === undefined ? [] : [sql`(hidden_until is null or hidden_until <= ${toldAt}::timestamptz)`]),
    ],
    sql` and `,
  )

const readAbout = (row: AboutRow): ExchangeAbout => ({
  exchangeId: exchangeId(row.exchange_id),
  consumer: partyId(row.consumer),
  service: row.service as ServiceRef,
  legalBasis: row.legal_basis,
  case: row.case_reference,
  receivedAt: row.received_at.toISOString(),
  ...(row.hidden_until === null ? {} : { hiddenUntil: row.hidden_until.toISOString() }),
  ...(row.status === null ? {} : { status: row.status }),
  as: row.parts,
  registries: row.registries,
})

/** Since when there is something to tell of anybody; undefined where there is nothing. */
export async function toldSince(db: Executor): Promise<Date | undefined> {
  const { rows } = await sql<{ received_at: Date }>`
    select received_at from exchange where id = (select min(exchange) from person_mark)`.execute(db)
  return rows[0]?.received_at
}
