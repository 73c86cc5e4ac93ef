import { lastRecordedAt } from '../../store/agreements.ts'
import type { Executor } from '../../store/tables/tables.ts'
import { CLOCK_AHEAD_MS } from '../agreement/judge-content.ts'

/**
 * When what is written under this lock counts as recorded: by the clock now that its turn has come, and never before what
 * was recorded last, so that clocks of several processes tell one order. A clock that was wrong by more than the minutes
 * that an act may lie ahead is not followed: certificates are judged as of this time.
 */
export async function recordedTime(tx: Executor, clock: () => Date): Promise<Date> {
  const last = await lastRecordedAt(tx)
  const now = clock()
  if (last === undefined || last <= now) return now
  return last.getTime() - now.getTime() <= CLOCK_AHEAD_MS ? last : now
}
