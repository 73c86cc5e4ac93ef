import type { Generated } from 'kysely'

/** A call that a queue carries: the row is the truth, a job of the queue only says that there is something to do. */
export interface QueuedCallTable {
  readonly exchange: number
  readonly call: string
  readonly registry: string
  /** Of its exchange. */
  readonly consumer: string
  /** May it be asked again where nobody knows whether it was done? */
  readonly idempotent: boolean
  readonly state: Generated<'waiting' | 'running' | 'ended' | 'incident'>
  /** Not before this. */
  readonly due_at: Date
  /** Nobody is asked after this. */
  readonly ends_at: Date
  /** Since it was queued, or retried by an operator. */
  readonly tries: Generated<number>
  /** Number of the process that runs it; 0 for nobody. */
  readonly owner: Generated<number>
  /** A code of the problem table: how the last try ended. */
  readonly fault: string | null
  /** When a job was last put for it; null where that failed. */
  readonly enqueued_at: Date | null
  /** `due`: the answer left without it, and what it brings is signed apart. */
  readonly supplement: 'due' | 'made' | 'none' | null
}
