/**
 * `npm run chaos` runs the long form of each case, `npm test` the short one. The seed is fixed, so that
 * a run can be repeated; `EDNO_CHAOS_SEED` takes another one.
 */
const LONG = process.env['EDNO_CHAOS'] === 'long'

export const form = {
  name: LONG ? 'long' : 'short',
  brokerKills: LONG ? 200 : 20,
  /** Two in each exchange: of a question that may be put again, and of one that may not. */
  workerKills: LONG ? 12 : 2,
  databaseKills: LONG ? 20 : 3,
  queueKills: LONG ? 12 : 2,
  redisBlows: LONG ? 12 : 3,
  /** The long form, on a machine that has nothing else to do, is the one that measures. */
  longestPauseMs: LONG ? 1000 : 10_000,
  /** For who needs a call that a killed worker had: its row is taken up again. */
  longestTakeoverMs: 15_000,
  /** Beyond its deadline, for an answer to leave and to arrive. */
  marginMs: 250,
  /** Where a quarter of a second decides, and the machine did something else just then. */
  tries: LONG ? 1 : 5,
  paceMs: LONG ? 15_000 : 3000,
  mixedLoadMs: LONG ? 60_000 : 15_000,
  waiting: LONG ? 5000 : 300,
  /** None: the short form leaves this out. */
  exchanges: LONG ? 3000 : 0,
} as const

const seed = Number(process.env['EDNO_CHAOS_SEED'] ?? 2069)

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
export function seeded(): {
  readonly seed: number
  readonly next: () => number
  readonly upTo: (most: number) => number
} {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return { seed, next, upTo: (most) => Math.round(next() * most) }
}

/** One line with the counts of a case. */
export function tell(name: string, counts: Readonly<Record<string, string | number>>): void {
  const text = Object.entries(counts).map(([what, count]) => `${what} ${count}`)
  console.log(`      chaos, ${form.name}: ${name}: ${text.join(', ')}`)
}
