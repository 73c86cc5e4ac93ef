import type { ExchangeId, PartyId } from './ids.ts'

/** What a consumer signs when an answer has reached it: that one answer, named by its digest. */
export interface Acknowledgement {
  readonly type: 'edno-acknowledgement@1'
  readonly exchangeId: ExchangeId
  /** SHA-256 of the answer's bytes as they came, lower-case hex. */
  readonly answer: string
  readonly by: PartyId
  /** ISO instant, by the signer's clock: a claim. */
  readonly at: string
}
