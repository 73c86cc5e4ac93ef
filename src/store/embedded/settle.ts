import { randomBytes } from 'node:crypto'
import { chmod, chown, cp, mkdir, readdir, realpath, rename, rm, rmdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LauncherError } from '../launcher-error.ts'
import { firstClosed } from './closed-folder.ts'
import { elsewhereFor, keepElsewhere } from './elsewhere.ts'
import type { Install } from './install.ts'
import { type Places, placesBelow } from './places.ts'
import { type CommandResult, runCommand } from './run-command.ts'
import { chooseServerUser, type ServerUser } from './server-user.ts'

export interface SettleOptions {
  /** The data folder of this edno; the database takes the folder `database` in it where it can. */
  readonly dataDirectory: string
  /** Where the database of a closed data folder goes instead, in a folder of its own. Default `/var/lib/edno`. */
  readonly fallbackDirectory?: string
  readonly onNotice: (text: string) => void
}

/** Where the server lives, as whom it runs, and the programs which that user can run. */
export interface Settled {
  readonly places: Places
  readonly as: Partial<ServerUser>
  readonly bin: string
  /** First part of the version of the programs. */
  readonly major: string
}

/** Finds a home for the database that the server's user can enter, and programs that it can run. */
export async function settle(install: Install, options: SettleOptions): Promise<Settled> {
  const dataDirectory = resolve(options.dataDirectory)
  const fallback = await elsewhereFor(dataDirectory, options.fallbackDirectory ?? '/var/lib/edno')
  const user = await chooseServerUser([join(dataDirectory, 'database'), fallback])
  if (user === undefined) {
    const home = await makeHome(join(dataDirectory, 'database'), {})
    return { places: placesBelow(home), as: {}, ...(await programs(install, home, {})) }
  }
  const home = await chooseHome(user, dataDirectory, fallback, options.onNotice)
  options.onNotice(`edno runs as root: PostgreSQL runs as ${user.name}. Running edno as an ordinary user is better.`)
  return { places: placesBelow(home), as: user, ...(await programs(install, home, user)) }
}

async function chooseHome(
  user: ServerUser,
  dataDirectory: string,
  fallback: string,
  onNotice: (text: string) => void,
): Promise<string> {
  // Data decides: a database that is there already is never left behind for an empty one.
  if (await isThere(placesBelow(fallback).cluster)) return makeHome(await keepElsewhere(dataDirectory, fallback), user)
  const home = await makeHome(join(dataDirectory, 'database'), user)
  const closed = await firstClosed(home, user)
  if (closed === undefined) return home
  if (await isThere(placesBelow(home).cluster)) {
    throw new LauncherError(
      `The database lies in ${home}, but ${user.name}, who runs it, may not enter ${closed}. ` +
        `Open that folder (chmod o+x), or run edno as the user whose folder it is.`,
    )
  }
  const other = await makeHome(await keepElsewhere(dataDirectory, fallback), user)
  const alsoClosed = await firstClosed(other, user)
  if (alsoClosed !== undefined) {
    throw new LauncherError(
      `PostgreSQL runs as ${user.name}, who may enter neither ${closed} nor ${alsoClosed}. Ways out: open one of them ` +
        '(chmod o+x), set EDNO_DATA_DIR to a folder below open ones, run edno as an ordinary user, or set DATABASE_URL.',
    )
  }
  await rmdir(home).catch(() => undefined)
  onNotice(`${user.name} may not enter ${closed}: the database is in ${other}.`)
  return other
}

/** Made with open parents whatever the umask, since only the home itself holds secrets. */
async function makeHome(home: string, user: Partial<ServerUser>): Promise<string> {
  const first = await mkdir(home, { recursive: true })
  if (user.uid !== undefined && user.gid !== undefined) {
    for (let folder = home; first !== undefined && folder.length > first.length; ) {
      folder = resolve(folder, '..')
      await chmod(folder, 0o755)
    }
    await chown(home, user.uid, user.gid)
  } else if ((await stat(home)).uid !== process.getuid?.()) {
    throw new LauncherError(
      `${home} belongs to another user. Run edno as that user, or set EDNO_DATA_DIR to a new folder.`,
    )
  }
  await chmod(home, 0o700)
  return realpath(home)
}

async function programs(
  install: Install,
  home: string,
  user: Partial<ServerUser>,
): Promise<Pick<Settled, 'bin' | 'major'>> {
  const inPlace = join(install.native, 'bin')
  const first = await probe(inPlace, user)
  if (first.status === 0) return { bin: inPlace, major: majorOf(first) }
  if (user.uid === undefined) throw cannotRun(first)
  const copy = join(await copyNative(install, home), 'bin')
  const second = await probe(copy, user)
  if (second.status === 0) return { bin: copy, major: majorOf(second) }
  throw cannotRun(second)
}

const probe = (bin: string, user: Partial<ServerUser>): Promise<CommandResult> =>
  runCommand(join(bin, 'postgres'), ['--version'], user)

/** `postgres (PostgreSQL) 18.4` → `18` */
const majorOf = (result: CommandResult): string => /\) (\d+)/.exec(result.output)?.[1] ?? 'unknown'

const cannotRun = ({ output }: CommandResult): LauncherError =>
  new LauncherError(
    `The embedded PostgreSQL does not run here: ${output}\n` +
      'Where a library is named, npm rebuild repairs it. It needs glibc 2.27 or newer; elsewhere set DATABASE_URL.',
  )

/** The programs for a user who cannot reach `node_modules`: 60 MB, once a version. */
async function copyNative(install: Install, home: string): Promise<string> {
  const target = join(home, `native-${install.version}`)
  if (await isThere(target)) return target
  const draft = `${target}.${randomBytes(4).toString('hex')}`
  await cp(install.native, draft, { recursive: true, verbatimSymlinks: true })
  await openForReading(draft)
  // Of two starters one comes second: its copy is the same and goes.
  await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }))
  return target
}

/** An install under a closed umask is copied with its modes; the server's user has to read all of it. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openForReading(path)
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
