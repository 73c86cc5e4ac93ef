import { createHash } from 'node:crypto'
import { BrokerError } from '../problem/broker-error.ts'
import { DSIG, ENVELOPED, EXCLUSIVE_C14N, SHA256 } from './algorithms.ts'
import { SIGNED_PROPERTIES_TYPE, XADES } from './read-qualifying.ts'
import { type Sealer, splice, writeReference, writeSignedInfo } from './seal-xml.ts'

/** What stamping octets gives: a token (DER, RFC 3161), or why there is none. */
export type StampOctets = (
  octets: Uint8Array,
) => Promise<{ readonly stamped: true; readonly token: Uint8Array } | { readonly stamped: false; readonly why: string }>

export interface XadesWish {
  /** SigningTime; the stamp shows that it was not later. */
  readonly at: Date
  readonly stamp: StampOctets
}

/** Capital letters: no id of an answer begins with one (schemas/exchange.v1.xsd), so each stands once in the document. */
const SIGNATURE_ID = 'Signature'
const PROPERTIES_ID = 'SignedProperties'
const DOCUMENT_ID = 'Document'

const sha256 = (octets: string | Uint8Array): string => createHash('sha256').update(octets).digest('base64')

/**
 * XAdES-B-T (ETSI EN 319 132-1) over a text of edno's own writing that **is** in exclusive canonical form, whose root is
 * not empty and that carries no signature: enveloped, with a time stamp over the canonical SignatureValue. Signed once;
 * where there is no stamp nothing leaves, and never a weaker form: refuses with `broker.signing`.
 */
export async function signCanonicalXades(canonical: string, sealer: Sealer, wish: XadesWish): Promise<Uint8Array> {
  const bytes = Buffer.from(canonical)
  const properties = writeSignedProperties(sealer, wish.at)
  const signedInfo = writeSignedInfo(sealer.algorithm, [
    writeReference(sha256(bytes), {
      attributes: ` Id="${DOCUMENT_ID}" URI=""`,
      transforms: [ENVELOPED, EXCLUSIVE_C14N],
    }),
    writeReference(sha256(properties), {
      attributes: ` Type="${SIGNED_PROPERTIES_TYPE}" URI="#${PROPERTIES_ID}"`,
      transforms: [EXCLUSIVE_C14N],
    }),
  ])
  const value = Buffer.from(sealer.sign(Buffer.from(`<ds:SignedInfo xmlns:ds="${DSIG}">${signedInfo}`)))
  const stamped = await wish.stamp(Buffer.from(writeValue(value, ` xmlns:ds="${DSIG}"`)))
  if (!stamped.stamped) throw new BrokerError('broker.signing', `there is no time stamp: ${stamped.why}`)
  const signature =
    `<ds:Signature xmlns:ds="${DSIG}" Id="${SIGNATURE_ID}"><ds:SignedInfo>${signedInfo}${writeValue(value)}` +
    `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${sealer.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>` +
    `<ds:Object><xades:QualifyingProperties xmlns:xades="${XADES}" Target="#${SIGNATURE_ID}">` +
    `${properties}${writeStamp(stamped.token)}</xades:QualifyingProperties></ds:Object></ds:Signature>`
  return splice(bytes, bytes.lastIndexOf('</'), signature)
}

/** In its canonical form, with a declaration, where it stands alone; within ds:Signature the prefix is declared already. */
const writeValue = (value: Uint8Array, declaration = ''): string =>
  `<ds:SignatureValue${declaration}>${Buffer.from(value).toString('base64')}</ds:SignatureValue>`

/**
 * Canonical as it stands: its prefixes are declared again where exclusive canonicalisation would declare them. What the
 * document is (DataObjectFormat) is told, as baseline signatures do.
 */
const writeSignedProperties = ({ certificate }: Sealer, at: Date): string =>
  `<xades:SignedProperties xmlns:xades="${XADES}" Id="${PROPERTIES_ID}"><xades:SignedSignatureProperties>` +
  `<xades:SigningTime>${at.toISOString()}</xades:SigningTime>` +
  '<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>' +
  `<ds:DigestMethod xmlns:ds="${DSIG}" Algorithm="${SHA256}"></ds:DigestMethod>` +
  `<ds:DigestValue xmlns:ds="${DSIG}">${sha256(Buffer.from(certificate, 'base64'))}</ds:DigestValue>` +
  '</xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>' +
  `<xades:SignedDataObjectProperties><xades:DataObjectFormat ObjectReference="#${DOCUMENT_ID}">` +
  '<xades:MimeType>application/xml</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties>' +
  '</xades:SignedProperties>'

/** Says how SignatureValue was made octets before it was stamped. */
const writeStamp = (token: Uint8Array): string =>
  '<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>' +
  `<ds:CanonicalizationMethod Algorithm="${EXCLUSIVE_C14N}"></ds:CanonicalizationMethod>` +
  `<xades:EncapsulatedTimeStamp>${Buffer.from(token).toString('base64')}</xades:EncapsulatedTimeStamp>` +
  '</xades:SignatureTimeStamp></xades:UnsignedSignatureProperties></xades:UnsignedProperties>'
