/** Bytes with personal data, encrypted with the data key of their exchange. */
export interface PayloadTable {
  readonly exchange: number
  /** `request`, `plan`, `answer`, `evidence:<call>` and what the log needs. */
  readonly kind: string
  readonly retention_class: string
  readonly key_id: string
  readonly iv: Buffer
  /** AES-256-GCM ciphertext followed by its tag of 16 bytes. */
  readonly ciphertext: Buffer
}
