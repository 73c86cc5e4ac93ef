import type { OfferedCertificate, Trust, TrustVerdict } from '../pki/trust.ts'
import { BrokerError } from '../problem/broker-error.ts'

/**
 * Refuses a signer whose certificate is not trusted, or was revoked, at `at`, or of which that cannot be told. Called
 * once the signature value holds: nobody else can make edno ask an authority.
 */
export async function requireTrusted(trust: Trust, held: OfferedCertificate, at: Date): Promise<void> {
  const refusal = refusalOf(await trust.judge(held, 'seal', at))
  if (refusal !== undefined) throw refusal
}

function refusalOf(verdict: TrustVerdict): BrokerError | undefined {
  switch (verdict.kind) {
    case 'trusted':
      return undefined
    case 'untrusted':
      return new BrokerError('signature.certificate-untrusted', `the path of the certificate: ${verdict.failed.check}`)
    case 'revoked':
      return new BrokerError('signature.certificate-revoked', 'its authority has revoked the certificate')
    case 'unclear':
      return new BrokerError('signature.revocation-unknown', `revocation cannot be told: ${verdict.why}`)
  }
}
