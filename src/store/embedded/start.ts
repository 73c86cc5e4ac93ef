import { open, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { LauncherError } from '../launcher-error.ts'
import { readText } from './lock.ts'
import { choosePort } from './port.ts'
import { judge, readPostmasterFile } from './postmaster.ts'
import { runCommand } from './run-command.ts'
import type { Settled } from './settle.ts'
import { removeSockets, socketFolder } from './socket.ts'

/** How long a start, with the recovery after a crash, may take. */
const PATIENCE_MS = 60_000
/** Whoever starts one again comes back. */
const PATIENCE_AGAIN_MS = 10_000
const STEP_MS = 20
const LOG_LIMIT_BYTES = 5_000_000
const TAIL_LINES = 12

/** Small, for this machine alone, and without what edno does not use; durability stays at PostgreSQL's defaults. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_permissions=0700',
  'max_connections=200',
  'shared_buffers=64MB',
  'max_wal_size=256MB',
  'io_method=sync',
  'jit=off',
  'max_parallel_workers_per_gather=0',
  'max_logical_replication_workers=0',
  'timezone=UTC',
  'log_timezone=UTC',
  // Statements and details can name values; the server's log is to hold none.
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
]

export interface Started {
  readonly port: number
  /** False where the server ran already. */
  readonly byUs: boolean
}

/**
 * A server that answers on our data directory: the one that is there, else a new one. Call it under the lock.
 *
 * @param only the port to be had, where whoever holds connections knows no other; else the last one, or any.
 * @throws LauncherError with the last lines of the server's log.
 */
export async function startOrFind(settled: Settled, password: string, only?: number): Promise<Started> {
  const { cluster } = settled.places
  const patienceMs = only === undefined ? PATIENCE_MS : PATIENCE_AGAIN_MS
  const end = Date.now() + patienceMs
  let byUs = false
  while (Date.now() < end) {
    const file = await readPostmasterFile(cluster)
    const verdict = file === undefined ? 'gone' : await judge(cluster, file, password)
    if (verdict === 'ours' && file !== undefined) {
      if (only !== undefined && file.port !== only)
        throw new LauncherError(`The database runs at port ${file.port} now, and was at ${only}: start edno again.`)
      await writeFile(settled.places.port, String(file.port))
      return { port: file.port, byUs }
    }
    if (verdict === 'gone') byUs = (await start(settled, only)) || byUs
    else await wait(STEP_MS)
  }
  throw new LauncherError(`The database did not become ready within ${patienceMs / 1000} s.${await tail(settled)}`)
}

/** @returns false where it did not start for a reason that passes: the caller tries again. */
async function start(settled: Settled, only: number | undefined): Promise<boolean> {
  const { places, as, bin } = settled
  const port = only ?? (await choosePort(Number(await readText(places.port)) || undefined))
  const from = await rotateLog(places.serverLog)
  await removeSockets(places.home)
  const settings = [...SETTINGS, `unix_socket_directories=${socketFolder(places.home)}`]
  const options = settings.map((setting) => `-c ${setting}`).join(' ')
  const result = await runCommand(
    join(bin, 'pg_ctl'),
    ['-D', places.cluster, '-w', '-t', '50', '-l', places.serverLog, '-o', `-p ${port} ${options}`, 'start'],
    as,
  )
  if (result.status === 0) return true
  const log = (await readText(places.serverLog))?.slice(from) ?? ''
  if (isTaken(log) && only === undefined) return false
  if (isTaken(log) || isStillEnding(log, result.output)) {
    await wait(10 * STEP_MS)
    return false
  }
  throw new LauncherError(`The database could not be started: ${result.output}${await tail(settled)}`)
}

/** The port, since it was chosen. */
const isTaken = (log: string): boolean => /could not bind|Address already in use/.test(log)

/** Processes of a killed server, some of which are still there. */
const isStillEnding = (log: string, output: string): boolean =>
  /lock file .* already exists|shared memory block .* in use/.test(log) || /another server might be/.test(output)

/** Keeps the server's log small. @returns the length from which new lines begin. */
async function rotateLog(path: string): Promise<number> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size < LOG_LIMIT_BYTES) return size
  await rename(path, `${path}.1`)
  return 0
}

async function tail({ places }: Settled): Promise<string> {
  const lines = await lastLines(places.serverLog)
  return lines === '' ? '' : `\nLast lines of ${places.serverLog}:\n${lines}`
}

async function lastLines(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read({ position: Math.max(0, size - 8192), buffer: Buffer.alloc(8192) })
    return buffer.subarray(0, bytesRead).toString().trim().split('\n').slice(-TAIL_LINES).join('\n')
  } finally {
    await file.close()
  }
}
