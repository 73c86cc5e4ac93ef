import type { ExchangePorts } from '../exchange/ports.ts'
import { complete } from '../exchange/run-exchange.ts'
import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { LeftExchange } from '../exchange-log/recover.ts'
import type { Logger } from '../ops/logger.ts'
import { SetAside } from '../ops/set-aside.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { type LeftOpen, nameKey } from './left-open.ts'
import type { Running } from './running.ts'

export interface TakeUpParts {
  readonly log: Pick<ExchangeLog, 'recover'>
  readonly ports: ExchangePorts
  readonly running: Pick<Running, 'track'>
  /** What failed in this process between its opening and its closing. */
  readonly leftOpen: Pick<LeftOpen, 'due' | 'forget'>
  /** Deferred ones that this process is about to close, by the numbers of their rows. */
  readonly ending: () => readonly number[]
  readonly logger: Logger
  readonly clock: () => Date
}

/** An exchange that this process works on is closed long before this much has passed after its deadline. */
const OVERDUE_MS = 30_000
/** After an outage thousands are open: so many are in memory at once, and wait for registries, which have limits of their own. */
export const TAKEN_UP_AT_ONCE = 128

/** A process that was just killed is known to be dead when its connection to the database ended, a moment after its callers noticed. */
const LOOKS_MS = [50, 150, 400]

/**
 * Ends what a dead process left, and what this one could not close while the database was away, a few at a time: as one ends, the
 * next is taken, and what fails stands before no other. What a living process works on is left alone.
 */
export class TakeUp {
  readonly #parts: TakeUpParts
  readonly #inHand = new Map<number, LeftExchange>()
  readonly #aside = new SetAside<number>()
  #looking = false
  #failing = false
  /** There were as many as there was room for. */
  #more = false
  #stopped = false
  readonly #soon = new Set<NodeJS.Timeout>()

  constructor(parts: TakeUpParts) {
    this.#parts = parts
  }

  /** One look at a time; never fails, and waits for no exchange. */
  look(): void {
    if (this.#looking || this.#stopped) return
    this.#looking = true
    this.#take()
      .then(
        () => {
          this.#failing = false
        },
        (error: unknown) => {
          if (!this.#failing)
            this.#parts.logger.error('the sweep for open exchanges failed; it is tried again', {}, error)
          this.#failing = true
        },
      )
      .finally(() => {
        this.#looking = false
      })
  }

  /** Somebody waits for what may have been left open: one look now, and some more within half a second, however many ask for them. */
  lookSoon(): void {
    this.look()
    if (this.#soon.size > 0) return
    for (const ms of LOOKS_MS) {
      const timer = setTimeout(() => {
        this.#soon.delete(timer)
        this.look()
      }, ms)
      this.#soon.add(timer)
    }
  }

  /** Takes up no more. */
  stop(): void {
    this.#stopped = true
    for (const timer of this.#soon) clearTimeout(timer)
  }

  async #take(): Promise<void> {
    const { log, leftOpen, ending, clock, logger } = this.#parts
    const limit = TAKEN_UP_AT_ONCE - this.#inHand.size
    if (limit === 0) return
    const held = new Set([...this.#inHand.values()].map(({ plan }) => nameKey(plan)))
    const left = leftOpen.due().filter((name) => !held.has(nameKey(name)))
    const without = [...ending(), ...this.#inHand.keys(), ...this.#aside.keys]
    let unreadable = 0
    const onUnreadable = (row: number): void => {
      unreadable += 1
      this.#aside.add(row)
    }
    const overdue = new Date(clock().getTime() - OVERDUE_MS)
    const taken = await log.recover(overdue, { left, without, limit, onUnreadable })
    this.#more = taken.length + unreadable === limit
    // Where there was no room for all, those that were not taken may still be there to be had.
    if (!this.#more)
      leftOpen.forget(
        left,
        taken.map(({ plan }) => plan),
      )
    if (taken.length > 0) logger.warn('completing what was left open', { count: taken.length })
    for (const exchange of taken) void this.#finish(exchange)
  }

  /** One that fails is told and left for later, and holds no other up. */
  async #finish(exchange: LeftExchange): Promise<void> {
    const { ports, running, logger } = this.#parts
    const { row, plan } = exchange
    const { exchangeId } = plan
    this.#inHand.set(row, exchange)
    try {
      await running.track(() => complete(exchange, ports))
      this.#aside.drop(row)
      logger.info('an exchange that was left open is closed', { exchangeId })
    } catch (error) {
      // What the database failed is noted as left open, and taken up as soon as that is back.
      if (BrokerError.from(error).code !== 'broker.log-unavailable') this.#aside.add(row)
      logger.error('an exchange that was left open could not be closed', { exchangeId }, error)
    } finally {
      this.#inHand.delete(row)
      if (this.#more && this.#inHand.size <= TAKEN_UP_AT_ONCE / 2) this.look()
    }
  }
}
