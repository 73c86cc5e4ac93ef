import type { VerifiedSignature, WrittenAnswer } from '../exchange/ports.ts'
import { writeAnswer, writeJsonAnswer } from '../message/write-answer.ts'
import { writeJsonSupplement, writeSupplement } from '../message/write-supplement.ts'
import type { AssembledAnswer, Format, JwsFormat, ReceivedRequest } from '../model/exchange.ts'
import { MEDIA_TYPES } from '../model/media-types.ts'
import type { AssembledSupplement } from '../model/supplement.ts'
import { signData } from '../regix-door/sign-data.ts'
import { sealJws } from '../signature/seal-jws.ts'
import { sealPart } from '../signature/seal-part.ts'
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
  if (!isJws(format)) return verifySeal(bytes, certificates, receivedAt, { ...APPLICATION_SEAL, maxBytes })
  return verifyJws({ bytes, format }, certificates, receivedAt, { ...APPLICATION_JWS, maxBytes })
}

/** The unsigned answer in the caller's signed format. */
export const writeByFormat = (answer: AssembledAnswer): WrittenAnswer => ({
  canonical: isJws(answer.format) ? writeJsonAnswer(answer) : writeAnswer(answer),
  mediaType: isJws(answer.format) ? MEDIA_TYPES[answer.format] : MEDIA_TYPES.xml,
})

const isJws = (format: Format): format is JwsFormat => format === 'jws' || format === 'jws-flattened'

/**
 * Signed by edno in the caller's format; the time of signing that it claims is the answer's own. With `stamp`, answers in
 * XML are XAdES-B-T; a JWS carries no time stamp.
 */
export async function sealByFormat(
  canonical: string,
  { format, issuedAt, regix }: Pick<AssembledAnswer, 'format' | 'issuedAt' | 'regix'>,
  sealer: Sealer,
  stamp?: StampOctets,
): Promise<Uint8Array> {
  const at = new Date(issuedAt)
  if (regix !== undefined) return Buffer.from(signData(canonical, regix, (octets, id) => sealPart(octets, id, sealer)))
  if (isJws(format)) return sealJws(canonical, sealer, { format, type: ANSWER_TYPE, at })
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
  const [canonical, mediaType] = isJws(format)
    ? [writeJsonSupplement(supplement), MEDIA_TYPES[format]]
    : [writeSupplement(supplement), MEDIA_TYPES.xml]
  return { bytes: await sealByFormat(canonical, supplement, sealer, stamp), mediaType }
}
