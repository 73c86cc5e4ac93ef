import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

export interface LogPromise {
  /** Row number of the entry. */
  readonly entry: number
  readonly leafHash: Buffer
  readonly madeAt: Date
  readonly dueAt: Date
}

/** Remembered before it is given out; of one entry there is one promise, the first. */
export async function insertLogPromise(db: Executor, promise: LogPromise): Promise<LogPromise> {
  const { entry, leafHash, madeAt, dueAt } = promise
  const { rows } = await statement<{ made_at: Date; due_at: Date }>`
    insert into log_promise (entry, leaf_hash, made_at, due_at)
    values (${entry}, ${leafHash}, ${madeAt}, ${dueAt})
    on conflict (entry) do update set entry = excluded.entry
    returning made_at, due_at`.execute(db)
  const [kept] = rows
  return { ...promise, madeAt: kept?.made_at ?? madeAt, dueAt: kept?.due_at ?? dueAt }
}

/** A promise that is not known to be kept, and where its entry stands, if it does. */
export interface OpenPromise {
  readonly entry: number
  readonly leafHash: Buffer
  readonly dueAt: Date
  readonly isBroken: boolean
  /** Null where there is no such entry, or it has no place yet. */
  readonly index: number | null
  readonly integratedAt: Date | null
}

export async function openLogPromises(db: Executor, limit: number): Promise<OpenPromise[]> {
  const { rows } = await statement<OpenPromise>`
    select promise.entry, promise.leaf_hash as "leafHash", due_at as "dueAt", broken_at is not null as "isBroken",
      log_entry.index, log_entry.integrated_at as "integratedAt"
    from log_promise as promise
    left join log_entry on log_entry.id = promise.entry and log_entry.leaf_hash = promise.leaf_hash
    where kept_at is null
    order by due_at limit ${limit}`.execute(db)
  return rows
}

export async function keepLogPromise(db: Executor, entry: number, at: Date): Promise<void> {
  await statement`update log_promise set kept_at = ${at} where entry = ${entry} and kept_at is null`.execute(db)
}

/** False where another process said so before. */
export async function breakLogPromise(db: Executor, entry: number, at: Date): Promise<boolean> {
  const { rows } = await statement<{ entry: number }>`
    update log_promise set broken_at = ${at} where entry = ${entry} and broken_at is null returning entry`.execute(db)
  return rows.length > 0
}

export interface BrokenPromises {
  readonly broken: number
  /** Of those: how many entries are not in the tree to this day. */
  readonly open: number
}

export async function brokenLogPromises(db: Executor): Promise<BrokenPromises> {
  const { rows } = await statement<BrokenPromises>`
    select count(*)::integer as broken, (count(*) filter (where kept_at is null))::integer as open
    from log_promise where broken_at is not null`.execute(db)
  return rows[0] ?? { broken: 0, open: 0 }
}
