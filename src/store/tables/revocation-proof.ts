/** An OCSP response or a revocation list on which edno relied. */
export interface RevocationProofTable {
  /** SHA-256 of the SHA-256 of the issuer's certificate and that of the octets. */
  readonly digest: Buffer
  readonly kind: 'ocsp' | 'crl'
  /** Certificate of the authority whose word it is, DER. */
  readonly issuer: Buffer
  /** DER. */
  readonly bytes: Buffer
  /** Nobody relies on it after that. */
  readonly good_until: Date
}

/** On which an exchange rests: from the issuer of the signer's certificate (1) upwards. Gone when the exchange is erased. */
export interface ExchangeRevocationProofTable {
  readonly exchange: number
  readonly position: number
  readonly proof: Buffer
}
