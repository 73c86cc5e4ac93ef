const FIRST_MS = 1000
const LONGEST_MS = 60_000
/** What was not tried again for so long after its time is gone: somebody else ended it. */
const FORGOTTEN_AFTER_MS = 600_000

interface Left {
  readonly times: number
  /** On the monotonic clock. */
  readonly until: number
}

/** What failed is left alone for a while, each time twice as long, so that it never stands before what can be done. */
export class SetAside<Key> {
  readonly #left = new Map<Key, Left>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** It failed. */
  add(key: Key): void {
    const times = (this.#left.get(key)?.times ?? 0) + 1
    this.#left.set(key, { times, until: this.#now() + Math.min(LONGEST_MS, FIRST_MS * 2 ** (times - 1)) })
  }

  /** It is done. */
  drop(key: Key): void {
    this.#left.delete(key)
  }

  /** Not to be tried now. */
  get keys(): readonly Key[] {
    const now = this.#now()
    for (const [key, { until }] of this.#left) if (until + FORGOTTEN_AFTER_MS < now) this.#left.delete(key)
    return [...this.#left].filter(([, { until }]) => until > now).map(([key]) => key)
  }
}
