import { setTimeout as pause } from 'node:timers/promises'
import type { PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { asOverloaded } from '../store/unavailable.ts'

/** How much of it at once. */
export interface Bounds {
  /** Until they are open: they cost processor time and connections of the database. */
  readonly accepting: number
  /** Open: they wait for registries and cost memory. One that is deferred waits in the queue, and costs nothing here. */
  readonly running: number
  /** Of those, what one party may have: the others' places are never all taken by one. */
  readonly ofOneParty: number
}

const BOUNDS: Bounds = { accepting: 64, running: 1000, ofOneParty: 400 }
/** Longer than any deadline; what has not ended by then is ended by others, or by the next start. */
const DRAIN_MS = 25_000

/** The exchanges that run in this process: bounded, and let end at a shutdown. */
export class Running {
  readonly #bounds: Bounds
  readonly #running = new Set<Promise<unknown>>()
  readonly #ofParty = new Map<PartyId, number>()
  #admitted = 0
  #beingAccepted = 0
  readonly #ending = new AbortController()
  #accepting = true

  constructor(bounds: Bounds = BOUNDS) {
    this.#bounds = bounds
  }

  /** Aborts when edno begins to shut down: whoever only waits is sent away. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  /** Of callers, now. */
  get count(): number {
    return this.#admitted
  }

  get accepting(): boolean {
    return this.#accepting
  }

  /**
   * For callers: refuses with `broker.overloaded` before any work is done, rather than fail in the middle of it. `work`
   * says when it is `accepted` and only waits from then on.
   */
  async admit<T>(party: PartyId, work: (accepted: () => void) => Promise<T>): Promise<T> {
    const ofParty = this.#ofParty.get(party) ?? 0
    const { accepting, running, ofOneParty } = this.#bounds
    if (this.#beingAccepted >= accepting) throw overloaded(accepting, 'are being accepted')
    if (this.#admitted >= running) throw overloaded(running, 'are running')
    if (ofParty >= ofOneParty) throw overloaded(ofOneParty, 'of this party are running')
    this.#count(party, 1)
    this.#beingAccepted += 1
    const place = { isAccepted: false }
    const accepted = (): void => {
      if (place.isAccepted) return
      place.isAccepted = true
      this.#beingAccepted -= 1
    }
    try {
      return await this.track(() => work(accepted))
    } catch (error) {
      // Something was begun otherwise: that must not be denied.
      throw place.isAccepted ? error : asOverloaded(error)
    } finally {
      accepted()
      this.#count(party, -1)
    }
  }

  #count(party: PartyId, more: number): void {
    this.#admitted += more
    const left = (this.#ofParty.get(party) ?? 0) + more
    if (left === 0) this.#ofParty.delete(party)
    else this.#ofParty.set(party, left)
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

  /** Accepts nothing more; resolves when all that runs has ended, well or not, and at the latest after `ms`. */
  async drain(ms: number = DRAIN_MS): Promise<void> {
    this.refuse()
    await Promise.race([Promise.allSettled(this.#running), pause(ms, undefined, { ref: false })])
  }
}

const overloaded = (most: number, what: string): BrokerError =>
  new BrokerError('broker.overloaded', `${most} exchanges ${what}`)
