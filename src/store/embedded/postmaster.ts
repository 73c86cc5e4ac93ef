import { realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { SUPERUSER } from './initialise.ts'
import { readText } from './lock.ts'
import { identify, lives, programOf } from './process-identity.ts'

/** What `postmaster.pid` says; its status line is no proof of life and is not read. */
export interface PostmasterFile {
  readonly pid: number
  readonly port: number
}

const CONNECT_TIMEOUT_MS = 1000
/** cannot_connect_now: starting up, recovering, or shutting down. */
const NOT_YET = '57P03'

export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const lines = (await readText(join(cluster, 'postmaster.pid')))?.split('\n')
  if (lines?.[0] === undefined) return undefined
  return { pid: Number(lines[0]), port: Number(lines[3] ?? 0) }
}

/**
 * Is the server that the file names there? `ours`: it answers with our password and serves our data directory.
 * `busy`: it lives but does not answer yet. `gone`: nobody is behind the file.
 */
export async function judge(
  cluster: string,
  file: PostmasterFile,
  password: string,
): Promise<'ours' | 'busy' | 'gone'> {
  const answer = file.port > 0 ? await ask(file.port, password) : undefined
  if (answer === NOT_YET) return 'busy'
  if (answer !== undefined && (await realpath(answer).catch(() => answer)) === (await realpath(cluster))) return 'ours'
  if (!(await lives(await identify(file.pid)))) return 'gone'
  const program = await programOf(file.pid)
  if (program === undefined || program.startsWith('postgres')) return 'busy'
  // The number is in use again by another program (a restarted container, a rebooted machine). PostgreSQL judges by the
  // number alone and would refuse; had the number stayed free, it would have removed the file itself.
  await rm(join(cluster, 'postmaster.pid'), { force: true })
  return 'gone'
}

/** @returns the data directory of the server on this port, `57P03`, or undefined where no server lets us in. */
async function ask(port: number, password: string): Promise<string | undefined> {
  const client = adminClient(port, password)
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    return rows[0]?.data_directory
  } catch (error) {
    return error instanceof pg.DatabaseError && error.code === NOT_YET ? NOT_YET : undefined
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Makes edno's own database where it is missing. */
export async function ensureDatabase(port: number, password: string, name: string): Promise<void> {
  const client = adminClient(port, password)
  try {
    await client.connect()
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

function adminClient(port: number, password: string): pg.Client {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: 10_000,
  })
  // Told by the query that fails; without a listener it would end the process.
  client.on('error', () => undefined)
  client.on('error', () => undefined)
  return client
}
