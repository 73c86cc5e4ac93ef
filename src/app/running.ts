import { BrokerError } from '../problem/broker-error.ts'

/** The exchanges that run in this process, so that a shutdown can let them end. */
export class Running {
  readonly #running = new Set<Promise<unknown>>()
  #accepting = true

  get accepting(): boolean {
    return this.#accepting
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
  }

  /** Accepts nothing more; resolves when all that runs has ended, well or not. */
  async drain(): Promise<void> {
    this.refuse()
    await Promise.allSettled(this.#running)
  }
}
