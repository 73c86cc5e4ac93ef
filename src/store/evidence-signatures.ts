import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

export interface KeptSignature {
  readonly exchange: number
  /** SHA-256 of what is signed. */
  readonly digest: Uint8Array
}

export async function findEvidenceSignature(db: Executor, of: KeptSignature): Promise<Buffer | undefined> {
  const { rows } = await statement<{ signature: Buffer }>`
    select signature from evidence_signature
    where exchange = ${of.exchange} and digest = ${Buffer.from(of.digest)}`.execute(db)
  return rows[0]?.signature
}

/**
 * Keeps a signature unless another process was first. Nothing is kept of what is erased: its key is gone then.
 * @returns the one that stands.
 */
export async function keepEvidenceSignature(
  db: Executor,
  of: KeptSignature,
  signed: { readonly signature: Uint8Array; readonly at: Date },
): Promise<Buffer> {
  await statement`
    insert into evidence_signature (exchange, digest, signature, signed_at)
    select id, ${Buffer.from(of.digest)}::bytea, ${Buffer.from(signed.signature)}::bytea, ${signed.at}::timestamptz
    from exchange where id = ${of.exchange} and data_key is not null
    on conflict do nothing`.execute(db)
  return (await findEvidenceSignature(db, of)) ?? Buffer.from(signed.signature)
}
