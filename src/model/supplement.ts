import type { AnswerPart, Format } from './exchange.ts'
import type { ExchangeId, ServiceRef } from './ids.ts'

/** What a call brought after the answer had left: signed apart, never merged into the answer. */
export interface AssembledSupplement {
  readonly exchangeId: ExchangeId
  readonly service: ServiceRef
  readonly format: Format
  /** Base64 SHA-256 of the answer's bytes. */
  readonly answerDigest: string
  readonly issuedAt: string
  readonly part: AnswerPart
}

/** A supplement as it was signed. */
export interface SignedSupplement {
  readonly call: string
  readonly issuedAt: string
  readonly bytes: Uint8Array
  readonly mediaType: string
}
