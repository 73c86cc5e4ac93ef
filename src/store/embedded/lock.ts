import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { LauncherError } from '../launcher-error.ts'
import { identify, lives, type ProcessIdentity } from './process-identity.ts'

const PATIENCE_MS = 60_000
const STEP_MS = 25

/**
 * Runs `work` while this process alone holds the lock file; waits for a living holder, takes over from a dead one.
 * PostgreSQL's own `postmaster.pid` guards the data against what a lock file cannot (another machine on a shared disk).
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = JSON.stringify({ ...(await identify(process.pid)), ticket: randomBytes(8).toString('hex') })
  const end = Date.now() + PATIENCE_MS
  while (!(await take(path, mine))) {
    if (Date.now() > end)
      throw new LauncherError(`Another process has held ${path} for a minute: see who it is, or end it.`)
    await wait(STEP_MS)
  }
  try {
    return await work()
  } finally {
    if ((await readText(path)) === mine) await rm(path, { force: true })
  }
}

/** A link appears together with its content, or not at all. */
async function take(path: string, mine: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, mine, { flag: 'wx', mode: 0o644 })
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    await removeIfDead(path)
    return false
  } finally {
    await rm(draft, { force: true })
  }
}

async function removeIfDead(path: string): Promise<void> {
  const judged = await readText(path)
  if (judged === undefined || (await lives(readIdentity(judged)))) return
  // Moved, not deleted: another starter may have replaced it since it was read, and then it goes back.
  const moved = `${path}.${randomBytes(6).toString('hex')}`
  await rename(path, moved).catch(() => undefined)
  const taken = await readText(moved)
  if (taken !== undefined && taken !== judged) await link(moved, path).catch(() => undefined)
  await rm(moved, { force: true })
}

/** What no launcher wrote belongs to no living process. */
export function readIdentity(text: string): ProcessIdentity {
  try {
    return JSON.parse(text) as ProcessIdentity
  } catch {
    return { pid: 0x7fff_ffff, started: null }
  }
}

export const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
