import {
  AdapterFault,
  type CallContext,
  type Finding,
  type OpenAdapter,
  type OperationInput,
  type RegistryEndpoint,
} from '../adapter-kit/adapter.ts'
import type { LaterHandler } from '../adapter-kit/later-answer.ts'
import { type OperationRef, registryOf } from '../model/ids.ts'
import type { AdapterEntry } from './entries.ts'
import { inTime } from './in-time.ts'
import { openAdapter } from './open-adapter.ts'

/** One adapter that is open. */
interface Held {
  readonly entry: AdapterEntry
  readonly endpoint: string
  readonly adapter: OpenAdapter
  /** Questions that are out. */
  running: number
  /** Another has taken its place, or none has: it closes with its last question. */
  retired: boolean
}

/** A question that is out for longer was given up long ago. */
const DRAIN_MS = 65_000
/** One that never ends being closed would keep the process from ending. */
const CLOSING_MS = 5000

/**
 * The adapters of this process, with their connections. A new version is opened beside the old one, and takes its place when all
 * else that was read with it is in order; the old one answers what it was asked, and is closed.
 */
export class LiveAdapters implements AsyncDisposable {
  readonly #held = new Map<string, Held>()
  readonly #staged = new Map<string, Held>()
  readonly #retired = new Set<Held>()
  readonly #closingMs: number

  constructor(closingMs = CLOSING_MS) {
    this.#closingMs = closingMs
  }

  /** Whether this process can ask this registry. */
  isOpen(registry: string): boolean {
    return this.#held.has(registry)
  }

  /** Throws `AdapterFault`, or whatever a defective adapter throws. */
  async ask(operation: OperationRef, input: OperationInput, context: CallContext): Promise<Finding> {
    const held = this.#held.get(registryOf(operation))
    const handler = held?.adapter.operations[keyOf(operation)]
    if (held === undefined || handler === undefined)
      throw new AdapterFault('unavailable', 'its adapter is not open in this process')
    held.running += 1
    try {
      return await handler(input, context)
    } finally {
      held.running -= 1
      if (held.retired && held.running === 0) await this.#close(held)
    }
  }

  /** Of an operation whose registry answers later, where this process asks it. */
  laterOf(operation: OperationRef): LaterHandler | undefined {
    return this.#held.get(registryOf(operation))?.adapter.operations[keyOf(operation)]?.later
  }

  /** Opens what is new or other than what is open; it is asked nothing yet. @returns why it does not open. */
  async stage(entry: AdapterEntry, endpoint: RegistryEndpoint): Promise<string | undefined> {
    const { id } = entry.manifest
    const now = this.#held.get(id)
    const where = JSON.stringify(endpoint)
    if (now?.entry.digest === entry.digest && now.endpoint === where) return undefined
    const adapter = await openAdapter(entry, endpoint)
    if (typeof adapter === 'string') return adapter
    const before = this.#staged.get(id)
    if (before !== undefined) await this.#close(before)
    this.#staged.set(id, { entry, endpoint: where, adapter, running: 0, retired: false })
    return undefined
  }

  /** From here on exactly these are asked, as they were staged. */
  commit(entries: ReadonlyMap<string, AdapterEntry>): void {
    for (const [id, staged] of this.#staged) {
      if (entries.get(id)?.digest === staged.entry.digest) {
        const before = this.#held.get(id)
        this.#held.set(id, staged)
        if (before !== undefined) this.#retire(before)
      } else this.#retire(staged)
    }
    this.#staged.clear()
    for (const [id, held] of this.#held)
      if (!entries.has(id)) {
        this.#held.delete(id)
        this.#retire(held)
      }
  }

  /** What was staged is not wanted. */
  discard(): void {
    for (const staged of this.#staged.values()) this.#retire(staged)
    this.#staged.clear()
  }

  #retire(held: Held): void {
    held.retired = true
    this.#retired.add(held)
    if (held.running === 0) void this.#close(held)
    else setTimeout(() => void this.#close(held), DRAIN_MS).unref()
  }

  /** An adapter that fails to close has no one to tell; its connections are its own. */
  async #close(held: Held): Promise<void> {
    this.#retired.delete(held)
    await inTime(() => held.adapter[Symbol.asyncDispose](), this.#closingMs).catch(() => undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#held.values(), ...this.#staged.values(), ...this.#retired]
    this.#held.clear()
    this.#staged.clear()
    await Promise.all(all.map((held) => this.#close(held)))
  }
}

const keyOf = (operation: OperationRef): string => operation.slice(operation.indexOf('/') + 1)
