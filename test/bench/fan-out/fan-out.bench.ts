import { measure, type Measured, type Round, summary } from '../contest.ts'
import { Grounds } from '../grounds.ts'
import { type CitizenBench, citizenBench } from './citizen.ts'
import { contestants, type Way } from './contestants.ts'
import type { Size } from './sizes.ts'

export interface FanOutRow {
  readonly way: Way
  readonly size: Size
  readonly measured: Measured
  readonly unproven: number
}

export interface FanOutBench {
  readonly rows: readonly FanOutRow[]
  readonly missing: Readonly<Partial<Record<Way, string>>>
  readonly citizen: CitizenBench
}

const WARM_UP: Round = { count: 40, concurrency: 8 }
const ROUNDS = 4
const BUSY: Round = { count: 48, concurrency: 8 }
const ALONE: Round = { count: 16, concurrency: 1 }
/** No round begins later than this after the first. */
const LONGEST_MS = 270_000

/** Every way with every size in each round, so that a drift of the machine meets all of them. */
export const fanOutBench = (rounds = ROUNDS): Promise<FanOutBench> =>
  Grounds.during(async (grounds) => {
    const { cells, missing, ednoUrl } = await contestants(grounds)
    // A short run warms up as little as it measures.
    const warmUp = { ...WARM_UP, count: Math.min(WARM_UP.count, rounds * 10) }
    for (const { contestant } of cells) await contestant.load.run(warmUp.count, warmUp.concurrency)
    const end = performance.now() + LONGEST_MS
    for (let round = 0; round < rounds && performance.now() < end; round += 1)
      for (const cell of cells) {
        await measure(cell, 'busy', BUSY)
        if (cell.way !== 'two processes') await measure(cell, 'alone', ALONE)
      }
    return {
      rows: cells.map((cell) => ({
        way: cell.way,
        size: cell.size,
        measured: summary(cell),
        unproven: cell.unproven.count,
      })),
      missing,
      citizen: await citizenBench(grounds, ednoUrl, rounds),
    }
  })
