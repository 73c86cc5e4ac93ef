import type { Hints } from '../store/hints.ts'
import { endedAmong, type QueuedCallId } from '../store/queued-calls.ts'
import type { Executor } from '../store/tables/tables.ts'

/** A hint may be lost; nobody waits longer for that. */
const POLL_MS = 200

type How = 'ended' | 'incident'

interface Waiter extends QueuedCallId {
  readonly resolve: (how: How) => void
}

const keyOf = ({ exchange, call }: QueuedCallId): string => `${exchange} ${call}`

/** The queued calls that this process waits for: one look at the rows for all of them, at a hint or now and then. */
export class WaitingCalls {
  readonly #db: Executor
  readonly #waiting = new Map<string, Waiter>()
  readonly #stopHearing: () => void
  #timer: NodeJS.Timeout | undefined
  #polling = false

  constructor(db: Executor, hints: Pick<Hints, 'hear'>) {
    this.#db = db
    this.#stopHearing = hints.hear((hint) => {
      if (hint.kind !== 'call') return
      const waiter = this.#waiting.get(keyOf(hint))
      if (waiter !== undefined) void this.#look([waiter])
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
      this.#timer ??= setInterval(() => void this.#poll(), POLL_MS)
      void this.#look([id])
    })
  }

  /** One at a time: a slow database is not asked the same again before it has answered. */
  async #poll(): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    await this.#look([...this.#waiting.values()])
    this.#polling = false
  }

  /** A database that is away is asked again at the next look. */
  async #look(ids: readonly QueuedCallId[]): Promise<void> {
    const ended = await endedAmong(this.#db, ids).catch(() => [])
    for (const row of ended) this.#waiting.get(keyOf(row))?.resolve(row.ended ? 'ended' : 'incident')
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
