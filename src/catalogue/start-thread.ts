import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { AdapterFault, type RegistryEndpoint } from '../adapter-kit/adapter.ts'
import type { AdapterEntry } from './entries.ts'
import { isFromWorker, type OpenOperation } from './thread-messages.ts'

export interface ThreadSource {
  readonly folder: string
  readonly ownName: string | undefined
  readonly digest: string
  readonly manifest: AdapterEntry['manifest']
  /** Absent: it is imported, and not opened. */
  readonly endpoint?: RegistryEndpoint
}

/** What the thread is started with. */
export interface WorkerSource extends ThreadSource {
  /** Where what edno verified comes in, and the count of what came. */
  readonly verified: MessagePort
  readonly count: Int32Array
  /** Of objects, and of octets beside them. */
  readonly memoryMb: number
}

const DEFAULT_MEMORY_MB = 128
const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts')
/** Sources are compiled first, anew in each thread. */
const OPENING_MS = RUNS_FROM_SOURCE ? 60_000 : 10_000

const PROGRAM = new URL(`./adapter-worker${RUNS_FROM_SOURCE ? '.ts' : '.js'}`, import.meta.url)

/** Sources are run by tsx, which threads do not inherit. */
const fromSource = (): string => {
  const tsx = pathToFileURL(
    createRequire(import.meta.url)
      .resolve('tsx/esm/api')
      .replace(/cjs$/, 'mjs'),
  ).href
  return `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(PROGRAM.href)}) })`
}

/** With a memory of its own, and nothing of edno's environment. */
export function startThread(source: ThreadSource, lent: Pick<WorkerSource, 'verified' | 'count'>): Worker {
  const memoryMb = source.manifest.memoryMb ?? DEFAULT_MEMORY_MB
  const options = {
    workerData: { ...source, ...lent, memoryMb } satisfies WorkerSource,
    ...{ transferList: [lent.verified], env: {}, resourceLimits: { maxOldGenerationSizeMb: memoryMb } },
  }
  return RUNS_FROM_SOURCE ? new Worker(fromSource(), { ...options, eval: true }) : new Worker(PROGRAM, options)
}

/** Its operations once it is open; a thread that does not open is ended. */
export function openingOf(worker: Worker): Promise<readonly OpenOperation[]> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(late)
      void worker.terminate()
      reject(new AdapterFault('unavailable', reason))
    }
    const late = setTimeout(() => fail(`it did not open within ${OPENING_MS} ms`), OPENING_MS)
    worker.once('error', (error: unknown) =>
      fail(`its thread ended: ${error instanceof Error ? error.message : 'of no error'}`),
    )
    worker.once('exit', () => fail('its thread ended'))
    worker.on('message', (message: unknown) => {
      if (!isFromWorker(message)) return
      if (message.kind === 'broken') fail(message.reason)
      if (message.kind !== 'open') return
      clearTimeout(late)
      resolve(message.operations)
    })
  })
}

/** Why its code cannot be imported into a thread of its own; undefined where it can. Nothing is opened, and the thread is ended. */
export async function importMistake({ folder, manifest, digest, plugged }: AdapterEntry): Promise<string | undefined> {
  const { port1, port2 } = new MessageChannel()
  const source = { folder, manifest, digest, ownName: plugged ? undefined : manifest.id }
  const worker = startThread(source, { verified: port2, count: new Int32Array(new SharedArrayBuffer(4)) })
  try {
    await openingOf(worker)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown reason'
  } finally {
    port1.close()
    await worker.terminate()
  }
}
