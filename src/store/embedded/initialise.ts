import { randomBytes } from 'node:crypto'
import { access, chown, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LauncherError } from '../launcher-error.ts'
import { readText } from './lock.ts'
import { runCommand } from './run-command.ts'
import type { Settled } from './settle.ts'

export const SUPERUSER = 'edno'
const DRAFT = 'cluster.draft-'

/**
 * A data directory that a server can be started on, made where there is none. Call it under the lock.
 *
 * @returns the password of the superuser.
 */
export async function initialise(settled: Settled, onNotice: (text: string) => void): Promise<string> {
  const { places, major } = settled
  if (!(await isCluster(places.cluster))) return make(settled, onNotice)
  const version = (await readFile(join(places.cluster, 'PG_VERSION'), 'utf8')).trim()
  if (version !== major) {
    throw new LauncherError(
      `${places.cluster} was made by PostgreSQL ${version}, this is ${major}. Start the edno version that made it, ` +
        'export the data there, and import it here.',
    )
  }
  const password = await readText(places.password)
  if (password === undefined) {
    throw new LauncherError(`${places.password} is missing: put it back, the database cannot be opened without it.`)
  }
  return password
}

/** `PG_VERSION` stands there early in initdb; the control file is what a server cannot start without. */
const isCluster = (folder: string): Promise<boolean> =>
  access(join(folder, 'global', 'pg_control')).then(
    () => true,
    () => false,
  )

async function make(settled: Settled, onNotice: (text: string) => void): Promise<string> {
  const { places, as, bin } = settled
  await tidy(places.home, onNotice)
  const password = (await readText(places.password)) ?? (await makePassword(settled))
  const draft = join(places.home, `${DRAFT}${randomBytes(4).toString('hex')}`)
  const made = await runCommand(
    join(bin, 'initdb'),
    // The built-in locale makes UTF-8 and upper/lower case of Cyrillic independent of the machine's locales.
    ['-D', draft, '-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${places.password}`, '--no-instructions'].concat([
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ]),
    as,
  )
  if (made.status !== 0) throw new LauncherError(`The database could not be made: ${made.output}`)
  await rename(draft, places.cluster)
  return password
}

async function makePassword({ places, as }: Settled): Promise<string> {
  const password = randomBytes(32).toString('base64url')
  await writeFile(places.password, password, { mode: 0o600, flag: 'wx', flush: true })
  if (as.uid !== undefined && as.gid !== undefined) await chown(places.password, as.uid, as.gid)
  return password
}

/** What an interrupted start left: drafts go, everything that might hold data stays. */
async function tidy(home: string, onNotice: (text: string) => void): Promise<void> {
  for (const name of await readdir(home)) {
    const folder = join(home, name)
    if (name.startsWith(DRAFT)) {
      if (await isCluster(folder)) onNotice(`${folder} is left from an interrupted start and may be deleted.`)
      else await rm(folder, { recursive: true, force: true })
    } else if (name === 'cluster') {
      const aside = join(home, `incomplete-${Date.now()}`)
      await rename(folder, aside)
      onNotice(`The data directory was not complete and was moved to ${aside}.`)
    }
  }
}
