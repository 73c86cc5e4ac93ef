import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LauncherError } from '../launcher-error.ts'
import { initialise, SUPERUSER } from './initialise.ts'
import { findInstall } from './install.ts'
import { readIdentity, readText, withLock } from './lock.ts'
import { ensureDatabase, readPostmasterFile } from './postmaster.ts'
import { identify, lives, type ProcessIdentity } from './process-identity.ts'
import { runCommand } from './run-command.ts'
import { type Settled, type SettleOptions, settle } from './settle.ts'
import { hasSocket } from './socket.ts'
import { startOrFind } from './start.ts'

export interface LaunchOptions extends SettleOptions {
  /** Folder of the PostgreSQL programs; default: that of the installed platform package. */
  readonly native?: string
}

export interface EmbeddedServer {
  /** With the password: for the pool, never for people. */
  readonly databaseUrl: string
  /** True where this process started the server, or adopted it from a process that died. */
  readonly owned: boolean
  /** Starts the server again where it has ended, at the same address. False where it runs. */
  readonly revive: () => Promise<boolean>
  /** Stops the server if this process owns it; otherwise does nothing. */
  readonly stop: () => Promise<void>
}

const DATABASE = 'edno'

/**
 * Makes the embedded PostgreSQL of a data folder ready: installs, starts, attaches or adopts, whatever is needed. The
 * server is a process of its own session: neither Ctrl-C nor the death of this process reaches it.
 *
 * @throws LauncherError with what the operator can do.
 */
export async function launch(options: LaunchOptions): Promise<EmbeddedServer> {
  const settled = await settle(await findInstall(options.native), options)
  const { places } = settled
  return withLock(places.lock, async () => {
    const password = await initialise(settled, options.onNotice)
    const { port, byUs } = await startOrFind(settled, password)
    await ensureDatabase(port, password, DATABASE)
    const owned = byUs || !(await hasLivingOwner(places.owner))
    if (owned) await own(settled)
    if (owned && !byUs) options.onNotice('The database was still running after a process that died; it is ours now.')
    return {
      databaseUrl: await addressOf(places.home, port, password),
      owned,
      revive: reviver(settled, { port, password, running: await processOf(settled) }),
      stop: async () => {
        if (owned) await withLock(places.lock, () => stopOwn(settled))
      },
    }
  })
}

const own = async ({ places }: Settled): Promise<void> =>
  writeFile(places.owner, JSON.stringify(await identify(process.pid)))

interface Ran {
  readonly port: number
  readonly password: string
  readonly running: ProcessIdentity
}

function reviver(settled: Settled, { port, password, running: first }: Ran): () => Promise<boolean> {
  let running = first
  return async () => {
    if (await lives(running)) return false
    return withLock(settled.places.lock, async () => {
      await startOrFind(settled, password, port)
      await own(settled)
      running = await processOf(settled)
      return true
    })
  }
}

/** A server that has ended since is one that does not live. */
async function processOf({ places }: Settled): Promise<ProcessIdentity> {
  return identify((await readPostmasterFile(places.cluster))?.pid ?? NOBODY)
}

/** No process has it: the kernel's numbers end at 2^22. */
const NOBODY = 2 ** 31 - 1

/** By the socket where there is one: a small query took edno 78 µs of its processor so, and 122 µs through the loopback. */
async function addressOf(home: string, port: number, password: string): Promise<string> {
  const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`
  return (await hasSocket(home, port)) ? `${url}?host=${encodeURIComponent(home)}` : url
}

async function hasLivingOwner(path: string): Promise<boolean> {
  const text = await readText(path)
  return text !== undefined && lives(readIdentity(text))
}

/** A command that had to start it may find at its end that an edno, which had it before, has it again. */
async function stopOwn(settled: Settled): Promise<void> {
  const text = await readText(settled.places.owner)
  const owner = text === undefined ? undefined : readIdentity(text)
  if (owner === undefined || owner.pid === process.pid || !(await lives(owner))) await stop(settled)
}

async function stop({ places, as, bin }: Settled): Promise<void> {
  const result = await runCommand(
    join(bin, 'pg_ctl'),
    ['-D', places.cluster, '-m', 'fast', '-w', '-t', '30', 'stop'],
    as,
  )
  await rm(places.owner, { force: true })
  if (result.status === 0) return
  // Killed by somebody else in the meantime: then it has stopped, and the next start recovers.
  const file = await readPostmasterFile(places.cluster)
  if (file !== undefined && (await lives(await identify(file.pid)))) {
    throw new LauncherError(`The database could not be stopped: ${result.output}`)
  }
}
