import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findRoot } from '../../src/config/root.ts'

/** edno as real processes: what a person at a terminal, or an operating system, sees of it. */
export const ROOT = findRoot()

const PROGRAM = compiled()

export type Variables = Readonly<Record<string, string>>

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<Ended>
  readonly kill: (signal: NodeJS.Signals) => void
  /** As Ctrl-C does: to the process and all that it started in its group. */
  readonly killGroup: (signal: NodeJS.Signals) => void
  /** Resolves when the text was written; fails when the process ends before. */
  readonly said: (text: string) => Promise<void>
}

const alive = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** Starts a program in a process group of its own. */
export function start(program: string, args: readonly string[], variables: Variables = {}, input?: string): Started {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...cleanEnvironment(), ...variables },
    detached: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  child.stdin?.end(input)
  alive.add(child)
  const written = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
      for (const listener of listeners) listener()
    })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => {
      alive.delete(child)
      resolve({ status, signal, ...written })
    })
  })
  const pid = child.pid ?? 0
  return {
    pid,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    ended,
    kill: (signal) => void child.kill(signal),
    killGroup: (signal) => void process.kill(-pid, signal),
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!written.stdout.includes(text) && !written.stderr.includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
        ended.then(({ stderr }) => reject(new Error(`it ended before it said "${text}": ${stderr}`)), reject)
      }),
  }
}

export const run = (program: string, args: readonly string[], variables?: Variables): Promise<Ended> =>
  start(program, args, variables).ended

/** `edno …`, compiled from the sources as they are. */
export const startEdno = (args: readonly string[], variables?: Variables, input?: string): Started =>
  start(process.execPath, [PROGRAM, ...args], variables, input)

/** `input`: what is piped into it; absent: nothing is. */
export const edno = (args: readonly string[], variables?: Variables, input?: string): Promise<Ended> =>
  startEdno(args, variables, input).ended

/** Neither the settings of whoever runs the tests nor their language. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(EDNO_|DATABASE_URL$|REDIS_URL$|LC_|LANG|NODE_OPTIONS$)/.test(name),
  )
  return { ...Object.fromEntries(kept), LANG: 'C.UTF-8', NO_COLOR: '1' }
}

/**
 * Once for all tests, before the time of any of them begins: the set-up compiles where a source is newer than what is
 * compiled, else it does nothing.
 */
function compiled(): string {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'src/set-up.mjs'), 'compile'], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return join(ROOT, 'dist/src/cli/main.js')
}
