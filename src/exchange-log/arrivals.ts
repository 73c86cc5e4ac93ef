/** Lets several waiters of this process learn of one event, by key. Waiting ends with the event or the time. */
export class Arrivals<Key, Value> {
  readonly #waiting = new Map<Key, Set<(value: Value) => void>>()

  /** The value when it is announced, or undefined after `ms`. */
  wait(key: Key, ms: number): Promise<Value | undefined> {
    return new Promise((resolve) => {
      const waiters = this.#waiting.get(key) ?? new Set()
      this.#waiting.set(key, waiters)
      const end = (value?: Value): void => {
        clearTimeout(timer)
        waiters.delete(end)
        if (waiters.size === 0 && this.#waiting.get(key) === waiters) this.#waiting.delete(key)
        resolve(value)
      }
      const timer = setTimeout(end, Math.max(ms, 0))
      waiters.add(end)
    })
  }

  announce(key: Key, value: Value): void {
    for (const waiter of [...(this.#waiting.get(key) ?? [])]) waiter(value)
  }
}
