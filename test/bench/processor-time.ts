import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks of /proc on Linux: 100 a second. */
const MS_PER_TICK = 10

const pids = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

/** The database server whose data lie below `folder`; undefined where there is no /proc, or it is not there. */
export function databaseServer(folder: string): number | undefined {
  try {
    const found = pids().find((pid) => {
      const [program = '', ...args] = commandOf(pid)
      return program.endsWith('/postgres') && args.some((arg) => arg.startsWith(folder))
    })
    return found === undefined ? undefined : Number(found)
  } catch {
    return undefined
  }
}

function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

interface ProcessTimes {
  readonly parent: number
  readonly ms: number
}

/** CPU time so far of a server and its children (one a connection), those that ended included. */
export function treeCpuMs(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined
  const times = pids().map((name) => ({ pid: Number(name), ...timesOf(name) }))
  return times.filter((one) => one.pid === pid || one.parent === pid).reduce((total, { ms }) => total + ms, 0)
}

/** A process that ended meanwhile counts in its parent. */
function timesOf(pid: string): ProcessTimes {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command in parentheses may hold blanks; after it follow state, parent, …, own and waited-for times.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [own, waitedFor] = [sum(fields, 11, 13), sum(fields, 13, 15)]
    return { parent: fields[1] ?? 0, ms: (own + waitedFor) * MS_PER_TICK }
  } catch {
    return { parent: 0, ms: 0 }
  }
}

const sum = (numbers: readonly number[], from: number, to: number): number =>
  numbers.slice(from, to).reduce((total, number) => total + number, 0)
