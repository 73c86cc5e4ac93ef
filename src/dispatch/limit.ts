/** What became of a task that had a limited time. */
export type Limited<T> = { readonly value: T } | { readonly expired: 'timeout' | 'late' }

/**
 * Runs `task` for at most `timeoutMs`, and never beyond the moment `deadline` aborts. The task's signal aborts with
 * either; a task that does not listen is left behind, and whatever it still says is not heard.
 *
 * Not cockatiel's timeout: that ends by an exception which does not say which of the two it was, and they differ: a `timeout` is the
 * registry's, and counts for its breaker; `late` is the exchange's, and leaves the call open for a later answer.
 */
export async function limit<T>(
  task: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  deadline: AbortSignal,
): Promise<Limited<T>> {
  if (deadline.aborted) return { expired: 'late' }
  const stop = new AbortController()
  let expire: (how: 'timeout' | 'late') => void = () => undefined
  const expired = new Promise<Limited<T>>((resolve) => {
    expire = (how) => {
      resolve({ expired: how })
      stop.abort()
    }
  })
  const onDeadline = (): void => expire('late')
  deadline.addEventListener('abort', onDeadline, { once: true })
  const timer = setTimeout(() => expire('timeout'), timeoutMs)
  try {
    return await Promise.race([task(stop.signal).then((value) => ({ value })), expired])
  } finally {
    clearTimeout(timer)
    deadline.removeEventListener('abort', onDeadline)
  }
}

/** As `limit`, for what waits in a queue: nothing but the deadline ends it. */
export async function untilDeadline<T>(running: Promise<Limited<T>>, deadline: AbortSignal): Promise<Limited<T>> {
  if (deadline.aborted) return { expired: 'late' }
  let onDeadline: () => void = () => undefined
  const expired = new Promise<Limited<T>>((resolve) => {
    onDeadline = (): void => resolve({ expired: 'late' })
  })
  deadline.addEventListener('abort', onDeadline, { once: true })
  try {
    return await Promise.race([running, expired])
  } finally {
    deadline.removeEventListener('abort', onDeadline)
  }
}
