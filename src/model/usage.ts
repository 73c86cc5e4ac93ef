/** By what usage is told apart. */
export const USAGE_DIMENSIONS = ['month', 'consumer', 'service', 'status', 'registry', 'outcome'] as const
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number]

export interface UsageQuestion {
  /** Months of the calendar in Sofia, `2026-03`; both are in it. */
  readonly from: string
  readonly to: string
  readonly by: readonly UsageDimension[]
  readonly consumer?: string
  readonly service?: string
  readonly registry?: string
}

export type UsageNames = Readonly<Partial<Record<UsageDimension, string>>>

/** Counts of what these names have in common. */
export interface UsageRow extends UsageNames {
  /** Absent where calls are told apart: one exchange has several. */
  readonly exchanges?: number
  readonly calls?: number
  /** Calls that a registry answered: papers that nobody had to carry. */
  readonly answered?: number
  readonly answeredPerExchange?: number
  /** Of exchanges until their answer; of calls, those that were answered, or of each outcome its own. Of too few times it is not told. */
  readonly medianMs?: number
  /** There are so few that somebody could be told from them. */
  readonly suppressed?: true
}

export interface Usage extends UsageQuestion {
  readonly rows: readonly UsageRow[]
  /** Fewer are not told. */
  readonly smallest: number
}
