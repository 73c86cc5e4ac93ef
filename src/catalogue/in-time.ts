import { setTimeout as pause } from 'node:timers/promises'

/** What the code of an adapter gives; `undefined` where it does not end in time, so that nothing of edno waits for good. */
export async function inTime<Value>(work: () => Value | PromiseLike<Value>, ms: number): Promise<Value | undefined> {
  const ended = new AbortController()
  const late = pause(ms, undefined, { signal: ended.signal }).catch(() => undefined)
  try {
    return await Promise.race([(async () => work())(), late])
  } finally {
    ended.abort()
  }
}
