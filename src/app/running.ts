import { BrokerError } from '../problem/broker-error.ts'

/** As many as the database's connections and the registries' limits serve well within a deadline. */
const MOST_AT_ONCE = 64

/** The exchanges that run in this process: bounded, and let end at a shutdown. */
export class Running {
  readonly #running = new Set<Promise<unknown>>()
  readonly #ending = new AbortController()
  #accepting = true

  /** Aborts when edno begins to shut down: whoever only waits is sent away. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  get accepting(): boolean {
    return this.#accepting
  }

  /** For callers: refuses with `broker.overloaded` before any work is done, rather than fail in the middle of it. */
  async admit<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running.size >= MOST_AT_ONCE)
      throw new BrokerError('broker.overloaded', `${MOST_AT_ONCE} exchanges are running`)
    return this.track(work)
  }

  /** Runs `work` unless edno is shutting down; a caller that hangs up does not stop it. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#accepting) throw new BrokerError('broker.shutting-down', 'edno is shutting down')
    const promise = work()
    this.#running.add(promise)
    try {
      return await promise
    } finally {
      this.#running.delete(promise)
    }
  }

  /** From now on callers are told `broker.shutting-down`, and `/readyz` says so. */
  refuse(): void {
    this.#accepting = false
    this.#ending.abort()
  }

  /** Accepts nothing more; resolves when all that runs has ended, well or not. */
  async drain(): Promise<void> {
    this.refuse()
    await Promise.allSettled(this.#running)
  }
}
