const LOOK_MS = 10

export interface HeldUp {
  /** Milliseconds since the start in which this process was kept from running: by others on the machine, or by a pause of its own. */
  readonly ms: () => number
  readonly end: () => void
}

/** For a promise of the product in milliseconds, which no program keeps while it is not let run. */
export function watchHeldUp(): HeldUp {
  let held = 0
  let last = performance.now()
  const look = (): void => {
    const now = performance.now()
    held += Math.max(0, now - last - 2 * LOOK_MS)
    last = now
  }
  const timer = setInterval(look, LOOK_MS)
  return {
    ms: () => {
      look()
      return held
    },
    end: () => clearInterval(timer),
  }
}
