import type { NewLogEntry } from './log-entries.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** A question about the exchanges of others. */
export interface NewReading {
  readonly at: Date
  readonly party: string
  readonly what: string
  /** Canonical JSON. */
  readonly question: string
  /** Opens the entry's commitment to the question. */
  readonly salt: Uint8Array
}

/** The question and the entry that commits to it: both or neither. */
export async function appendReading(db: Executor, reading: NewReading, entry: NewLogEntry): Promise<void> {
  const { at, party, what, question, salt } = reading
  await statement`
    with asked as (
      insert into audit_read (at, party, what, question, salt)
      values (${at}, ${party}, ${what}, ${question}, ${Buffer.from(salt)})
    )
    insert into log_entry (bytes, leaf_hash, event)
    values (${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event})`.execute(db)
}
