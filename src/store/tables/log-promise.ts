/** That an entry would stand in the tree by `due_at`, as its consumer has it signed. */
export interface LogPromiseTable {
  /** Row number of the entry. */
  readonly entry: number
  readonly leaf_hash: Buffer
  readonly made_at: Date
  readonly due_at: Date
  /** When the entry came into the tree, as a proof showed. */
  readonly kept_at: Date | null
  /** When it was found that it was not there in time; it may have come later. */
  readonly broken_at: Date | null
}
