import { type Selectable, sql } from 'kysely'
import type { AgreementDigest } from '../model/agreement.ts'
import type { AgreementActTable } from './tables/agreement-act.ts'
import type { AgreementTable } from './tables/agreement.ts'
import type { Executor } from './tables/tables.ts'

export type AgreementRow = Selectable<AgreementTable>
export type AgreementActRow = Selectable<AgreementActTable>
export type NewAgreementAct = Omit<AgreementActRow, 'sequence'>

export interface AgreementFilter {
  readonly consumer?: string
  readonly provider?: string
  readonly registry?: string
  readonly service?: string
  readonly request?: string
  readonly digest?: AgreementDigest
}

/** Any constant will do, as long as nothing else in the same database uses it. */
const AGREEMENT_LOCK = 7_236_310_005

/**
 * Makes this transaction the only one that writes agreements, waiting for its turn; ends with the transaction. So an act
 * is judged by what is written with it, and no act becomes visible after one with a higher sequence.
 */
export async function lockAgreements(tx: Executor): Promise<void> {
  await sql`select pg_advisory_xact_lock(${AGREEMENT_LOCK})`.execute(tx)
}

/** @returns false where an agreement of this digest stands already: then nothing is written. */
export async function insertAgreement(tx: Executor, agreement: AgreementRow): Promise<boolean> {
  const result = await tx
    .insertInto('agreement')
    .values(agreement)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** @returns its sequence; undefined where the same was declared before: then nothing is written. */
export async function insertAgreementAct(tx: Executor, act: NewAgreementAct): Promise<number | undefined> {
  const row = await tx
    .insertInto('agreement_act')
    .values(act)
    .onConflict((conflict) => conflict.column('act_digest').doNothing())
    .returning('sequence')
    .executeTakeFirst()
  return row?.sequence
}

/** When the newest act was recorded; undefined where there is none. */
export async function lastRecordedAt(db: Executor): Promise<Date | undefined> {
  const row = await db
    .selectFrom('agreement_act')
    .select('recorded_at')
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.recorded_at
}

/** How many proposals of a consumer wait for somebody, by service and registry. */
export interface OpenCount {
  readonly service: string
  readonly registry: string
  readonly count: number
}

/** Neither agreed by all that have to, nor ended, nor past their last day on `date` (ISO, of the calendar in Sofia). */
export async function countOpen(tx: Executor, consumer: string, date: string): Promise<readonly OpenCount[]> {
  const { rows } = await sql<OpenCount>`
    select service, registry, count(*) as count
    from agreement, lateral (select convert_from(content, 'UTF8')::jsonb as said) as content,
      lateral (
        select count(distinct side) filter (where act = 'accept') as accepted,
          count(*) filter (where act in ('refuse', 'withdraw', 'revoke')) as ends
        from agreement_act where agreement = digest
      ) as acts
    where consumer = ${consumer} and ends = 0 and accepted < 2 + (said ? 'delegate')::integer
      and said -> 'validity' ->> 'until' >= ${date}
    group by service, registry`.execute(tx)
  return rows
}

export interface AgreementPart {
  /** Only what concerns one of these; and now and then another's, which whoever shows them has to leave out. */
  readonly among?: readonly string[]
  /** Only what stands after this one. */
  readonly after?: string
  readonly limit: number
}

/** In the order of recording, so many of them. */
export async function findSomeAgreements(
  db: Executor,
  filter: AgreementFilter,
  { among, after, limit }: AgreementPart,
): Promise<readonly AgreementRow[]> {
  const conditions = [
    ...Object.entries(filter).flatMap(([column, value]: [string, unknown]) =>
      value === undefined ? [] : [sql<boolean>`${sql.ref(column)} = ${value}`],
    ),
    ...(among === undefined ? [] : [concerns(among)]),
    ...(after === undefined
      ? []
      : [sql<boolean>`(recorded_at, digest) > (select recorded_at, digest from agreement where digest = ${after})`]),
  ]
  return conditions
    .reduce((query, condition) => query.where(condition), db.selectFrom('agreement').selectAll())
    .orderBy('recorded_at')
    .orderBy('digest')
    .limit(limit)
    .execute()
}

/** A delegate stands in the content alone, which is canonical JSON: no text in it can look like a member. */
const concerns = (parties: readonly string[]) =>
  sql<boolean>`(consumer = ${anyOf(parties)} or provider = ${anyOf(parties)}
    or exists (select 1 from unnest(${parties.map((party) => Buffer.from(`"party":${JSON.stringify(party)}`))}::bytea[]) as said
      where position(said in content) > 0))`

/** In the order of recording. */
export async function findAgreements(db: Executor, filter: AgreementFilter): Promise<readonly AgreementRow[]> {
  const conditions = Object.entries(filter).filter(([, value]) => value !== undefined) as [
    keyof AgreementFilter,
    string,
  ][]
  return conditions
    .reduce((query, [column, value]) => query.where(column, '=', value), db.selectFrom('agreement').selectAll())
    .orderBy('recorded_at')
    .orderBy('digest')
    .execute()
}

/** One parameter, however many: PostgreSQL takes 65,535. */
const anyOf = (values: readonly string[]) => sql<string>`any(${values}::text[])`

/** The acts on these agreements, in the order of recording. */
export async function actsOn(db: Executor, digests: readonly string[]): Promise<readonly AgreementActRow[]> {
  if (digests.length === 0) return []
  return db
    .selectFrom('agreement_act')
    .selectAll()
    .where('agreement', '=', anyOf(digests))
    .orderBy('sequence')
    .execute()
}

/** What was declared after `sequence`, in the order of recording; at most `limit`. */
export async function actsAfter(db: Executor, sequence: number, limit: number): Promise<readonly AgreementActRow[]> {
  return db
    .selectFrom('agreement_act')
    .selectAll()
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(limit)
    .execute()
}

export async function agreementsByDigest(db: Executor, digests: readonly string[]): Promise<readonly AgreementRow[]> {
  if (digests.length === 0) return []
  return db.selectFrom('agreement').selectAll().where('digest', '=', anyOf(digests)).execute()
}
