import type { ExchangePorts } from '../exchange/ports.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ExchangeName } from '../store/exchanges.ts'

interface Left extends ExchangeName {
  readonly times: number
  /** On the monotonic clock. */
  readonly notBefore: number
}

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 30_000

/**
 * Exchanges that this process opened and could not close because the database went away in the middle: nobody works on
 * them until the sweep takes them up again, which it may as soon as the database is back. Each time that fails again the
 * wait doubles, so that a database that half works does not have registries asked over and over.
 */
export class LeftOpen {
  readonly #left = new Map<string, Left>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** The same ports, whose failures after the opening are noted. */
  watching(ports: ExchangePorts): ExchangePorts {
    return {
      ...ports,
      fanOut: (opened) => this.#noted(opened.plan, ports.fanOut(opened)),
      seal: (canonical, answer) => this.#noted(answer, ports.seal(canonical, answer)),
      defer: async (opened) => {
        const deferred = await this.#noted(opened.plan, ports.defer(opened))
        this.#left.delete(nameKey(opened.plan))
        return deferred
      },
      close: async (opened, answer, outcomes) => {
        const closed = await this.#noted(opened.plan, ports.close(opened, answer, outcomes))
        this.#left.delete(nameKey(opened.plan))
        return closed
      },
    }
  }

  /** What may be tried again now. */
  due(): readonly ExchangeName[] {
    const now = this.#now()
    return [...this.#left.values()].filter(({ notBefore }) => notBefore <= now)
  }

  /** Of what was due, whatever was not `taken` up is in other hands by now, or closed: nobody asks for it here any more. */
  forget(due: readonly ExchangeName[], taken: readonly ExchangeName[]): void {
    const kept = new Set(taken.map(nameKey))
    for (const name of due) if (!kept.has(nameKey(name))) this.#left.delete(nameKey(name))
  }

  async #noted<T>({ consumer, exchangeId }: ExchangeName, work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (BrokerError.from(error).code === 'broker.log-unavailable') this.#note({ consumer, exchangeId })
      throw error
    }
  }

  #note(name: ExchangeName): void {
    const times = (this.#left.get(nameKey(name))?.times ?? 0) + 1
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (times - 1))
    this.#left.set(nameKey(name), { ...name, times, notBefore: this.#now() + waitMs })
  }
}

/** Names it among all exchanges. */
export const nameKey = ({ consumer, exchangeId }: ExchangeName): string => `${consumer} ${exchangeId}`
