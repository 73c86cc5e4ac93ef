import type { PlannedDowntime } from '../adapter-kit/adapter.ts'

/** When a registry that its owner has taken out of service is asked again; `undefined` where it is in service. Pure. */
export function downtimeUntil(windows: readonly PlannedDowntime[], at: Date): Date | undefined {
  let until = at.getTime()
  // One window may begin before another ends.
  for (let longer = endOf(windows, until); longer > until; longer = endOf(windows, until)) until = longer
  return until === at.getTime() ? undefined : new Date(until)
}

const endOf = (windows: readonly PlannedDowntime[], at: number): number =>
  Math.max(at, ...windows.filter(({ from, to }) => Date.parse(from) <= at && at < Date.parse(to)).map(endsAt))

const endsAt = ({ to }: PlannedDowntime): number => Date.parse(to)
