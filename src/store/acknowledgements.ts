import type { NewLogEntry } from './log-entries.ts'
import type { SealedPayload } from './payload-cipher.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

export interface SealedAcknowledgement extends SealedPayload {
  readonly kind: string
  readonly keyId: string
}

/** The acknowledgement and its entry: one statement. False where there is one already, or the exchange was erased. */
export async function insertAcknowledgement(
  db: Executor,
  exchange: number,
  { kind, keyId, iv, ciphertext }: SealedAcknowledgement,
  entry: NewLogEntry,
): Promise<boolean> {
  const { rows } = await statement<{ exchange: number }>`
    with stored as (
      insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
      select id, ${kind}::text, retention_class, ${keyId}::text, ${iv}::bytea, ${ciphertext}::bytea
      from exchange where id = ${exchange} and data_key is not null
      on conflict do nothing
      returning exchange
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select ${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event}, exchange
      from stored
    )
    select exchange from stored`.execute(db)
  return rows.length > 0
}
