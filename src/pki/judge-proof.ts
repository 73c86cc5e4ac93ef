import type { ChainCertificate } from './chain-certificate.ts'
import { lookUp, readCrl } from './crl.ts'
import { judgeOcsp } from './ocsp.ts'
import { type RevocationProof, type Told, unclear } from './revocation-status.ts'

export interface ProofAsked {
  readonly certificate: ChainCertificate
  readonly issuer: ChainCertificate
  /** When the certificate was relied on. */
  readonly at: Date
}

/** Judges, later and without asking anybody, what `issuer` said of `certificate` by these octets. Never throws. */
export const judgeProof = ({ kind, bytes }: Omit<RevocationProof, 'until'>, asked: ProofAsked): Told => {
  const { certificate, issuer, at } = asked
  if (kind === 'ocsp') return judgeOcsp(bytes, { certificate, issuer, nonce: undefined, now: at })
  const list = readCrl(bytes, issuer)
  return typeof list === 'string' ? unclear(list) : lookUp(list, certificate, at)
}
