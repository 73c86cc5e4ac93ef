import { createHash, randomBytes } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'

export interface StampQuestion {
  /** DER, to be posted as `application/timestamp-query`. */
  readonly request: Uint8Array
  readonly nonce: Uint8Array
}

const SHA256 = '2.16.840.1.101.3.4.2.1'

/** Positive and without leading zeros, so that it has one encoding as INTEGER. */
const freshNonce = (): Uint8Array => {
  const nonce = randomBytes(16)
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40
  return nonce
}

/** Asks for a stamp over the SHA-256 of `octets` (RFC 3161 §2.4.1), with a nonce and with the authority's certificates. */
export const askTimeStamp = (octets: Uint8Array, policy?: string): StampQuestion => {
  const nonce = freshNonce()
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({ valueHex: createHash('sha256').update(octets).digest() }),
    }),
    ...(policy === undefined ? {} : { reqPolicy: policy }),
    nonce: new asn1js.Integer({ valueHex: nonce }),
    certReq: true,
  })
  return { request: new Uint8Array(request.toSchema().toBER()), nonce }
}
