import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { AdapterFault, type RegistryEndpoint } from '../adapter.ts'
import { sqlFault } from './sql-fault.ts'
import { MAY_WRITE } from './statement.ts'

/** Columns by name, as the database writes them. */
export type SqlRow = Readonly<Record<string, string | null>>

/** One statement that reads. */
export interface SqlQuestion {
  /** With `$1`, `$2` … for the values, which never stand in it. */
  readonly statement: string
  /** Of its parameters, in their order. */
  readonly values: readonly string[]
  /** As the statement names it. */
  readonly relation: string
  /** That of the call: ends the statement in the database too. */
  readonly signal: AbortSignal
}

/** One registry's database. Every failure is an `AdapterFault` whose message holds nothing of question or answer. */
export interface RegistrySql extends AsyncDisposable {
  /** Throws an `AdapterFault`; also where the role may do more with the relation than read it. */
  read(question: SqlQuestion): Promise<readonly SqlRow[]>
}

const MOST_CONNECTIONS = 16
const CONNECTING_MS = 5000
const CLOSING_MS = 1500
const IDLE_MS = 60_000
const PORT = 5432

/** Connects at the first question; `statementMs`: after which the database itself ends a statement. */
export function registrySql(endpoint: RegistryEndpoint, statementMs: number): RegistrySql {
  let pool: pg.Pool | undefined
  const judged = new WeakMap<pg.PoolClient, Set<string>>()
  return {
    read: async (question) => {
      requireTime(question.signal)
      pool ??= poolOf(endpoint, statementMs)
      return within(pool, question, async (client) => {
        await requireReader(client, question.relation, judged)
        // One statement and its values, also where there are none: without the mode the driver would then send a script.
        const sent = { text: question.statement, values: [...question.values], queryMode: 'extended' }
        return (await client.query<Record<string, string | null>>(sent)).rows
      })
    },
    [Symbol.asyncDispose]: async () => {
      const ending = pool?.end().catch(() => undefined)
      pool = undefined
      // Connections whose database is silent are not waited for.
      await Promise.race([ending, pause(CLOSING_MS, undefined, { ref: false })])
    },
  }
}

const requireTime = (signal: AbortSignal): void => {
  if (signal.aborted) throw tooLate()
}
const tooLate = (): AdapterFault => new AdapterFault('timeout', 'the registry did not answer in time')

type Work<Value> = (client: pg.PoolClient) => Promise<Value>

/** A connection on which something went wrong, or which still waits, is not used again. */
async function within<Value>(pool: pg.Pool, { signal }: SqlQuestion, work: Work<Value>): Promise<Value> {
  const over = aborted(signal)
  const connecting = pool.connect()
  const client = await Promise.race([connecting, over.happens]).catch((error: unknown) => {
    connecting.then((late) => late.release(true)).catch(() => undefined)
    over.forget()
    throw sqlFault(error)
  })
  try {
    const value = await Promise.race([work(client), over.happens])
    client.release()
    return value
  } catch (error) {
    client.release(true)
    throw sqlFault(error)
  } finally {
    over.forget()
  }
}

function aborted(signal: AbortSignal): { readonly happens: Promise<never>; readonly forget: () => void } {
  const { promise, reject } = promiseWithReject()
  const tell = (): void => reject(tooLate())
  signal.addEventListener('abort', tell, { once: true })
  promise.catch(() => undefined)
  return { happens: promise, forget: () => signal.removeEventListener('abort', tell) }
}

function promiseWithReject(): { readonly promise: Promise<never>; readonly reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<never>((_resolve, refuse) => (reject = refuse))
  return { promise, reject: (error) => reject(error) }
}

/** Once for each connection and view: edno reads other people's registers with roles that cannot write, or not at all. */
async function requireReader(
  client: pg.PoolClient,
  relation: string,
  judged: WeakMap<pg.PoolClient, Set<string>>,
): Promise<void> {
  const known = judged.get(client) ?? new Set<string>()
  judged.set(client, known)
  if (known.has(relation)) return
  const { rows } = await client.query<{ writes: string | null }>(MAY_WRITE, [relation])
  if (rows[0]?.writes !== 'false') throw new AdapterFault('refused', 'the database role may do more than read the view')
  known.add(relation)
}

function poolOf(endpoint: RegistryEndpoint, statementMs: number): pg.Pool {
  const pool = new pg.Pool({
    ...addressOf(endpoint),
    ...secured(endpoint),
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECTING_MS,
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true,
    keepAlive: true,
    application_name: 'edno',
    client_encoding: 'UTF8',
    options: `-c default_transaction_read_only=on -c datestyle=ISO -c statement_timeout=${statementMs}`,
    // Every column comes as text: the map says what it is.
    types: { getTypeParser: () => (text: unknown) => text },
  })
  // An idle connection that breaks is replaced at the next question.
  pool.on('error', () => undefined)
  // One that breaks while it is asked fails its question, and says so once more by an event.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

function addressOf({ url, password }: RegistryEndpoint) {
  const address = new URL(url.replace('@/', '@socket/'))
  const socket = address.searchParams.get('host')
  const host = socket ?? decodeURIComponent(address.hostname.replace(/^\[(.+)\]$/, '$1'))
  return {
    host,
    port: address.port === '' ? PORT : Number(address.port),
    user: decodeURIComponent(address.username),
    database: decodeURIComponent(address.pathname.slice(1)),
    ...(password === undefined ? {} : { password }),
  }
}

/** TLS with the server's name checked and edno's own certificate shown, wherever an authority is named. */
const secured = ({ ca, certificate, key }: RegistryEndpoint) =>
  ca === ''
    ? { ssl: false }
    : { ssl: { ca, rejectUnauthorized: true, ...(certificate === '' ? {} : { cert: certificate, key }) } }
