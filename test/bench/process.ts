import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A measured server runs in a process of its own, so that its CPU time is its own. */
export type Role = 'broker' | 'worker' | 'unprotected' | 'registries' | 'attackers' | 'decoy'

/** What a server is started with. File names are absolute. */
export interface BenchSetting {
  /** Data directory of this run; the development PKI stands in it. */
  readonly dataDirectory: string
  /** Base address of the registries; absent for the registries themselves. */
  readonly registries?: string
  /** What attackers attack. */
  readonly target?: string
  /** Absent: edno runs its own. */
  readonly databaseUrl?: string
  /** Absent: the queue stands in the database. */
  readonly redisUrl?: string
  /** False: every question goes through the queue. */
  readonly inProcess?: boolean
  /** Services and grants instead of the shipped ones. */
  readonly governance?: { readonly servicesFolder: string; readonly grantsFolder: string }
}

export interface BenchServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** A server in its own process, as the parent sees it. */
export interface BenchProcess extends BenchServer {
  /** CPU time of the process so far, in milliseconds. */
  readonly cpuMs: () => Promise<number>
}

type Reply = { readonly kind: 'ready'; readonly url: string } | { readonly kind: 'usage'; readonly cpuMs: number }
type Request = BenchSetting | 'usage' | 'stop'

/** `--cpu-prof` writes profiles of all processes into the current folder when they end. */
export async function startProcess(role: Role, setting: BenchSetting, flags: readonly string[]): Promise<BenchProcess> {
  const execArgv = [...process.execArgv, ...flags]
  const child = fork(fileURLToPath(new URL('main.ts', import.meta.url)), [role], { execArgv })
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`the ${role} of the bench ended with ${code ?? 'a signal'}`)))
  })
  ended.catch(() => undefined)
  const ask = (request: Request): Promise<Reply> => Promise.race([askChild(child, request), ended])
  const ready = await ask(setting)
  if (ready.kind !== 'ready') throw new Error(`the ${role} of the bench does not start`)
  return {
    url: ready.url,
    cpuMs: async () => {
      const usage = await ask('usage')
      return usage.kind === 'usage' ? usage.cpuMs : Number.NaN
    },
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.send('stop')
      }),
  }
}

const askChild = (child: ChildProcess, request: Request): Promise<Reply> =>
  new Promise((resolve) => {
    const hear = (message: unknown): void => {
      if (!isReply(message)) return
      child.off('message', hear)
      resolve(message)
    }
    child.on('message', hear)
    child.send(request)
  })

/** The loader that runs TypeScript sends messages of its own. */
const isReply = (message: unknown): message is Reply =>
  typeof message === 'object' &&
  message !== null &&
  'kind' in message &&
  (message.kind === 'ready' || message.kind === 'usage')

/** The child's side: starts when it is told how, answers how much CPU it used, ends when told, or with its parent. */
export function serveBench(start: (setting: BenchSetting) => Promise<BenchServer>): void {
  const reply = (message: Reply): void => void process.send?.(message)
  let server: BenchServer | undefined
  const stop = async (): Promise<void> => {
    await server?.close()
    process.exit(0)
  }
  process.once('disconnect', () => void stop())
  process.on('message', (request: Request) => {
    if (request === 'stop') void stop()
    else if (request === 'usage') {
      const { user, system } = process.cpuUsage()
      reply({ kind: 'usage', cpuMs: (user + system) / 1000 })
    } else
      void start(request).then((started) => {
        server = started
        reply({ kind: 'ready', url: started.url })
      })
  })
}
