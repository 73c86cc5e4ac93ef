import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type EmbeddedServer, launch } from '../../src/store/embedded/launch.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store } from '../../src/store/store.ts'

/**
 * Databases for tests. The first call of `testStore()` or `testDatabaseUrl()` in a mocha process starts one embedded
 * server on a temporary data folder; each call makes a fresh, migrated database on it. A root hook, registered when this
 * module is imported, closes what is still open, stops that server (and no other) and removes the folder.
 *
 *     let store: Store
 *     before(async () => {
 *       store = await testStore()
 *     })
 */
interface TestServer {
  readonly server: EmbeddedServer
  readonly folder: string
}

const TEMPLATE = 'edno'
let starting: Promise<TestServer> | undefined
let running: TestServer | undefined
const opened: Store[] = []

/** A store on a fresh database of its own, all migrations done; or on this one. */
export async function testStore(on?: string): Promise<Store> {
  const databaseUrl = on ?? (await testDatabaseUrl())
  const { folder } = await testServer()
  const store = await openStore({ databaseUrl, dataDirectory: folder, payloadKeyFile: join(folder, 'payload.key') })
  opened.push(store)
  return store
}

/** Address of a fresh database: a copy of the migrated template, or (`empty`) one without any table. */
export async function testDatabaseUrl(kind: 'migrated' | 'empty' = 'migrated'): Promise<string> {
  const { server } = await testServer()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const template = kind === 'migrated' ? TEMPLATE : 'template0'
  await administer(server, `create database ${name} template ${template}`)
  const url = new URL(server.databaseUrl)
  url.pathname = `/${name}`
  return url.href
}

/** A folder that the server's user may enter although the tests may run as root; remove it yourself. */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edno-test-'))
  await chmod(folder, 0o755)
  return folder
}

const testServer = (): Promise<TestServer> => (starting ??= start())

async function start(): Promise<TestServer> {
  const folder = await openFolder()
  const server = await launch({ dataDirectory: folder, onNotice: () => undefined })
  running = { server, folder }
  await migrate(server.databaseUrl)
  return running
}

async function administer(server: EmbeddedServer, statement: string): Promise<void> {
  const url = new URL(server.databaseUrl)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

after(async function closeTestDatabases() {
  this.timeout(60_000)
  await Promise.all(opened.splice(0).map((store) => store.close()))
  // A mutation run repeats the tests in one process: its server stays until that ends.
  if (running === undefined || process.env['STRYKER_MUTATOR_WORKER'] !== undefined) return
  const { folder } = running
  running = undefined
  const itsFile = stopAtOnce(folder)
  while (existsSync(itsFile)) await pause(20)
  await rm(folder, { recursive: true, force: true })
})

/**
 * Without hundreds of databases being written to a disk that may take longer than anybody waits, only to be removed.
 *
 * @returns the file that is there as long as the server
 */
function stopAtOnce(folder: string): string {
  const file = join(folder, 'database', 'cluster', 'postmaster.pid')
  const [pid] = readFileSync(file, 'utf8').split('\n')
  process.kill(Number(pid), 'SIGQUIT')
  return file
}

// Where mocha is interrupted before its root hooks run.
process.once('exit', () => {
  if (running === undefined) return
  try {
    stopAtOnce(running.folder)
    rmSync(running.folder, { recursive: true, force: true })
  } catch {
    // It has stopped by itself.
  }
})
