import { statement } from './statement.ts'
import type { RevocationProofTable } from './tables/revocation-proof.ts'
import type { Executor } from './tables/tables.ts'

/** Octets of an authority, and whose word they are; DER both. */
export interface StoredProof {
  readonly kind: RevocationProofTable['kind']
  readonly issuer: Uint8Array
  readonly bytes: Uint8Array
}

export interface NewProof extends StoredProof {
  readonly digest: Uint8Array
  readonly goodUntil: Date
}

/** Each once, whoever brings it. One that is relied on longer than was thought is kept longer. */
export async function keepRevocationProof(db: Executor, proof: NewProof): Promise<void> {
  const { digest, kind, issuer, bytes, goodUntil } = proof
  await statement`
    insert into revocation_proof (digest, kind, issuer, bytes, good_until)
    values (${Buffer.from(digest)}, ${kind}, ${Buffer.from(issuer)}, ${Buffer.from(bytes)}, ${goodUntil})
    on conflict (digest) do update set good_until = greatest(revocation_proof.good_until, excluded.good_until)`.execute(
    db,
  )
}

/** From the issuer of the signer's certificate upwards, as far as there is one after the other. */
export async function revocationProofsOf(db: Executor, exchange: number): Promise<readonly StoredProof[]> {
  const { rows } = await statement<StoredProof & { readonly position: number }>`
    select position, kind, issuer, bytes
    from exchange_revocation_proof join revocation_proof on digest = proof
    where exchange = ${exchange} order by position`.execute(db)
  return rows.flatMap(({ position, ...proof }, at) => (position === at + 1 ? [proof] : []))
}

/** A process may rely on one until its end without asking the store; clocks differ by less than this. */
const GRACE_MS = 3_600_000

/** Those on which no exchange that is kept rests, and on which none can rest any more. */
export async function forgetRevocationProofs(tx: Executor, now: Date): Promise<void> {
  const before = new Date(now.getTime() - GRACE_MS)
  await forgetCertificateWords(tx, before)
  await statement`
    delete from revocation_proof
    where good_until < ${before}
      and not exists (select from exchange_revocation_proof where proof = digest)
      and digest not in (select unnest(proofs) from certificate_word)`.execute(tx)
}

/** Words about certificates of before the first month of which something is still kept: no exchange rests on them any more. */
async function forgetCertificateWords(tx: Executor, before: Date): Promise<void> {
  await statement`
    delete from certificate_word
    where good_until < ${before}
      and good_until < (
        select coalesce(min(to_date(month, 'YYYY-MM'))::timestamp at time zone 'UTC', 'infinity'::timestamptz)
        from month_key where wrapped is not null)`.execute(tx)
}
