/** What the owner of a registry allows; the operator may say it anew, member by member. As in an adapter's manifest. */
export interface RegistryLimits {
  readonly concurrency?: number
  readonly perSecond?: number
  readonly perMinute?: number
  readonly attempts?: number
  readonly plannedDowntime?: readonly PlannedDowntime[]
}

/** ISO instants; `to` is the first moment after it. */
export interface PlannedDowntime {
  readonly from: string
  readonly to: string
  readonly reason: string
}

/** Positions of windows that end before they begin: nothing would be held back in them. */
export const emptyWindows = ({ plannedDowntime = [] }: RegistryLimits): readonly number[] =>
  plannedDowntime.flatMap(({ from, to }, index) => (Date.parse(from) < Date.parse(to) ? [] : [index]))
