import type { Worker } from 'node:worker_threads'
import { AdapterFault, type CallContext, type Finding, type OperationInput } from '../adapter-kit/adapter.ts'
import type { PromisedAnswer } from '../adapter-kit/later-answer.ts'
import { type Asking, type Help, LendToThread, lentOf, replyTo } from './lend-to-thread.ts'
import { openingOf, startThread, type ThreadSource } from './start-thread.ts'
import { alone, faultOf, type FromWorker, isFromWorker, type OpenOperation, type ToWorker } from './thread-messages.ts'

const CLOSING_MS = 3000
/** A thread that does not even answer this long is in a loop that has no end. */
const SILENT_MS = 2000

interface Waiting extends Asking {
  readonly resolve: (value: unknown) => void
}

type Question = Extract<ToWorker, { kind: 'ask' | 'judge' | 'acknowledge' }>
type Unnumbered<Each> = Each extends unknown ? Omit<Each, 'id'> : never

/** One thread of one adapter, from edno's side. */
export class AdapterThread {
  readonly #worker: Worker
  readonly #lend = new LendToThread()
  readonly #waiting = new Map<number, Waiting>()
  readonly opened: Promise<readonly OpenOperation[]>
  ended = false
  #next = 0
  #silence: NodeJS.Timeout | undefined

  constructor(source: ThreadSource) {
    this.#worker = startThread(source, this.#lend.otherEnd)
    this.opened = openingOf(this.#worker)
    this.opened.catch(() => undefined)
    this.#worker.on('message', (message: unknown) => isFromWorker(message) && this.#take(message))
    this.#worker.on('error', () => this.#end())
    this.#worker.on('exit', () => this.#end())
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
    const waiting = 'id' in message ? this.#waiting.get(message.id) : undefined
    if (message.kind === 'pong') this.#calm()
    else if (message.kind === 'verify') this.#lend.verify(message, waiting)
    else if (message.kind === 'wish') void replyTo(message, waiting).then((reply) => this.#send(reply))
    if (waiting === undefined) return
    if (message.kind === 'log') logOf(message, waiting)
    else if (message.kind === 'finding') waiting.resolve(message.finding)
    else if (message.kind === 'done') waiting.resolve(undefined)
    else if (message.kind === 'fault') waiting.reject(faultOf(message.fault))
  }

  #calm(): void {
    clearTimeout(this.#silence)
    this.#silence = undefined
  }

  #end(): void {
    this.ended = true
    this.#calm()
    this.#lend.close()
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

function logOf({ level, message, facts }: FromWorker & { readonly kind: 'log' }, { help }: Waiting): void {
  if (level === 'warn') help.log?.warn(message, facts)
  else help.log?.info(message, facts)
}

const gone = (): AdapterFault => new AdapterFault('unavailable', 'the thread of the adapter ended')
