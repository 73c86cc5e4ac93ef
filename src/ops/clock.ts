/** What time it is; an argument wherever time matters, so that tests say what time it is. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()

/** Milliseconds since it was started, whatever happens to the wall clock meanwhile. */
export const startStopwatch = (): (() => number) => {
  const since = performance.now()
  return () => Math.round(performance.now() - since)
}
