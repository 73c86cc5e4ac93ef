/** The signature over a container that was handed out: the same state of an exchange gets the same bytes. */
export interface EvidenceSignatureTable {
  readonly exchange: number
  /** SHA-256 of what is signed. */
  readonly digest: Buffer
  /** `META-INF/signatures.xml`. */
  readonly signature: Buffer
  readonly signed_at: Date
}
