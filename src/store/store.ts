import type { Kysely } from 'kysely'
import { checkDatabase } from './check-database.ts'
import { requireConnections } from './connections.ts'
import { DiskWatch } from './disk-watch.ts'
import { keepAlive, type Revival } from './embedded/keep-alive.ts'
import { launch } from './embedded/launch.ts'
import { type Hints, listenForHints } from './hints.ts'
import { LauncherError } from './launcher-error.ts'
import { migrate } from './migrate.ts'
import { openCipher } from './month-keys.ts'
import type { KeyEncryptionKey, PayloadCipher } from './payload-cipher.ts'
import { readPayloadKeyFile } from './payload-key-file.ts'
import { type Owner, takeOwnership } from './owner.ts'
import { openDatabase } from './pool.ts'
import { openQueuePool, type QueuePool } from './queue-pool.ts'
import type { Executor, Tables } from './tables/tables.ts'
import type { DiskFault } from './unavailable.ts'

export interface StoreOptions {
  /** An external PostgreSQL; absent: the embedded one, below `dataDirectory`. */
  readonly databaseUrl?: string
  readonly dataDirectory: string
  /** Key that wraps the data keys of the exchanges; made on first use. */
  readonly payloadKeyFile: string
  /** Told what an operator should know about the start; never personal data, never secrets. */
  readonly onNotice?: (text: string) => void
  /** Told when the embedded server, where it is this process's, ended by itself. */
  readonly onRevival?: (revival: Revival) => void
  /** Beside a running edno, whose embedded server is used and not stopped; a worker is. */
  readonly beside?: boolean
}

/** Everything durable of this edno. */
export interface Store {
  readonly db: Kysely<Tables>
  readonly cipher: PayloadCipher
  /** Number of this process, under which its exchanges are open. */
  readonly owner: number
  /** False while the database may take this process for dead: others complete what it opens then. */
  readonly isOwned: () => boolean
  /** All or nothing; durable when it resolves. A lost database is `broker.log-unavailable`. */
  readonly transaction: <T>(work: (tx: Executor) => Promise<T>) => Promise<T>
  /** Why the database cannot write, where that is known; fails with `broker.log-unavailable` where it does not answer. */
  readonly ping: () => Promise<'ok' | DiskFault>
  /** What other processes say they did; a lost hint costs a moment, never more. */
  readonly hints: Hints
  /** Connections to the same database for a queue; whoever opens them closes them. */
  readonly queuePool: (connections: number) => QueuePool
  /** All that this process may hold at once, those of queues included. */
  readonly mostConnections: () => number
  /** Refuses a database that cannot give so many; tells where it cannot as soon as every process wants all of its own. */
  readonly requireConnections: (onNotice?: (text: string) => void) => Promise<void>
  /** Waits for running queries, closes the pool, and stops the server if this process owns it. */
  readonly close: () => Promise<void>
}

const CONNECTIONS = 20
/** Beside the pool: the lock by which this process is known, and the hints of others. */
const SESSIONS = 2
const STATEMENT_TIMEOUT_MS = 5000

/**
 * Opens the store: the server, its schema, the payload key.
 *
 * @throws LauncherError where the database cannot be made ready.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  // The server first: it makes the data folder in a way that its user can enter.
  const { databaseUrl, stop } = await findServer(options)
  try {
    await checkDatabase(databaseUrl)
    await migrate(databaseUrl)
    const key = await readPayloadKeyFile(options.payloadKeyFile)
    return await storeOn(databaseUrl, key, await takeOwnership(databaseUrl), stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function storeOn(
  databaseUrl: string,
  key: KeyEncryptionKey,
  owner: Owner,
  stop: () => Promise<void>,
): Promise<Store> {
  const disk = new DiskWatch()
  const db = openDatabase({
    databaseUrl,
    connections: CONNECTIONS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onDiskFault: (fault) => disk.note(fault),
  })
  const cipher = await openCipher(db, key, new Date()).catch(async (error: unknown) => {
    await Promise.all([db.destroy(), owner.close()])
    throw error
  })
  const hints = listenForHints(databaseUrl)
  let most = CONNECTIONS + SESSIONS
  let closing: Promise<void> | undefined
  return {
    db,
    cipher,
    owner: owner.id,
    isOwned: owner.isHeld,
    transaction: (work) => db.transaction().execute(work),
    ping: () => disk.look(db),
    hints,
    queuePool: (connections) => {
      most += connections
      return openQueuePool(databaseUrl, connections)
    },
    mostConnections: () => most,
    requireConnections: (onNotice = () => undefined) => requireConnections(db, most, onNotice),
    close: () =>
      (closing ??= hints
        .close()
        .then(() => db.destroy())
        .then(owner.close)
        .finally(stop)),
  }
}

async function findServer(options: StoreOptions): Promise<{ databaseUrl: string; stop: () => Promise<void> }> {
  if (options.databaseUrl !== undefined) return { databaseUrl: options.databaseUrl, stop: () => Promise.resolve() }
  const server = await launch({ dataDirectory: options.dataDirectory, onNotice: options.onNotice ?? (() => undefined) })
  if (server.owned) {
    const end = keepAlive(server, options.onRevival ?? (() => undefined))
    return { ...server, stop: () => end().then(server.stop) }
  }
  if (options.beside === true) return server
  throw new LauncherError(
    `Another edno that is running uses ${options.dataDirectory}: wait until it ends, name another folder with EDNO_DATA_DIR, or share a database by DATABASE_URL.`,
  )
}
