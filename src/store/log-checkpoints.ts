import type { Executor } from './tables/tables.ts'

export interface LogCheckpoint {
  /** Number of entries in the tree. */
  readonly size: number
  readonly root: Buffer
  /** The signed note, as it is served. */
  readonly note: string
  readonly createdAt: Date
}

export async function latestLogCheckpoint(db: Executor): Promise<LogCheckpoint | undefined> {
  return checkpoints(db).orderBy('size', 'desc').limit(1).executeTakeFirst()
}

export async function logCheckpointAt(db: Executor, size: number): Promise<LogCheckpoint | undefined> {
  return checkpoints(db).where('size', '=', size).executeTakeFirst()
}

/** The first checkpoint whose tree holds the entry at `index`. */
export async function logCheckpointCovering(db: Executor, index: number): Promise<LogCheckpoint | undefined> {
  return checkpoints(db).where('size', '>', index).orderBy('size').limit(1).executeTakeFirst()
}

const checkpoints = (db: Executor) =>
  db.selectFrom('log_checkpoint').select(['size', 'root', 'note', 'created_at as createdAt'])
