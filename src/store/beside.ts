import type { Kysely } from 'kysely'
import { checkDatabase } from './check-database.ts'
import { launch } from './embedded/launch.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './pool.ts'
import { openQueuePool, type QueuePool } from './queue-pool.ts'
import type { StoreOptions } from './store.ts'
import type { Tables } from './tables/tables.ts'

/** The rows, for a command that looks at them beside a running edno; it takes no exchanges and opens no payloads. */
export interface Beside {
  readonly db: Kysely<Tables>
  /** Connections to the same database for a queue; whoever opens them closes them. */
  readonly queuePool: (connections: number) => QueuePool
  /** Stops the server only where this command had to start it. */
  readonly close: () => Promise<void>
}

const CONNECTIONS = 2
const STATEMENT_TIMEOUT_MS = 30_000

/** @throws LauncherError where the database cannot be made ready. */
export async function openBeside({
  databaseUrl: external,
  dataDirectory,
  onNotice = () => undefined,
}: Pick<StoreOptions, 'databaseUrl' | 'dataDirectory' | 'onNotice'>): Promise<Beside> {
  const { databaseUrl, stop } =
    external === undefined
      ? await launch({ dataDirectory, onNotice })
      : { databaseUrl: external, stop: () => Promise.resolve() }
  try {
    await checkDatabase(databaseUrl)
    await migrate(databaseUrl)
    const db = openDatabase({ databaseUrl, connections: CONNECTIONS, statementTimeoutMs: STATEMENT_TIMEOUT_MS })
    return {
      db,
      queuePool: (connections) => openQueuePool(databaseUrl, connections),
      close: () => db.destroy().finally(stop),
    }
  } catch (error) {
    await stop()
    throw error
  }
}
