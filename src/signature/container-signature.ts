import { createHash } from 'node:crypto'
import { DSIG, EXCLUSIVE_C14N, SHA256 } from './algorithms.ts'
import { SIGNED_PROPERTIES_TYPE, XADES } from './read-qualifying.ts'
import { type Sealer, writeReference, writeSignedInfo } from './seal-xml.ts'

const ASIC = 'http://uri.etsi.org/02918/v1.2.1#'
const SIGNATURE_ID = 'Signature'
const PROPERTIES_ID = 'SignedProperties'

/** A file that stands beside the signature. Its path and type need no escaping in XML. */
export interface SignedFile {
  readonly path: string
  readonly mediaType: string
  /** SHA-256, base64. */
  readonly digest: string
}

/** All that the signature of a container says. */
export interface ContainerSignature {
  readonly files: readonly SignedFile[]
  /** DER, base64. */
  readonly certificate: string
  readonly algorithm: Sealer['algorithm']
  /** SigningTime: a claim. */
  readonly signedAt: string
}

const sha256 = (octets: string | Uint8Array): string => createHash('sha256').update(octets).digest('base64')

/**
 * `META-INF/signatures.xml` of ASiC-E: a detached XAdES-B-B (ETSI EN 319 132-1) with a reference to each file. It has
 * one spelling, so that whoever verifies it writes it again instead of interpreting it.
 */
export function signContainer(files: readonly SignedFile[], sealer: Sealer, at: Date): Uint8Array {
  const { certificate, algorithm } = sealer
  const says: ContainerSignature = { files, certificate, algorithm, signedAt: at.toISOString() }
  const value = Buffer.from(sealer.sign(signedOctets(says))).toString('base64')
  return Buffer.from(writeContainerSignature(says, value))
}

/** What the signature's value is over: SignedInfo in its canonical form. */
export const signedOctets = (says: ContainerSignature): Buffer =>
  Buffer.from(`<ds:SignedInfo xmlns:ds="${DSIG}">${signedInfoOf(says)}`)

export const writeContainerSignature = (says: ContainerSignature, value: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<asic:XAdESSignatures xmlns:asic="${ASIC}">` +
  `<ds:Signature xmlns:ds="${DSIG}" Id="${SIGNATURE_ID}"><ds:SignedInfo>${signedInfoOf(says)}` +
  `<ds:SignatureValue>${value}</ds:SignatureValue>` +
  `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${says.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>` +
  `<ds:Object><xades:QualifyingProperties xmlns:xades="${XADES}" Target="#${SIGNATURE_ID}">${propertiesOf(says)}` +
  '</xades:QualifyingProperties></ds:Object></ds:Signature></asic:XAdESSignatures>\n'

const signedInfoOf = (says: ContainerSignature): string =>
  writeSignedInfo(says.algorithm, [
    ...says.files.map(({ path, digest }, at) =>
      writeReference(digest, { attributes: ` Id="File${at}" URI="${path}"`, transforms: [] }),
    ),
    writeReference(sha256(propertiesOf(says)), {
      attributes: ` Type="${SIGNED_PROPERTIES_TYPE}" URI="#${PROPERTIES_ID}"`,
      transforms: [EXCLUSIVE_C14N],
    }),
  ])

/** Canonical as it stands, as in sign-xades.ts; what each file is (DataObjectFormat) is told, as baseline signatures do. */
const propertiesOf = ({ files, certificate, signedAt }: ContainerSignature): string =>
  `<xades:SignedProperties xmlns:xades="${XADES}" Id="${PROPERTIES_ID}"><xades:SignedSignatureProperties>` +
  `<xades:SigningTime>${signedAt}</xades:SigningTime>` +
  '<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>' +
  `<ds:DigestMethod xmlns:ds="${DSIG}" Algorithm="${SHA256}"></ds:DigestMethod>` +
  `<ds:DigestValue xmlns:ds="${DSIG}">${sha256(Buffer.from(certificate, 'base64'))}</ds:DigestValue>` +
  '</xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>' +
  `<xades:SignedDataObjectProperties>${files.map(formatOf).join('')}</xades:SignedDataObjectProperties>` +
  '</xades:SignedProperties>'

const formatOf = ({ mediaType }: SignedFile, at: number): string =>
  `<xades:DataObjectFormat ObjectReference="#File${at}"><xades:MimeType>${mediaType}</xades:MimeType></xades:DataObjectFormat>`
