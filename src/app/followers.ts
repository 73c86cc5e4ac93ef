import type { ExchangeProgress } from '../model/exchange-progress.ts'
import { progressOf } from '../store/progress.ts'
import type { Hints } from '../store/hints.ts'
import type { Executor } from '../store/tables/tables.ts'

/** Told how far an exchange has come, whenever it was looked; undefined when edno stops looking. */
type Told = (progress: ExchangeProgress | undefined) => void

/** What runs in other processes is seen within this time, what runs here at once. */
const LOOK_EVERY_MS = 250
/** Calls that end together are told together. */
const SOON_MS = 10

/** Looks for everybody who waits for an exchange: one look for all of them, and none while nobody waits. */
export class Followers {
  readonly #db: Executor
  readonly #following = new Map<number, Set<Told>>()
  #timer: NodeJS.Timeout | undefined
  #looking = false
  #closed = false

  /** `hints`: what other processes say that they did; one that is lost costs a little time. */
  constructor(db: Executor, hints?: Pick<Hints, 'hear'>) {
    this.#db = db
    hints?.hear(({ exchange }) => {
      if (this.#following.has(exchange)) this.wake()
    })
  }

  /** `row`: the number of the exchange's row. Call what it returns to hear no more. */
  follow(row: number, told: Told): () => void {
    if (this.#closed) {
      queueMicrotask(() => told(undefined))
      return () => undefined
    }
    const others = this.#following.get(row) ?? new Set()
    this.#following.set(row, others.add(told))
    this.#lookIn(SOON_MS)
    return () => {
      others.delete(told)
      if (others.size === 0 && this.#following.get(row) === others) this.#following.delete(row)
    }
  }

  /** Something happened to an exchange of this process. */
  wake(): void {
    if (this.#following.size === 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#lookIn(SOON_MS)
  }

  /** Nobody is let wait any more. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const all of this.#following.values()) for (const told of [...all]) told(undefined)
    this.#following.clear()
  }

  #lookIn(ms: number): void {
    if (this.#timer !== undefined || this.#looking || this.#closed) return
    this.#timer = setTimeout(() => void this.#look(), ms)
  }

  async #look(): Promise<void> {
    this.#timer = undefined
    this.#looking = true
    try {
      for (const { row, progress } of await progressOf(this.#db, [...this.#following.keys()]))
        for (const told of [...(this.#following.get(row) ?? [])]) told(progress)
    } catch {
      // A database that is away is told by whoever writes to it; who waits goes on waiting.
    } finally {
      this.#looking = false
      if (this.#following.size > 0) this.#lookIn(LOOK_EVERY_MS)
    }
  }
}
