/** What authorities said of a certificate on which more than one exchange rests, from its issuer upwards. */
export interface CertificateWordTable {
  /** SHA-256 of the certificate. */
  readonly certificate: Buffer
  /** Digests of `revocation_proof`. */
  readonly proofs: readonly Buffer[]
  /** When it was first relied on. */
  readonly since: Date
  /** Nobody relies on it after that. */
  readonly good_until: Date
}
