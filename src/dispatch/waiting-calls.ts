import type { Hints } from '../store/hints.ts'
import { endedAmong, type QueuedCallId } from '../store/queued-calls.ts'
import type { Executor } from '../store/tables/tables.ts'

/** A hint may be lost; nobody waits longer for that. */
const POLL_MS = 200

/** `hint`: it is said to have ended; whoever hears so looks. */
type How = 'ended' | 'incident' | 'hint'

interface Waiter extends QueuedCallId {
  readonly resolve: (how: How) => void
}

const keyOf = ({ exchange, call }: QueuedCallId): string => `${exchange} ${call}`

/** The queued calls that this process waits for: a hint for one of them, and now and then one look at the rows of all. */
export class WaitingCalls {
  readonly #db: Executor
  /** Of one call more than one may wait: an exchange that is taken up again, and whoever waited for it before the database was away. */
  readonly #waiting = new Map<string, Set<Waiter>>()
  readonly #stopHearing: () => void
  #timer: NodeJS.Timeout | undefined
  #looking = false

  constructor(db: Executor, hints: Pick<Hints, 'hear'>) {
    this.#db = db
    this.#stopHearing = hints.hear((hint) => {
      if (hint.kind !== 'call') return
      this.#resolve(hint, 'hint')
    })
  }

  /** How the call ended; undefined where `until` aborts first. */
  async wait(id: QueuedCallId, until: AbortSignal): Promise<How | undefined> {
    if (until.aborted) return undefined
    return new Promise((resolve) => {
      const end = (how?: How): void => {
        const others = this.#waiting.get(keyOf(id))
        others?.delete(waiter)
        if (others?.size === 0) this.#waiting.delete(keyOf(id))
        until.removeEventListener('abort', onAbort)
        if (this.#waiting.size === 0) this.#rest()
        resolve(how)
      }
      const onAbort = (): void => end()
      until.addEventListener('abort', onAbort, { once: true })
      const waiter: Waiter = { ...id, resolve: end }
      this.#waiting.set(keyOf(id), (this.#waiting.get(keyOf(id)) ?? new Set()).add(waiter))
      this.#timer ??= setInterval(() => void this.#look(), POLL_MS)
    })
  }

  /** One at a time: a slow database is not asked the same again before it has answered; one that is away is asked again. */
  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    const ended = await endedAmong(this.#db, this.#ids()).catch(() => [])
    for (const row of ended) this.#resolve(row, row.ended ? 'ended' : 'incident')
    this.#looking = false
  }

  #ids(): readonly QueuedCallId[] {
    return [...this.#waiting.values()].flatMap((waiters) => [...waiters].slice(0, 1))
  }

  #resolve(id: QueuedCallId, how: How): void {
    for (const { resolve } of [...(this.#waiting.get(keyOf(id)) ?? [])]) resolve(how)
  }

  #rest(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  close(): void {
    this.#stopHearing()
    this.#rest()
  }
}
