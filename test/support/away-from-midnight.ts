import { setTimeout as pause } from 'node:timers/promises'
import { nextSofiaDay } from '../../src/model/sofia-day.ts'

const LONGEST_MS = 90_000

/** Days are those of Sofia: a test that takes less than this while, and counts what belongs to one day, begins after its midnight. */
export async function awayFromMidnight(): Promise<void> {
  const leftMs = nextSofiaDay(new Date()).getTime() - Date.now()
  if (leftMs < LONGEST_MS) await pause(leftMs + 100)
}
