/** How long the end of a call waits for those of its siblings; no registry answers in less. */
const TOGETHER_MS = 5

/**
 * The questions of one exchange that are out. Registries often answer within the same moment; what ends then is written in
 * one go, and the last one is never waited for.
 */
export class Together {
  readonly #out = new Set<string>()
  #last: () => void = () => undefined

  begin(calls: Iterable<string>): void {
    for (const call of calls) this.#out.add(call)
  }

  end(call: string): void {
    this.#out.delete(call)
    if (this.#out.size === 0) this.#last()
  }

  /** When none is out any more, or the moment is over. */
  moment(): Promise<void> {
    if (this.#out.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, TOGETHER_MS)
      this.#last = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
