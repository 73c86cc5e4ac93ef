/** One try of one call; written before the registry is asked. */
export interface AttemptTable {
  readonly exchange: number
  readonly call: string
  /** From 1. */
  readonly number: number
  readonly started_at: Date
  readonly ended_at: Date | null
  /** A code of the problem table; null while running and after success. */
  readonly fault: string | null
}
