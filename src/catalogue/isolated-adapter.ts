import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import {
  AdapterFault,
  type AdapterFaultKind,
  type CallContext,
  type Finding,
  type OpenAdapter,
  type OperationInput,
  type RegistryEndpoint,
} from '../adapter-kit/adapter.ts'
import type { AdapterEntry } from './entries.ts'

/** What goes into the thread of an adapter. */
export type ToWorker =
  | {
      readonly kind: 'ask'
      readonly id: number
      readonly key: string
      readonly input: OperationInput
      readonly context: PlainContext
    }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'close' }

/** The facts of a call; its signal and its log are messages of their own. */
export type PlainContext = Omit<CallContext, 'signal' | 'log' | 'verifyAnswer' | 'later'>

/** What comes out of it. */
export type FromWorker =
  | { readonly kind: 'open'; readonly keys: readonly string[] }
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'finding'; readonly id: number; readonly finding: Finding }
  | { readonly kind: 'fault'; readonly id: number; readonly fault: PlainFault }
  | {
      readonly kind: 'log'
      readonly id: number
      readonly level: 'info' | 'warn'
      readonly message: string
      readonly facts: Record<string, string | number>
    }
  | { readonly kind: 'pong' }
  | { readonly kind: 'closed' }

/** `defect`: it threw something else than an `AdapterFault`, of which nothing is handed on. */
export interface PlainFault {
  readonly kind: AdapterFaultKind | 'defect'
  readonly message: string
  readonly retryAfterMs?: number
  readonly at?: string
}

export interface WorkerSource {
  readonly folder: string
  readonly ownName: string | undefined
  readonly digest: string
  readonly manifest: AdapterEntry['manifest']
  readonly endpoint: RegistryEndpoint
}

const DEFAULT_MEMORY_MB = 128
const OPENING_MS = 10_000
const CLOSING_MS = 3000
/** A thread that does not even answer this long is in a loop that has no end. */
const SILENT_MS = 2000
const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts')

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

interface Waiting {
  readonly context: CallContext
  readonly resolve: (finding: Finding) => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens an adapter in a thread of its own, which has a memory of its own, and none of edno's environment. Where it takes too
 * much of it, dies, or hangs (once the time of a question is over it says nothing to a sign of life), its questions fail as `unavailable`,
 * and the next one finds a new thread.
 */
export async function openIsolated(entry: AdapterEntry, endpoint: RegistryEndpoint): Promise<OpenAdapter> {
  const { folder, manifest, digest, plugged } = entry
  // Their answers are verified before anything is read, by what does not leave edno's own thread.
  if (manifest.operations.some(({ transport = manifest.transport }) => transport === 'regix-v2'))
    throw new AdapterFault('unavailable', 'an adapter of RegiX cannot have a thread of its own')
  const source: WorkerSource = { folder, manifest, digest, endpoint, ownName: plugged ? undefined : manifest.id }
  let thread = Thread.start(source)
  const keys = await thread.opened
  const current = (): Thread => (thread.ended ? (thread = Thread.start(source)) : thread)
  return {
    operations: Object.fromEntries(
      keys.map((key) => [key, (input: OperationInput, context: CallContext) => current().ask(key, input, context)]),
    ),
    [Symbol.asyncDispose]: () => thread.close(),
  }
}

class Thread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly opened: Promise<readonly string[]>
  ended = false
  #next = 0
  #silence: NodeJS.Timeout | undefined

  private constructor(worker: Worker) {
    this.#worker = worker
    this.opened = this.#opening()
    this.opened.catch(() => undefined)
    worker.on('message', (message: unknown) => isFromWorker(message) && this.#take(message))
    worker.on('error', () => this.#end())
    worker.on('exit', () => this.#end())
  }

  static start(source: WorkerSource): Thread {
    const maxOldGenerationSizeMb = source.manifest.memoryMb ?? DEFAULT_MEMORY_MB
    const options = { workerData: source, env: {}, resourceLimits: { maxOldGenerationSizeMb } }
    return new Thread(
      RUNS_FROM_SOURCE ? new Worker(fromSource(), { ...options, eval: true }) : new Worker(PROGRAM, options),
    )
  }

  #opening(): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        clearTimeout(late)
        void this.#worker.terminate()
        reject(new AdapterFault('unavailable', reason))
      }
      const late = setTimeout(() => fail(`it did not open within ${OPENING_MS} ms`), OPENING_MS)
      this.#worker.once('error', (error: unknown) =>
        fail(`its thread ended: ${error instanceof Error ? error.message : 'of no error'}`),
      )
      this.#worker.once('exit', () => fail('its thread ended'))
      this.#worker.on('message', (message: unknown) => {
        if (!isFromWorker(message)) return
        if (message.kind === 'broken') fail(message.reason)
        if (message.kind !== 'open') return
        clearTimeout(late)
        resolve(message.keys)
      })
    })
  }

  async ask(key: string, input: OperationInput, context: CallContext): Promise<Finding> {
    await this.opened
    const { signal, log: _log, verifyAnswer: _verifyAnswer, later: _later, ...plain } = context
    const id = this.#next++
    const abort = (): void => {
      this.#send({ kind: 'abort', id })
      this.#wantSignOfLife(context)
    }
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await new Promise<Finding>((resolve, reject) => {
        this.#waiting.set(id, { context, resolve, reject })
        if (this.ended) reject(gone())
        else this.#send({ kind: 'ask', id, key, input, context: plain })
        if (signal.aborted) abort()
      })
    } finally {
      signal.removeEventListener('abort', abort)
      this.#waiting.delete(id)
    }
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  /** Whoever only takes no notice of the signal still answers here. */
  #wantSignOfLife({ log }: CallContext): void {
    if (this.ended || this.#silence !== undefined) return
    this.#silence = setTimeout(() => {
      log.warn('the thread of an adapter hangs, and is ended')
      this.#end()
      void this.#worker.terminate()
    }, SILENT_MS)
    this.#silence.unref()
    this.#send({ kind: 'ping' })
  }

  #take(message: FromWorker): void {
    if (message.kind === 'pong') this.#calm()
    const waiting = 'id' in message ? this.#waiting.get(message.id) : undefined
    if (waiting === undefined) return
    if (message.kind === 'log') logOf(message, waiting)
    else if (message.kind === 'finding') waiting.resolve(message.finding)
    else if (message.kind === 'fault') waiting.reject(faultOf(message.fault))
  }

  #calm(): void {
    clearTimeout(this.#silence)
    this.#silence = undefined
  }

  #end(): void {
    this.ended = true
    this.#calm()
    for (const { reject } of this.#waiting.values()) reject(gone())
    this.#waiting.clear()
  }

  async close(): Promise<void> {
    if (this.ended) return
    const closed = new Promise<void>((resolve) => {
      this.#worker.on('message', (message: unknown) => isFromWorker(message) && message.kind === 'closed' && resolve())
      this.#worker.once('exit', () => resolve())
      setTimeout(resolve, CLOSING_MS).unref()
    })
    this.#send({ kind: 'close' })
    await closed
    await this.#worker.terminate()
  }
}

/** Libraries of an adapter may speak through the same port; what is none of ours is passed over. */
const isFromWorker = (message: unknown): message is FromWorker =>
  typeof message === 'object' && message !== null && 'kind' in message

function logOf({ level, message, facts }: FromWorker & { readonly kind: 'log' }, { context }: Waiting): void {
  if (level === 'warn') context.log.warn(message, facts)
  else context.log.info(message, facts)
}

const gone = (): AdapterFault => new AdapterFault('unavailable', 'the thread of the adapter ended')

/** Of what is no `AdapterFault` only that it is none comes out of the thread. */
function faultOf({ kind, message, retryAfterMs, at }: PlainFault): Error {
  return kind === 'defect' ? new TypeError(message) : new AdapterFault(kind, message, { retryAfterMs, at })
}
