const TOLD_EVERY_MS = 10_000

/** One outage is told of again and again; whoever reads wants to hear of it now and then. */
export function seldom<What>(tell: (what: What) => void): (what: What) => void {
  let last = Number.NEGATIVE_INFINITY
  return (what) => {
    const now = performance.now()
    if (now - last < TOLD_EVERY_MS) return
    last = now
    tell(what)
  }
}
