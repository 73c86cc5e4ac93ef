import type { Agreement } from '../../model/agreement.ts'

/** Snapshots are replaced, never changed: each is looked through once. */
const known = new WeakMap<readonly Agreement[], number>()

/** The highest sequence of any act; 0 where there is none. Of acts with a higher one whoever holds these knows nothing. */
export function lastActOf(agreements: readonly Agreement[]): number {
  const before = known.get(agreements)
  if (before !== undefined) return before
  const last = agreements.reduce((most, { acts }) => Math.max(most, acts.at(-1)?.sequence ?? 0), 0)
  known.set(agreements, last)
  return last
}
