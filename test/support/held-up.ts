const LOOK_MS = 10

interface HeldUp {
  /** Milliseconds since the start in which this process was kept from running: by others on the machine, or by a pause of its own. */
  readonly ms: () => number
  readonly end: () => void
}

/** For a promise of the product in milliseconds, which no program keeps while it is not let run. */
function watchHeldUp(): HeldUp {
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

/** Milliseconds that something took, without those in which this process was kept from running. */
export async function ranMs(work: () => Promise<unknown>): Promise<number> {
  const heldUp = watchHeldUp()
  const since = performance.now()
  try {
    await work()
    return performance.now() - since - heldUp.ms()
  } finally {
    heldUp.end()
  }
}
