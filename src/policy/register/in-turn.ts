/**
 * One after the other: whoever waits for the lock of the agreements holds a connection while it waits, and so would keep
 * exchanges from theirs. Of this process only one waits there; the others wait here, for nothing but memory.
 */
export function inTurn<Work>(
  run: <T>(work: (has: Work) => Promise<T>) => Promise<T>,
): <T>(work: (has: Work) => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: (has: Work) => Promise<T>) => {
    const next = last.then(() => run(work))
    last = next.catch(() => undefined)
    return next
  }
}
