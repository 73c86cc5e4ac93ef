/** A tile of the tree: up to 256 hashes of 32 bytes; it only grows. */
export interface LogTileTable {
  readonly level: number
  readonly number: number
  readonly hashes: Buffer
}
