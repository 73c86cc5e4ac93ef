import type { Generated } from 'kysely'

/** One entry of the exchange log; append-only, its index is given once, later. */
export interface LogEntryTable {
  readonly id: Generated<number>
  readonly bytes: Buffer
  readonly leaf_hash: Buffer
  readonly event: string
  readonly exchange: number | null
  /** Position in the tree; null until integrated. */
  readonly index: number | null
  readonly integrated_at: Date | null
}
