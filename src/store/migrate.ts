import { type Kysely, Migrator, sql } from 'kysely'
import { BrokerError } from '../problem/broker-error.ts'
import { migrations } from './migrations/all.ts'
import { openDatabase } from './pool.ts'
import type { Tables } from './tables/tables.ts'

/** Any constant will do, as long as nothing else in the same database uses it. */
const MIGRATION_LOCK = 7_236_310_001
/** A starter may wait for another one that migrates a large table. */
const PATIENCE_MS = 10 * 60_000

/**
 * Brings the database to the newest schema; several starters at once are safe, the second finds nothing to do.
 *
 * @throws BrokerError `broker.log-unavailable` where the database is gone, `broker.internal` where a migration fails.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  // Two connections: one holds the lock for as long as the other migrates. A lock of the session, because the
  // migrator creates its own tables before it opens the transaction in which it would lock.
  const db = openDatabase({ databaseUrl, connections: 2, statementTimeoutMs: PATIENCE_MS })
  try {
    await db.connection().execute(async (holder) => {
      await sql`select pg_advisory_lock(${MIGRATION_LOCK})`.execute(holder)
      await run(db)
    })
  } finally {
    await db.destroy()
  }
}

async function run(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateToLatest()
  if (error instanceof BrokerError) throw error
  if (error !== undefined) {
    throw new BrokerError('broker.internal', 'the database schema could not be brought up to date', { cause: error })
  }
}
