import { readFile } from 'node:fs/promises'
import { LauncherError } from './launcher-error.ts'
import type { RunAs } from './run-command.ts'

/** In this order; both exist on practically every Linux, and edno never creates one. */
const CANDIDATES = ['postgres', 'nobody']

/**
 * PostgreSQL refuses to run as root, so root lends the server an existing user; anybody else runs it as themselves.
 *
 * @returns undefined where the user of this process is the right one.
 */
export async function chooseServerUser(): Promise<(Required<RunAs> & { readonly name: string }) | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const candidate of CANDIDATES) {
    const [name, , uid, gid] = lines.find(([user]) => user === candidate) ?? []
    if (name !== undefined && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) }
  }
  throw new LauncherError(
    'PostgreSQL does not run as root, and /etc/passwd has neither "postgres" nor "nobody". ' +
      'Run edno as an ordinary user, or set DATABASE_URL.',
  )
}
