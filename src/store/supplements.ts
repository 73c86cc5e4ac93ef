import type { NewLogEntry } from './log-entries.ts'
import { encryptPayload, decryptPayload, type PayloadKey } from './payload-cipher.ts'
import { getPayload } from './payloads.ts'
import type { QueuedCallId } from './queued-calls.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** A signed document about one call that ended after its answer had left. */
export interface NewSupplement extends QueuedCallId {
  readonly issuedAt: Date
  readonly mediaType: string
  readonly bytes: Uint8Array
  /** Opens the entry's commitment to the bytes; kept as long as other salts. */
  readonly salt: Uint8Array
  readonly retentionClass: string
}

export interface StoredSupplement {
  readonly call: string
  readonly issuedAt: Date
  readonly mediaType: string
  readonly bytes: Uint8Array
}

const KIND = 'supplement:'
const SALT = 'salts:'

/**
 * The supplement, its salt and the entry that commits to it: one statement, so all or nothing. False where it was made
 * before, or its exchange is erased: then nothing is written.
 */
export async function insertSupplement(
  db: Executor,
  key: PayloadKey,
  supplement: NewSupplement,
  entry: NewLogEntry,
): Promise<boolean> {
  const { exchange, call, issuedAt, mediaType, retentionClass } = supplement
  const document = encryptPayload(key, KIND + call, supplement.bytes)
  const salt = encryptPayload(key, SALT + call, supplement.salt)
  const { rows } = await statement<{ call: string }>`
    with due as (
      update queued_call set supplement = 'made'
      from exchange
      where queued_call.exchange = ${exchange} and call = ${call} and supplement = 'due' and queued_call.state = 'ended'
        and exchange.id = ${exchange} and exchange.data_key is not null
        and (exchange.expires_at is null or exchange.expires_at > ${issuedAt})
      returning queued_call.exchange, queued_call.call
    ), made as (
      insert into supplement (exchange, call, issued_at, media_type)
      select exchange, call, ${issuedAt}::timestamptz, ${mediaType} from due
    ), stored as (
      insert into payload (exchange, kind, retention_class, key_id, iv, ciphertext)
      select exchange, kind || call, ${retentionClass}, ${key.keyId}, iv, ciphertext
      from due, (values (${KIND}::text, ${document.iv}::bytea, ${document.ciphertext}::bytea),
        (${SALT}::text, ${salt.iv}::bytea, ${salt.ciphertext}::bytea)) as sealed (kind, iv, ciphertext)
    ), logged as (
      insert into log_entry (bytes, leaf_hash, event, exchange)
      select ${Buffer.from(entry.bytes)}::bytea, ${Buffer.from(entry.leafHash)}::bytea, ${entry.event}, exchange from due
    )
    select call from due`.execute(db)
  return rows.length > 0
}

interface SupplementRow {
  readonly call: string
  readonly issued_at: Date
  readonly media_type: string
  readonly iv: Buffer
  readonly ciphertext: Buffer
}

/** What opens the entry's commitment to a supplement. */
export const supplementSalt = (
  db: Executor,
  exchange: number,
  key: PayloadKey,
  call: string,
): Promise<Buffer | undefined> => getPayload(db, exchange, key, SALT + call)

/** In the order in which they were signed; without those whose time is over. */
export async function supplementsOf(db: Executor, exchange: number, key: PayloadKey): Promise<StoredSupplement[]> {
  const { rows } = await statement<SupplementRow>`
    select supplement.call, issued_at, media_type, iv, ciphertext
    from supplement join payload on payload.exchange = supplement.exchange and payload.kind = ${KIND} || supplement.call
    where supplement.exchange = ${exchange}
    order by issued_at, supplement.call`.execute(db)
  return rows.map(({ call, issued_at, media_type, iv, ciphertext }) => ({
    call,
    issuedAt: issued_at,
    mediaType: media_type,
    bytes: decryptPayload(key, KIND + call, { iv, ciphertext }),
  }))
}
