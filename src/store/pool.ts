import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { ALIVE } from './session.ts'
import { asUnavailable, type DiskFault, diskFaultOf, NoneFree } from './unavailable.ts'
import type { Tables } from './tables/tables.ts'

export interface DatabaseOptions {
  readonly databaseUrl: string
  /** Largest number of connections. */
  readonly connections: number
  readonly statementTimeoutMs: number
  /** Told when a statement fails for the disk of the database. */
  readonly onDiskFault?: (fault: DiskFault) => void
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
    ...ALIVE,
    application_name: 'edno',
    types: { getTypeParser },
  })
  // An idle connection that breaks is dropped by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  // Nor is one watched by the pool between being opened and being handed out.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const onDiskFault = options.onDiskFault ?? (() => undefined)
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: tellUnavailable(pool, onDiskFault) }) })
}

/** The pool's words for nothing but this; a connection that cannot be opened in time is told otherwise. */
const isTiredOfWaiting = (error: unknown): boolean =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect'

interface Told {
  readonly onDiskFault: (fault: DiskFault) => void
  readonly onAnswer: () => void
}

/** The one place where a lost connection becomes a problem that callers know. */
function tellUnavailable(pool: pg.Pool, onDiskFault: (fault: DiskFault) => void): PostgresPool {
  let answers = 0
  const told: Told = { onDiskFault, onAnswer: () => void (answers += 1) }
  return {
    connect: async () => {
      const before = answers
      try {
        return tellUnavailableOf(await pool.connect(), told)
      } catch (error) {
        // Others were answered while this one waited for one of their connections: too much is asked for at once.
        throw asUnavailable(isTiredOfWaiting(error) && answers > before ? new NoneFree() : error)
      }
    },
    end: () => pool.end(),
  }
}

const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>()

/** One wrapper a connection, because the query builder recognises a connection by its object. */
function tellUnavailableOf(client: pg.PoolClient, { onDiskFault, onAnswer }: Told): PostgresPoolClient {
  const known = wrapped.get(client)
  if (known !== undefined) return known
  let broken = false
  client.on('error', () => {
    broken = true
  })
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      const answer = await client.query(statement(text, parameters))
      onAnswer()
      return answer
    } catch (error) {
      const fault = diskFaultOf(error)
      if (fault !== undefined) onDiskFault(fault)
      const told = asUnavailable(error)
      broken ||= told !== error || isStalePlan(error)
      throw told
    }
  }
  const fresh = { query, release: () => client.release(broken) } as PostgresPoolClient
  wrapped.set(client, fresh)
  return fresh
}

/** More statements than edno has; a guard against texts made at run time, which would fill the server's memory. */
const MOST_NAMES = 500
const names = new Map<string, string>()

/** Begins a statement that has many forms, or whose best plan depends on its values. */
export const PLANNED_ANEW = '/* planned anew */'

/**
 * A statement with parameters gets a name, so that the server parses and plans it once a connection, not once a query.
 */
function statement(text: string, parameters: readonly unknown[]): pg.QueryConfig {
  const values = parameters as unknown[]
  if (values.length === 0) return { text }
  if (text.trimStart().startsWith(PLANNED_ANEW)) return { text, values }
  if (!names.has(text) && names.size < MOST_NAMES) names.set(text, `edno_${names.size}`)
  const name = names.get(text)
  return name === undefined ? { text, values } : { name, text, values }
}

/** A newer edno migrated the schema below this connection: a fresh connection plans anew. */
const isStalePlan = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '0A000' && error.message.includes('cached plan')

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
