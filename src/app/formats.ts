import type { VerifiedSignature } from '../exchange/ports.ts'
import { writeAnswer, writeJsonAnswer } from '../message/write-answer.ts'
import { writeJsonSupplement, writeSupplement } from '../message/write-supplement.ts'
import type { AssembledAnswer, AssembledSupplement, ReceivedRequest } from '../model/exchange.ts'
import { MEDIA_TYPES } from '../model/media-types.ts'
import { sealJws } from '../signature/seal-jws.ts'
import { type Sealer, sealCanonicalXml } from '../signature/seal-xml.ts'
import { signCanonicalXades, type StampOctets } from '../signature/sign-xades.ts'
import { ANSWER_TYPE, APPLICATION_JWS, verifyJws } from '../signature/verify-jws.ts'
import { APPLICATION_SEAL, type CertificateDirectory, verifySeal } from '../signature/verify-seal.ts'

/** The signature of the format that the binding named; the bytes have no say in which. */
export function verifyByFormat(
  { bytes, format, receivedAt }: ReceivedRequest,
  certificates: CertificateDirectory,
  maxBytes: number,
): VerifiedSignature {
  if (format === 'xml') return verifySeal(bytes, certificates, receivedAt, { ...APPLICATION_SEAL, maxBytes })
  return verifyJws({ bytes, format }, certificates, receivedAt, { ...APPLICATION_JWS, maxBytes })
}

/** The unsigned answer in the caller's format. */
export const writeByFormat = (answer: AssembledAnswer): { readonly canonical: string; readonly mediaType: string } => ({
  canonical: answer.format === 'xml' ? writeAnswer(answer) : writeJsonAnswer(answer),
  mediaType: MEDIA_TYPES[answer.format],
})

/**
 * Signed by edno in the caller's format; the time of signing that it claims is the answer's own. With `stamp`, answers in
 * XML are XAdES-B-T; a JWS carries no time stamp.
 */
export async function sealByFormat(
  canonical: string,
  { format, issuedAt }: Pick<AssembledAnswer, 'format' | 'issuedAt'>,
  sealer: Sealer,
  stamp?: StampOctets,
): Promise<Uint8Array> {
  const at = new Date(issuedAt)
  if (format !== 'xml') return sealJws(canonical, sealer, { format, type: ANSWER_TYPE, at })
  return stamp === undefined
    ? sealCanonicalXml(canonical, sealer)
    : signCanonicalXades(canonical, sealer, { at, stamp })
}

/** A supplement, written and signed as its answer was. */
export async function sealSupplement(
  supplement: AssembledSupplement,
  sealer: Sealer,
  stamp?: StampOctets,
): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }> {
  const { format } = supplement
  const canonical = format === 'xml' ? writeSupplement(supplement) : writeJsonSupplement(supplement)
  return { bytes: await sealByFormat(canonical, supplement, sealer, stamp), mediaType: MEDIA_TYPES[format] }
}
