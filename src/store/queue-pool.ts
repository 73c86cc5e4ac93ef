import pg from 'pg'
import { ALIVE } from './session.ts'

export type QueuePool = pg.Pool

/** All workers of a process connect at once when it starts. */
const CONNECT_TIMEOUT_MS = 10_000
const STATEMENT_TIMEOUT_MS = 10_000
/** How much longer the client waits than the server may work, before it takes the server for gone. */
const GRACE_MS = 500

/** Connections for a queue that stands in the same database, below a schema of its own; none of the store's are taken. */
export function openQueuePool(databaseUrl: string, connections: number): QueuePool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + GRACE_MS,
    ...ALIVE,
    application_name: 'edno queue',
    options: '-c search_path=bullmq',
  })
  // Every queue and every worker on it listens for its errors; Node would take more than ten for a leak.
  pool.setMaxListeners(0)
  // A connection that breaks is told by whoever uses it; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}
