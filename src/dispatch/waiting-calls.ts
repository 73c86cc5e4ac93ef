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
  readonly #waiting = new Map<string, Waiter>()
  readonly #stopHearing: () => void
  #timer: NodeJS.Timeout | undefined
  #looking = false

  constructor(db: Executor, hints: Pick<Hints, 'hear'>) {
    this.#db = db
    this.#stopHearing = hints.hear((hint) => {
      if (hint.kind !== 'call') return
      this.#waiting.get(keyOf(hint))?.resolve('hint')
    })
  }

  /** How the call ended; undefined where `until` aborts first. */
  async wait(id: QueuedCallId, until: AbortSignal): Promise<How | undefined> {
    if (until.aborted) return undefined
    return new Promise((resolve) => {
      const end = (how?: How): void => {
        this.#waiting.delete(keyOf(id))
        until.removeEventListener('abort', onAbort)
        if (this.#waiting.size === 0) this.#rest()
        resolve(how)
      }
      const onAbort = (): void => end()
      until.addEventListener('abort', onAbort, { once: true })
      this.#waiting.set(keyOf(id), { ...id, resolve: end })
      this.#timer ??= setInterval(() => void this.#look(), POLL_MS)
    })
  }

  /** One at a time: a slow database is not asked the same again before it has answered; one that is away is asked again. */
  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    const ended = await endedAmong(this.#db, [...this.#waiting.values()]).catch(() => [])
    for (const row of ended) this.#waiting.get(keyOf(row))?.resolve(row.ended ? 'ended' : 'incident')
    this.#looking = false
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
