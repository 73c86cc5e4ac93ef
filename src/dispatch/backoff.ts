/** Before the first repetition at most this long; each next one may wait twice as long. */
const FIRST_MS = 100
const LONGEST_MS = 2000

export interface Wait {
  /** 1 before the first repetition. */
  readonly repetition: number
  /** The registry's own word: not before this long. */
  readonly retryAfterMs?: number | undefined
  /** Until nobody waits for the answer any more. */
  readonly leftMs: number
  /** From 0 to below 1. */
  readonly random: () => number
}

/**
 * How long to wait before a registry is asked again; `undefined` where the wait would not end in time. Exponential with
 * full jitter, so that exchanges which failed together do not come back together.
 */
export function waitBefore({ repetition, retryAfterMs = 0, leftMs, random }: Wait): number | undefined {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** (repetition - 1))
  // What comes back at the stroke of a Retry-After comes back together as well: the jitter goes on top.
  const wait = retryAfterMs + Math.floor(random() * most)
  return wait < leftMs ? wait : undefined
}
