import { access, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** `sun_path` of unix(7) has room for so many bytes before its end. */
const LONGEST_PATH_BYTES = 107
const LONGEST_PORT = 65_535

const socketOf = (folder: string, port: number): string => join(folder, `.s.PGSQL.${port}`)

/**
 * The folder for the server's Unix socket, or the empty text, which is PostgreSQL's word for none: where the path is too long, or
 * could mean something in a list of folders or to the shell through which pg_ctl starts the server.
 */
export const socketFolder = (home: string): string =>
  /^[\w./-]+$/.test(home) && Buffer.byteLength(socketOf(home, LONGEST_PORT)) <= LONGEST_PATH_BYTES ? home : ''

/** Is the socket of a server on this port there? */
export const hasSocket = (home: string, port: number): Promise<boolean> =>
  access(socketOf(home, port)).then(
    () => true,
    () => false,
  )

/** What a dead server left: by the number of its process alone, which may be in use again, PostgreSQL would refuse to start. */
export async function removeSockets(home: string): Promise<void> {
  const left = (await readdir(home)).filter((name) => name.startsWith('.s.PGSQL.'))
  await Promise.all(left.map((name) => rm(join(home, name), { force: true })))
}
