import type { Hints } from '../store/hints.ts'
import { cancelledOf } from '../store/promises.ts'
import type { Executor } from '../store/tables/tables.ts'

/** Exchanges that are taken back in another process stop here within this time, also where its hint is lost. */
const LOOK_EVERY_MS = 500

/** What can be stopped of the exchanges that run in this process, by the numbers of their rows. */
export class Stops {
  readonly #db: Executor
  readonly #running = new Map<number, Set<AbortController>>()
  #timer: NodeJS.Timeout | undefined
  #polling = false
  #wanted = false

  constructor(db: Executor, hints?: Pick<Hints, 'hear'>) {
    this.#db = db
    // That a call ended says nothing about its exchange being taken back.
    hints?.hear(({ kind, exchange }) => {
      if (kind === 'exchange' && this.#running.has(exchange)) void this.#poll()
    })
  }

  /** Runs `work` with a signal that aborts when the exchange is taken back, anywhere. */
  async during<T>(row: number, work: (taken: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    const others = this.#running.get(row) ?? new Set()
    this.#running.set(row, others.add(controller))
    this.#timer ??= setInterval(() => void this.#poll(), LOOK_EVERY_MS).unref()
    try {
      return await work(controller.signal)
    } finally {
      others.delete(controller)
      if (others.size === 0 && this.#running.get(row) === others) this.#running.delete(row)
      if (this.#running.size === 0) this.close()
    }
  }

  stop(row: number): void {
    for (const controller of this.#running.get(row) ?? []) controller.abort()
  }

  /** One at a time; whoever was heard of meanwhile is looked for after it. */
  async #poll(): Promise<void> {
    this.#wanted = true
    if (this.#polling) return
    this.#polling = true
    while (this.#wanted) {
      this.#wanted = false
      await this.look()
    }
    this.#polling = false
  }

  /** One query, however many run. */
  async look(): Promise<void> {
    try {
      for (const row of await cancelledOf(this.#db, [...this.#running.keys()])) this.stop(row)
    } catch {
      // The database is away: nothing runs on without it for long.
    }
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
