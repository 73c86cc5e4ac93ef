/** A signed tree head; never changed. */
export interface LogCheckpointTable {
  readonly size: number
  readonly root: Buffer
  readonly note: string
  readonly created_at: Date
}
