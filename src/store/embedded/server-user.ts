import { readFile, stat } from 'node:fs/promises'
import { LauncherError } from '../launcher-error.ts'

/** An existing user of the operating system. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** In this order; one of them exists on practically every Linux, and edno never creates a user. */
const CANDIDATES = ['postgres', 'nobody']

/**
 * PostgreSQL refuses to run as root, so root lends the server an existing user: the one to whom a home that is there
 * already belongs, else `postgres` or `nobody`. Anybody else runs the server as themselves.
 *
 * @returns undefined where the user of this process is the right one.
 */
export async function chooseServerUser(homes: readonly string[]): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const users = await readUsers()
  for (const home of homes) {
    const owner = await stat(home).then(
      ({ uid }) => uid,
      () => 0,
    )
    const known = users.find((user) => user.uid === owner && owner !== 0)
    if (known !== undefined) return known
  }
  for (const candidate of CANDIDATES) {
    const known = users.find((user) => user.name === candidate)
    if (known !== undefined) return known
  }
  throw new LauncherError(
    'PostgreSQL does not run as root, and /etc/passwd has neither "postgres" nor "nobody". ' +
      'Run edno as an ordinary user, or set DATABASE_URL.',
  )
}

async function readUsers(): Promise<ServerUser[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  return lines.flatMap(([name, , uid, gid]) =>
    name === undefined || uid === undefined ? [] : [{ name, uid: Number(uid), gid: Number(gid) }],
  )
}
