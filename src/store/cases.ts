import type { PartyId } from '../model/ids.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** A case as it stands: the last time that it was opened. */
export interface CaseRow {
  readonly openedAt: Date
  readonly closedAt: Date | null
  readonly openedBy: string
  readonly closedBy: string | null
}

interface CaseAct {
  readonly consumer: PartyId
  readonly number: string
  readonly by: PartyId
  readonly at: Date
}

/** @returns false where it is open already: then nothing is written. */
export async function openCase(db: Executor, { consumer, number, by, at }: CaseAct): Promise<boolean> {
  const { rows } = await statement<{ id: number }>`
    insert into case_file (consumer, number, opened_at, opened_by)
    values (${consumer}, ${number}, ${at}, ${by})
    on conflict (consumer, number) where closed_at is null do nothing
    returning id`.execute(db)
  return rows.length === 1
}

/** @returns false where it is not open. */
export async function closeCase(db: Executor, { consumer, number, by, at }: CaseAct): Promise<boolean> {
  const { rows } = await statement<{ id: number }>`
    update case_file set closed_at = ${at}, closed_by = ${by}
    where consumer = ${consumer} and number = ${number} and closed_at is null
    returning id`.execute(db)
  return rows.length === 1
}

/** Undefined where it was never opened. */
export async function findCase(db: Executor, consumer: PartyId, number: string): Promise<CaseRow | undefined> {
  const { rows } = await statement<{
    opened_at: Date
    closed_at: Date | null
    opened_by: string
    closed_by: string | null
  }>`
    select opened_at, closed_at, opened_by, closed_by from case_file where consumer = ${consumer} and number = ${number}
    order by id desc limit 1`.execute(db)
  const [row] = rows
  return row && { openedAt: row.opened_at, closedAt: row.closed_at, openedBy: row.opened_by, closedBy: row.closed_by }
}
