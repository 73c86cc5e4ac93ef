import type { Bench } from './bench.ts'

/** One thing that edno relies on of every adapter. */
export interface ConformanceCheck {
  /** `adapter`, or `id@version` of an operation. */
  readonly group: string
  /** A sentence about what the adapter does. */
  readonly title: string
  /** Why it does not apply to this operation; then it is not run. */
  readonly notApplicable?: string
  /** Throws where it does not. */
  readonly run: (bench: Bench) => Promise<void> | void
}
