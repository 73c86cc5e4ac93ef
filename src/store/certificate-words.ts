import { statement } from './statement.ts'
import type { StoredProof } from './revocation-proofs.ts'
import type { Executor } from './tables/tables.ts'

export interface CertificateWord {
  /** SHA-256 (hex) of the certificate. */
  readonly certificate: string
  /** Names (hex) of kept proofs, from its issuer upwards. */
  readonly proofs: readonly string[]
  readonly since: Date
  readonly goodUntil: Date
}

/** Each once; one that is relied on again is good for longer. */
export async function keepCertificateWord(db: Executor, word: CertificateWord): Promise<void> {
  const { certificate, proofs, since, goodUntil } = word
  await statement`
    insert into certificate_word (certificate, proofs, since, good_until)
    values (
      decode(${certificate}, 'hex'),
      (select array_agg(decode(name, 'hex') order by at) from unnest(${[...proofs]}::text[]) with ordinality as named (name, at)),
      ${since}, ${goodUntil})
    on conflict (certificate, proofs) do update set good_until = greatest(certificate_word.good_until, excluded.good_until)`.execute(
    db,
  )
}

/** A certificate may be asked about shortly after it was used; clocks of two machines differ by less than this. */
const NEAR = '5 minutes'

/**
 * What edno had been told of a certificate at a moment: the last word before it, or the first right after it, so that whoever
 * asks again is given the same. Empty where it was told nothing, or a part of that is gone.
 */
export async function certificateWordAt(db: Executor, certificate: string, at: Date): Promise<readonly StoredProof[]> {
  const { rows } = await statement<{ kind: StoredProof['kind'] | null; issuer: Buffer | null; bytes: Buffer | null }>`
    with word as (
      select proofs from certificate_word
      where certificate = decode(${certificate}, 'hex')
        and since <= ${at}::timestamptz + ${NEAR}::interval and good_until >= ${at}
      order by since <= ${at} desc, abs(extract(epoch from since - ${at}::timestamptz)) limit 1
    )
    select kind, issuer, bytes
    from word, unnest(word.proofs) with ordinality as named (name, place)
    left join revocation_proof on digest = name
    order by place`.execute(db)
  const whole = rows.flatMap(({ kind, issuer, bytes }) =>
    kind === null || issuer === null || bytes === null ? [] : [{ kind, issuer, bytes }],
  )
  return whole.length === rows.length ? whole : []
}
