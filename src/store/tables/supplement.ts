/** What a call brought after the answer had left; the signed bytes are the payload `supplement:<call>`. */
export interface SupplementTable {
  readonly exchange: number
  readonly call: string
  readonly issued_at: Date
  readonly media_type: string
}
