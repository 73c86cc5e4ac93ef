import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import {
  AdapterFault,
  type CallContext,
  type Finding,
  type OperationInput,
  type RegistryEndpoint,
} from '../adapter-kit/adapter.ts'
import type { PromisedAnswer } from '../adapter-kit/later-answer.ts'
import type { AdapterEntry } from './entries.ts'
import {
  alone,
  faultOf,
  type FromWorker,
  grant,
  isFromWorker,
  type Lent,
  type OpenOperation,
  plainFault,
  type Told,
  type ToWorker,
  type Verified,
} from './thread-messages.ts'

export interface ThreadSource {
  readonly folder: string
  readonly ownName: string | undefined
  readonly digest: string
  readonly manifest: AdapterEntry['manifest']
  readonly endpoint: RegistryEndpoint
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

/** What edno does for a question that is out; without a log nothing is told. */
type Help = Partial<Pick<CallContext, 'verifyAnswer' | 'later' | 'log'>>

interface Waiting {
  readonly help: Help
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Question = Extract<ToWorker, { kind: 'ask' | 'judge' | 'acknowledge' }>
type Unnumbered<Each> = Each extends unknown ? Omit<Each, 'id'> : never

/** One thread of one adapter, from edno's side. */
export class AdapterThread {
  readonly #worker: Worker
  readonly #verified: MessagePort
  readonly #count: Int32Array
  readonly #waiting = new Map<number, Waiting>()
  readonly opened: Promise<readonly OpenOperation[]>
  ended = false
  #next = 0
  #silence: NodeJS.Timeout | undefined

  constructor(source: ThreadSource) {
    const { port1, port2 } = new MessageChannel()
    this.#verified = port1
    this.#count = new Int32Array(new SharedArrayBuffer(4))
    const memoryMb = source.manifest.memoryMb ?? DEFAULT_MEMORY_MB
    this.#worker = start({ ...source, verified: port2, count: this.#count, memoryMb })
    this.opened = this.#opening()
    this.opened.catch(() => undefined)
    this.#worker.on('message', (message: unknown) => isFromWorker(message) && this.#take(message))
    this.#worker.on('error', () => this.#end())
    this.#worker.on('exit', () => this.#end())
  }

  #opening(): Promise<readonly OpenOperation[]> {
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
        resolve(message.operations)
      })
    })
  }

  ask(key: string, input: OperationInput, context: CallContext): Promise<Finding> {
    const { signal, log, verifyAnswer, later, ...plain } = context
    const help = { log, ...(verifyAnswer && { verifyAnswer }), ...(later && { later }) }
    return this.#put({ kind: 'ask', key, input, context: plain, lent: lentOf(help) }, help, signal) as Promise<Finding>
  }

  async judge(
    key: string,
    { raw, promise }: { readonly raw: Uint8Array; readonly promise: PromisedAnswer },
    help: Help,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#put({ kind: 'judge', key, raw: alone(raw), promise, lent: lentOf(help) }, help, signal)
  }

  async acknowledge(key: string, promise: PromisedAnswer, signal: AbortSignal): Promise<void> {
    await this.#put({ kind: 'acknowledge', key, promise }, {}, signal)
  }

  async #put(question: Unnumbered<Question>, help: Help, signal: AbortSignal): Promise<unknown> {
    await this.opened
    const id = this.#next++
    const abort = (): void => {
      this.#send({ kind: 'abort', id })
      this.#wantSignOfLife(help)
    }
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { help, resolve, reject })
        if (this.ended) reject(gone())
        else this.#send({ ...question, id })
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
  #wantSignOfLife({ log }: Help): void {
    if (this.ended || this.#silence !== undefined) return
    this.#silence = setTimeout(() => {
      log?.warn('the thread of an adapter hangs, and is ended')
      this.#end()
      void this.#worker.terminate()
    }, SILENT_MS)
    this.#silence.unref()
    this.#send({ kind: 'ping' })
  }

  #take(message: FromWorker): void {
    if (message.kind === 'pong') this.#calm()
    else if (message.kind === 'verify') this.#verify(message)
    else if (message.kind === 'wish') void this.#wish(message)
    const waiting = 'id' in message ? this.#waiting.get(message.id) : undefined
    if (waiting === undefined) return
    if (message.kind === 'log') logOf(message, waiting)
    else if (message.kind === 'finding') waiting.resolve(message.finding)
    else if (message.kind === 'done') waiting.resolve(undefined)
    else if (message.kind === 'fault') waiting.reject(faultOf(message.fault))
  }

  /** In this thread: whom edno believes is not for an adapter to say. The other one stands still meanwhile. */
  #verify({ id, number, raw, namespace }: FromWorker & { readonly kind: 'verify' }): void {
    const waiting = this.#waiting.get(id)
    const verify = (): Told<Uint8Array> => {
      try {
        if (waiting?.help.verifyAnswer === undefined) throw new AdapterFault('timeout', OVER)
        return { value: alone(waiting.help.verifyAnswer(raw, namespace)) }
      } catch (error) {
        return { fault: this.#refused(error, waiting) }
      }
    }
    this.#verified.postMessage({ number, ...verify() } satisfies Verified)
    Atomics.add(this.#count, 0, 1)
    Atomics.notify(this.#count, 0)
  }

  async #wish(wish: FromWorker & { readonly kind: 'wish' }): Promise<void> {
    const waiting = this.#waiting.get(wish.id)
    const told = async (): Promise<Told<unknown>> => {
      try {
        if (waiting?.help.later === undefined) throw new AdapterFault('timeout', OVER)
        return { value: await grant(wish, waiting.help.later) }
      } catch (error) {
        return { fault: this.#refused(error, waiting) }
      }
    }
    this.#send({ kind: 'reply', wish: wish.wish, ...(await told()) })
  }

  /** What is no fault of a registry is edno's own, and the question ends by it as it does in edno's thread. */
  #refused(error: unknown, waiting: Waiting | undefined): ReturnType<typeof plainFault> {
    if (AdapterFault.is(error)) return plainFault(error)
    waiting?.reject(error)
    return { kind: 'unavailable', message: 'edno could not do it' }
  }

  #calm(): void {
    clearTimeout(this.#silence)
    this.#silence = undefined
  }

  #end(): void {
    this.ended = true
    this.#calm()
    this.#verified.close()
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

function start(source: WorkerSource): Worker {
  const options = {
    ...{ workerData: source, transferList: [source.verified], env: {} },
    resourceLimits: { maxOldGenerationSizeMb: source.memoryMb },
  }
  return RUNS_FROM_SOURCE ? new Worker(fromSource(), { ...options, eval: true }) : new Worker(PROGRAM, options)
}

const lentOf = ({ verifyAnswer, later }: Help): Lent => ({
  ...{ verifies: verifyAnswer !== undefined, later: later !== undefined },
  ...(later?.callbackUrl === undefined ? {} : { callbackUrl: later.callbackUrl }),
})

function logOf({ level, message, facts }: FromWorker & { readonly kind: 'log' }, { help }: Waiting): void {
  if (level === 'warn') help.log?.warn(message, facts)
  else help.log?.info(message, facts)
}

const OVER = 'the question is over'

const gone = (): AdapterFault => new AdapterFault('unavailable', 'the thread of the adapter ended')
