/** What a consumer asked the owner of a registry for; never changed. */
export interface AgreementTable {
  /** SHA-256 of the content, lower-case hex. */
  readonly digest: string
  /** Canonical JSON. */
  readonly content: Buffer
  readonly consumer: string
  readonly provider: string
  readonly registry: string
  readonly service: string
  /** Shared by what was asked for together. */
  readonly request: string
  readonly recorded_at: Date
}
