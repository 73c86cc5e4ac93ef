import { createHash } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { type ChainCertificate, readChainCertificate } from './chain-certificate.ts'
import { signedBy } from './signed-bytes.ts'
import type { OfferedCertificate } from './trust.ts'

/** What a stamp says, once its own signature was found to hold. Whose word it is must still be judged. */
export interface TimeStampToken {
  readonly at: Date
  readonly policy: string
  /** What was stamped. */
  readonly imprint: { readonly hash: Hash; readonly value: Uint8Array }
  readonly nonce?: Uint8Array
  /** The certificate that the token names and that made its signature, with those that came along. */
  readonly signer: OfferedCertificate
}

type Hash = 'sha256' | 'sha384' | 'sha512'
export type TokenFault = 'not-readable' | 'wrong-signer'

const HASHES: ReadonlyMap<string, Hash> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])
const RSA = '1.2.840.113549.1.1.1'
/** CMS may name the key alone, and the digest beside it (RFC 5652 §5.3). */
const RSA_WITH: Readonly<Record<Hash, string>> = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
}
const WITH: Readonly<Record<Hash, readonly string[]>> = {
  sha256: [RSA_WITH.sha256, '1.2.840.10045.4.3.2'],
  sha384: [RSA_WITH.sha384, '1.2.840.10045.4.3.3'],
  sha512: [RSA_WITH.sha512, '1.2.840.10045.4.3.4'],
}
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const MAX_CERTIFICATES = 5

const digest = (hash: Hash, octets: Uint8Array): Buffer => createHash(hash).update(octets).digest()

/** One DER value and nothing after it. Throws. */
export const onlyValue = (der: Uint8Array): asn1js.AsnType => {
  const { offset, result } = asn1js.fromBER(Uint8Array.from(der))
  if (offset !== der.byteLength) throw new TypeError('not one DER value')
  return result
}

/**
 * Reads a time-stamp token (RFC 3161 §2.4.2) and verifies its signature by the certificate that came in it, which must be
 * the one that ESSCertIDv2 names (RFC 5816). Neither its path nor what was stamped is judged here. Never throws.
 */
export const readTimeStampToken = (der: Uint8Array): TimeStampToken | TokenFault => {
  try {
    const content = new pkijs.ContentInfo({ schema: onlyValue(der) })
    if (content.contentType !== SIGNED_DATA) return 'not-readable'
    const data = new pkijs.SignedData({ schema: content.content })
    const [signer, ...others] = data.signerInfos
    if (signer === undefined || others.length > 0 || data.encapContentInfo.eContentType !== TST_INFO)
      return 'not-readable'
    const octets = contentOf(data)
    const held = certificatesOf(data)
    const certificate = held.find((one) => isNamed(signer.sid, one))
    if (certificate === undefined || !isSigned(signer, certificate, octets)) return 'wrong-signer'
    const offered = held.filter((one) => one !== certificate)
    return { ...sayingOf(octets), signer: { certificate, offered } }
  } catch {
    return 'not-readable'
  }
}

const contentOf = ({ encapContentInfo }: pkijs.SignedData): Uint8Array => {
  const { eContent } = encapContentInfo
  if (!(eContent instanceof asn1js.OctetString)) throw new TypeError('a token without content')
  return new Uint8Array(eContent.getValue())
}

const certificatesOf = ({ certificates = [] }: pkijs.SignedData): readonly ChainCertificate[] =>
  certificates
    .slice(0, MAX_CERTIFICATES)
    .filter((one) => one instanceof pkijs.Certificate)
    .map((one) => readChainCertificate(new Uint8Array(one.toSchema().toBER())))

const hexOf = (octets: ArrayBuffer | Uint8Array): string => Buffer.from(new Uint8Array(octets)).toString('hex')

/** SignerIdentifier: issuer and serial number, or the key identifier under [0]. */
const isNamed = (sid: unknown, certificate: ChainCertificate): boolean => {
  if (sid instanceof pkijs.IssuerAndSerialNumber)
    return (
      Buffer.from(sid.issuer.valueBeforeDecode).equals(certificate.issuerName) &&
      hexOf(sid.serialNumber.valueBlock.valueHexView) === certificate.serialNumber
    )
  return sid instanceof asn1js.Primitive && hexOf(sid.valueBlock.valueHexView) === certificate.subjectKeyId
}

/** The one value of an attribute that stands once. */
const attributeOf = ({ signedAttrs }: pkijs.SignerInfo, type: string): unknown => {
  const [first, ...others] = (signedAttrs?.attributes ?? []).filter((attribute) => attribute.type === type)
  const values: readonly unknown[] = first?.values ?? []
  return others.length === 0 && values.length === 1 ? values[0] : undefined
}

/** RFC 5652 §5.4: the signature is over the attributes, and they are over the content and the certificate. */
const isSigned = (signer: pkijs.SignerInfo, certificate: ChainCertificate, octets: Uint8Array): boolean => {
  const hash = HASHES.get(signer.digestAlgorithm.algorithmId)
  if (hash === undefined || signer.signedAttrs === undefined) return false
  const type = attributeOf(signer, CONTENT_TYPE)
  const claimed = attributeOf(signer, MESSAGE_DIGEST)
  const algorithm = algorithmOf(signer, hash)
  return (
    type instanceof asn1js.ObjectIdentifier &&
    type.getValue() === TST_INFO &&
    claimed instanceof asn1js.OctetString &&
    digest(hash, octets).equals(new Uint8Array(claimed.getValue())) &&
    namesCertificate(attributeOf(signer, SIGNING_CERTIFICATE_V2), certificate) &&
    algorithm !== undefined &&
    signedBy(
      certificate.key,
      algorithm,
      new Uint8Array(signer.signedAttrs.encodedValue),
      signer.signature.valueBlock.valueHexView,
    )
  )
}

/** By the digest named beside it, or by none. */
const algorithmOf = ({ signatureAlgorithm: { algorithmId } }: pkijs.SignerInfo, hash: Hash): string | undefined => {
  if (algorithmId === RSA) return RSA_WITH[hash]
  return WITH[hash].includes(algorithmId) ? algorithmId : undefined
}

/** SigningCertificateV2: the first ESSCertIDv2 is of the signer. Its hash is SHA-256 where it names none (RFC 5035 §4). */
const namesCertificate = (value: unknown, { der }: ChainCertificate): boolean => {
  const certs = value instanceof asn1js.Sequence ? value.valueBlock.value[0] : undefined
  const first = certs instanceof asn1js.Sequence ? certs.valueBlock.value[0] : undefined
  if (!(first instanceof asn1js.Sequence)) return false
  const [one, two] = first.valueBlock.value
  const hash = one instanceof asn1js.Sequence ? hashNamed(one) : 'sha256'
  const value32 = one instanceof asn1js.Sequence ? two : one
  if (hash === undefined || !(value32 instanceof asn1js.OctetString)) return false
  return digest(hash, der).equals(new Uint8Array(value32.getValue()))
}

const hashNamed = (algorithm: asn1js.Sequence): Hash | undefined =>
  HASHES.get(new pkijs.AlgorithmIdentifier({ schema: algorithm }).algorithmId)

/** TSTInfo. Throws where it is none, or holds a critical extension: nobody may act on a stamp whose meaning is not known. */
const sayingOf = (octets: Uint8Array): Omit<TimeStampToken, 'signer'> => {
  const info = new pkijs.TSTInfo({ schema: onlyValue(octets) })
  const hash = HASHES.get(info.messageImprint.hashAlgorithm.algorithmId)
  if (info.version !== 1 || hash === undefined || info.extensions?.some(({ critical }) => critical) === true)
    throw new TypeError('a stamp that is not understood')
  return {
    at: info.genTime,
    policy: info.policy,
    imprint: { hash, value: new Uint8Array(info.messageImprint.hashedMessage.getValue()) },
    ...(info.nonce === undefined ? {} : { nonce: new Uint8Array(info.nonce.valueBlock.valueHexView) }),
  }
}

/** Is this what was stamped? */
export const isOver = ({ imprint }: TimeStampToken, octets: Uint8Array): boolean =>
  digest(imprint.hash, octets).equals(imprint.value)
