import { readFile } from 'node:fs/promises'

/** A process that can be recognised later, although its number may be used again by then. */
export interface ProcessIdentity {
  readonly pid: number
  /** Start time in clock ticks since boot and the boot itself; null where the system does not tell (not Linux). */
  readonly started: string | null
}

export const identify = async (pid: number): Promise<ProcessIdentity> => ({ pid, started: await startOf(pid) })

/** Does this very process still live? A zombie does not. */
export async function lives(identity: ProcessIdentity): Promise<boolean> {
  if (!answersSignal(identity.pid)) return false
  const now = await startOf(identity.pid)
  return identity.started === null || identity.started === now
}

/** Name of the program as the system shows it; undefined where it does not tell or the process is gone. */
export async function programOf(pid: number): Promise<string | undefined> {
  const text = await readProc(`/proc/${pid}/comm`)
  return text?.trim()
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function startOf(pid: number): Promise<string | null> {
  const [stat, boot] = await Promise.all([readProc(`/proc/${pid}/stat`), readProc('/proc/sys/kernel/random/boot_id')])
  if (stat === undefined) return null
  // The second field is the program's name in brackets and may itself contain blanks and brackets (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = fields
  const started = fields[19]
  return state === 'Z' || started === undefined ? null : `${boot?.trim() ?? ''}/${started}`
}

const readProc = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)
