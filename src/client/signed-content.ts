import type { SignedContent } from '../model/exchange.ts'
import { partyId } from '../model/ids.ts'
import type { Certificate } from '../pki/read-certificate.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { ANSWER_JWS, APPLICATION_JWS, verifyJws } from '../signature/verify-jws.ts'
import {
  ANSWER_SEAL,
  APPLICATION_SEAL,
  SUPPLEMENT_SEAL,
  type VerifiedSeal,
  verifySeal,
} from '../signature/verify-seal.ts'
import { formOf } from './form-of.ts'

const PROFILES = {
  application: { xml: APPLICATION_SEAL, jws: APPLICATION_JWS },
  answer: { xml: ANSWER_SEAL, jws: ANSWER_JWS },
  supplement: { xml: SUPPLEMENT_SEAL, jws: ANSWER_JWS },
} as const

/** What was signed, with the time stamp that an answer in XML may carry. */
export type Signed = Pick<VerifiedSeal, 'content' | 'stamp'>

/** The signed octets, if this certificate signed them. Dates are judged apart, by the time that the document names. */
export const signedContent = (
  bytes: Uint8Array,
  certificate: Certificate,
  document: keyof typeof PROFILES,
): SignedContent | undefined => signedBy(bytes, certificate, document)?.content

/** The same with the stamp, which is not judged here. */
export function signedBy(
  bytes: Uint8Array,
  certificate: Certificate,
  document: keyof typeof PROFILES,
): Signed | undefined {
  const registered = { party: partyId('holder'), key: certificate.key, notBefore: new Date(0), notAfter: new Date(1) }
  const directory = { find: (sha256: string) => (sha256 === certificate.sha256 ? registered : undefined) }
  const format = formOf(bytes)
  const { xml, jws } = PROFILES[document]
  const at = new Date(0)
  try {
    if (format === 'xml') return verifySeal(bytes, directory, at, xml)
    return verifyJws({ bytes, format }, directory, at, jws)
  } catch (error) {
    if (error instanceof BrokerError) return undefined
    throw error
  }
}
