import { type ChainCertificate, readChainCertificate } from '../pki/chain-certificate.ts'
import { NotACertificate } from '../pki/pki-errors.ts'
import type { IssuerProof, OfferedCertificate, Trust, TrustVerdict } from '../pki/trust.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ProblemCode } from '../problem/codes.ts'

/** What a certificate is used for when it is judged; it decides the family of the refusal. */
export type TrustedUse = 'seal' | 'tls-client' | 'personal'

interface Codes {
  readonly untrusted: ProblemCode
  readonly revoked: ProblemCode
  readonly unclear: ProblemCode
}

const CODES: Readonly<Record<TrustedUse, Codes>> = {
  seal: {
    untrusted: 'signature.certificate-untrusted',
    revoked: 'signature.certificate-revoked',
    unclear: 'signature.revocation-unknown',
  },
  'tls-client': {
    untrusted: 'access.certificate-untrusted',
    revoked: 'access.certificate-revoked',
    unclear: 'access.revocation-unknown',
  },
  personal: {
    untrusted: 'applicant.certificate-untrusted',
    revoked: 'applicant.certificate-revoked',
    unclear: 'applicant.revocation-unknown',
  },
}

/**
 * Refuses a certificate that is not trusted for `use`, or was revoked, at `at`, or of which that cannot be told. Called
 * once its holder has shown to hold the key: nobody else can make edno ask an authority. Gives what authorities said.
 */
export async function requireTrusted(
  trust: Pick<Trust, 'judge'>,
  held: OfferedCertificate,
  use: TrustedUse,
  at: Date,
): Promise<readonly IssuerProof[]> {
  const verdict = await trust.judge(held, use, at)
  const refusal = refusalOf(verdict, CODES[use])
  if (refusal !== undefined) throw refusal
  return (verdict.kind === 'trusted' ? verdict.proofs : undefined) ?? []
}

function refusalOf(verdict: TrustVerdict, codes: Codes): BrokerError | undefined {
  switch (verdict.kind) {
    case 'trusted':
      return undefined
    case 'untrusted':
      return new BrokerError(codes.untrusted, `the path of the certificate: ${verdict.failed.check}`)
    case 'revoked':
      return new BrokerError(codes.revoked, 'its authority has revoked the certificate')
    case 'unclear':
      return new BrokerError(codes.unclear, `revocation cannot be told: ${verdict.why}`)
  }
}

/** A person's certificate (DER) with what came along; refuses with `applicant.*`. */
export async function requireTrustedPerson(
  trust: Pick<Trust, 'judge'>,
  certificate: Uint8Array,
  at: Date,
  offered: readonly Uint8Array[],
): Promise<void> {
  await requireTrusted(trust, { certificate: read(certificate), offered: offered.map(read) }, 'personal', at)
}

function read(der: Uint8Array): ChainCertificate {
  try {
    return readChainCertificate(der)
  } catch (error) {
    if (!(error instanceof NotACertificate)) throw error
    throw new BrokerError('applicant.certificate-untrusted', 'KeyInfo holds what is not a certificate', {
      cause: error,
    })
  }
}
