import type { KeyObject } from 'node:crypto'
import type { PartyId } from '../model/ids.ts'
import type { OfferedCertificate } from '../pki/trust.ts'

/** A certificate that stands for a party; whoever uses it judges its dates. */
export interface RegisteredCertificate {
  readonly party: PartyId
  readonly key: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  /** The certificate itself with the intermediates that stand after it in its file. */
  readonly held: OfferedCertificate
}

export interface CertificateFinder {
  /** By SHA-256 of the DER certificate, lower-case hex; with the certificate itself also by a pinned key. */
  readonly find: (sha256Hex: string, der?: Uint8Array) => RegisteredCertificate | undefined
}
