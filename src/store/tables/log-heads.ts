/** What a witness signed of a head; never changed. */
export interface LogCosignatureTable {
  readonly size: number
  /** Its vkey. */
  readonly witness: string
  /** The signature line, with its newline. */
  readonly line: string
  readonly cosigned_at: Date
}

/** A time stamp over the text of a head; never changed. */
export interface LogStampTable {
  readonly size: number
  /** RFC 3161, DER. */
  readonly token: Buffer
  /** What the stamp says. */
  readonly stamped_at: Date
  /** By edno's clock. */
  readonly created_at: Date
}

/** Which process asks for both, and what it found. */
export interface LogDutyTable {
  readonly duty: string
  readonly owner: number
  readonly until: Date
  readonly trouble: string | null
  readonly fork: string | null
}
