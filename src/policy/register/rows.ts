import type { Agreement, AgreementAct, AgreementContent, AgreementDigest, RecordedAct } from '../../model/agreement.ts'
import {
  type AgreementActRow,
  type AgreementFilter,
  type AgreementRow,
  actsOn,
  findAgreements,
  findSomeAgreements,
} from '../../store/agreements.ts'
import type { Executor } from '../../store/tables/tables.ts'

/** What was signed is read from what was signed; the other columns are there to find it by. */
export const recordedAct = ({ sequence, side, jws, recorded_at }: AgreementActRow): RecordedAct => ({
  ...(JSON.parse(payloadOf(jws).toString('utf8')) as AgreementAct),
  side,
  sequence,
  recordedAt: recorded_at.toISOString(),
  jws,
})

export const payloadOf = (jws: string): Buffer => Buffer.from(jws.split('.', 2)[1] ?? '', 'base64url')

export const contentOf = ({ content }: AgreementRow): AgreementContent =>
  JSON.parse(content.toString('utf8')) as AgreementContent

export const agreementOf = (row: AgreementRow, acts: readonly AgreementActRow[]): Agreement => ({
  digest: row.digest as AgreementDigest,
  content: contentOf(row),
  acts: acts.map(recordedAct),
})

/** Agreements with their acts, in the order of recording. */
export async function readAgreements(db: Executor, filter: AgreementFilter): Promise<readonly Agreement[]> {
  return withActs(db, await findAgreements(db, filter))
}

/** Rows at once; each may have 200 acts, which are read for a few at a time. */
const ROWS = 500
const WITH_ACTS = 50

/** As `readAgreements`, but never holds more than some of them. */
export async function* walkAgreements(
  db: Executor,
  filter: AgreementFilter,
  from: { readonly among?: readonly string[]; readonly after?: string },
): AsyncGenerator<Agreement> {
  for (let after = from.after; ; ) {
    const rows = await findSomeAgreements(db, filter, {
      ...from,
      ...(after === undefined ? {} : { after }),
      limit: ROWS,
    })
    for (let at = 0; at < rows.length; at += WITH_ACTS) yield* await withActs(db, rows.slice(at, at + WITH_ACTS))
    after = rows.at(-1)?.digest
    if (rows.length < ROWS) return
  }
}

async function withActs(db: Executor, rows: readonly AgreementRow[]): Promise<readonly Agreement[]> {
  const acts = byAgreement(
    await actsOn(
      db,
      rows.map(({ digest }) => digest),
    ),
  )
  return rows.map((row) => agreementOf(row, acts.get(row.digest) ?? []))
}

export function byAgreement(acts: readonly AgreementActRow[]): ReadonlyMap<string, readonly AgreementActRow[]> {
  const found = new Map<string, AgreementActRow[]>()
  for (const act of acts) {
    const known = found.get(act.agreement)
    if (known === undefined) found.set(act.agreement, [act])
    else known.push(act)
  }
  return found
}
