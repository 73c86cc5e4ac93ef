/** Milliseconds of CPU that the fixed work below takes on the machine on which limits of CPU time were set. */
const WORK_MS = 35
const WORK = JSON.stringify(
  Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`member${index}`, [index]])),
)

/** What `run` gives, and the milliseconds of CPU it took, so that other work on the machine counts little. */
async function cpuTime<T>(run: () => T | Promise<T>): Promise<readonly [T, number]> {
  const start = process.cpuUsage()
  const result = await run()
  const { user, system } = process.cpuUsage(start)
  return [result, (user + system) / 1000]
}

/** How many times longer this machine takes just now than the one on which limits of CPU time were set; never less than 1. */
async function slowness(): Promise<number> {
  let leastMs = Number.POSITIVE_INFINITY
  for (let round = 0; round < 3; round += 1) {
    const [, elapsedMs] = await cpuTime(() => JSON.stringify(JSON.parse(WORK)))
    leastMs = Math.min(leastMs, elapsedMs)
  }
  return Math.max(1, leastMs / WORK_MS)
}

/** The least of up to four tries, in milliseconds of a machine as fast as the one on which `limitMs` was set. */
export async function withinCpuTime<T>(limitMs: number, run: () => T | Promise<T>): Promise<readonly [T, number]> {
  let [result, elapsedMs] = await cpuTime(run)
  for (let again = 0; again < 3 && elapsedMs >= limitMs; again += 1) {
    const factor = await slowness()
    const [next, took] = await cpuTime(run)
    result = next
    elapsedMs = took / factor
  }
  return [result, elapsedMs]
}
