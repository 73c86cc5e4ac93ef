import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { asUnavailable } from './unavailable.ts'
import type { Tables } from './tables/tables.ts'

export interface DatabaseOptions {
  readonly databaseUrl: string
  /** Largest number of connections. */
  readonly connections: number
  readonly statementTimeoutMs: number
}

const CONNECT_TIMEOUT_MS = 2000
/** How much longer the client waits than the server may work, before it takes the server for gone. */
const GRACE_MS = 500

/** A query builder on a pool of its own; a connection that is lost is replaced at the next query. */
export function openDatabase(options: DatabaseOptions): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.statementTimeoutMs + GRACE_MS,
    idle_in_transaction_session_timeout: options.statementTimeoutMs,
    keepAlive: true,
    application_name: 'edno',
    types: { getTypeParser },
  })
  // An idle connection that breaks is dropped by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: tellUnavailable(pool) }) })
}

/** The one place where a lost connection becomes a problem that callers know. */
function tellUnavailable(pool: pg.Pool): PostgresPool {
  return {
    connect: async () => {
      try {
        return tellUnavailableOf(await pool.connect())
      } catch (error) {
        throw asUnavailable(error)
      }
    },
    end: () => pool.end(),
  }
}

const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>()

/** One wrapper a connection, because the query builder recognises a connection by its object. */
function tellUnavailableOf(client: pg.PoolClient): PostgresPoolClient {
  const known = wrapped.get(client)
  if (known !== undefined) return known
  let broken = false
  client.on('error', () => {
    broken = true
  })
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, parameters as unknown[])
    } catch (error) {
      const told = asUnavailable(error)
      broken ||= told !== error
      throw told
    }
  }
  const fresh = { query, release: () => client.release(broken) } as PostgresPoolClient
  wrapped.set(client, fresh)
  return fresh
}

/** Type number of `bigint` in PostgreSQL's catalogue. */
const INT8 = 20

/** bigint columns hold row numbers: a number is exact up to 2^53-1, and edno stops rather than round. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8 ? readBigint : (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format)

function readBigint(value: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError('a bigint of the database is above 2^53-1')
  return number
}
