import pg from 'pg'

const CONNECT_TIMEOUT_MS = 2000

/**
 * Of every connection: a machine or a way between that is gone says nothing. The system asks after so long without a word,
 * then every second, and ends the connection after ten of them.
 */
export const ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 5000 } as const

export interface SessionOptions {
  readonly databaseUrl: string
  readonly name: string
  /** No answer is waited for longer; the session is then taken for broken. */
  readonly answersWithinMs: number
}

/** One connection beside the pool, not connected yet. It never ends the process: whoever uses it hears its end. */
export function openSession({ databaseUrl, name, answersWithinMs }: SessionOptions): pg.Client {
  const client = new pg.Client({
    ...{ connectionString: databaseUrl, application_name: name, ...ALIVE },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: answersWithinMs,
  })
  client.on('error', () => undefined)
  return client
}
