import type { Resolve } from './guarded-lookup.ts'

/** No address in time; `name` is what other time limits have too. */
class LookUpTimeout extends Error {
  override readonly name = 'TimeoutError'
}

/**
 * A look-up by the system takes one of the two threads that all names of this process share, those of registries too, and
 * cannot be called back: it ends when the system gives up. So one runs at a time, whoever asks for a name that is being
 * looked up shares it, and nobody waits for one longer than `timeoutMs`.
 */
export function boundedResolve(resolve: Resolve, timeoutMs: number): Resolve {
  const running = new Map<string, ReturnType<Resolve>>()
  let last: Promise<unknown> = Promise.resolve()
  const begin = (host: string): ReturnType<Resolve> => {
    const before = last
    const found = before
      .then(() => resolve(host))
      .finally(() => {
        running.delete(host)
      })
    running.set(host, found)
    last = found.catch(() => undefined)
    return found
  }
  return (host) => within(running.get(host) ?? begin(host), timeoutMs)
}

function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new LookUpTimeout('the name was not looked up in time')), ms)
    work.then(done, failed).finally(() => clearTimeout(timer))
  })
}
