import type { Canonicalisation } from '../xml/canonicalise.ts'
import type { XmlElement } from '../xml/parse-xml.ts'
import { elementsOnly, textOnly } from '../xml/tree.ts'
import { type Digest, digestBy, digestOctets, DSIG } from './algorithms.ts'
import {
  attributesOf,
  base64,
  children,
  isNamed,
  named,
  requiredId,
  requirePlain,
  structure,
  unlisted,
} from './elements.ts'
import { canonicalisationOf, isExclusive } from './read-reference.ts'

export const XADES = 'http://uri.etsi.org/01903/v1.3.2#'
export const SIGNED_PROPERTIES_TYPE = 'http://uri.etsi.org/01903#SignedProperties'

/** What the Object of a XAdES-B-B signature says (ETSI EN 319 132-1 §5); everything else in it stays unread. */
export interface ClaimedProperties {
  readonly element: XmlElement
  readonly id: string
  /** Digest of the certificate that the signer says was used. */
  readonly certificate: Digest
  /** When the signer says to have signed, as written: a claim, never a proof. */
  readonly signingTime: string
  /** The one time stamp over the signature, where one is allowed; nothing of it is judged here. */
  readonly stamp?: ClaimedStamp
}

/** A SignatureTimeStamp: the token (DER) and how SignatureValue was made octets for it. */
export interface ClaimedStamp {
  readonly token: Uint8Array
  readonly canonicalisation: Canonicalisation
}

const MAX_DIGEST_OCTETS = 64
/** The default of EncapsulatedTimeStamp (ETSI EN 319 132-1 §5.1.3). */
const DER = 'http://uri.etsi.org/01903/v1.2.2#DER'

/**
 * One QualifyingProperties about this signature, with SignedProperties. Of unsigned ones, which anybody may add, only one
 * time stamp, and that only where `stamps` says so.
 */
export function readQualifying(object: XmlElement, signatureId: string, stamps = false): ClaimedProperties {
  const [qualifying] = children(object, ['QualifyingProperties'], [], XADES)
  const isStamped = stamps && elementsOnly(qualifying)?.length === 2
  const [element, unsigned] = isStamped
    ? children(qualifying, ['SignedProperties', 'UnsignedProperties'], ['Id', 'Target'], XADES)
    : children(qualifying, ['SignedProperties'], ['Id', 'Target'], XADES)
  if (attributesOf(qualifying, ['Id', 'Target']).get('Target') !== `#${signatureId}`)
    throw structure('QualifyingProperties: Target is not this signature')
  const id = requiredId(element, attributesOf(element, ['Id']).get('Id'))
  return {
    element,
    id,
    ...readSigned(firstOf(element, 'SignedSignatureProperties')),
    ...(unsigned === undefined ? {} : { stamp: readStamp(unsigned) }),
  }
}

const MAX_TOKEN_OCTETS = 65_536

/** Exactly one SignatureTimeStamp (ETSI EN 319 132-1 §5.3): its canonicalisation, then its token in DER. */
function readStamp(unsigned: XmlElement): ClaimedStamp {
  const [properties] = children(unsigned, ['UnsignedSignatureProperties'], ['Id'], XADES)
  const [stamp] = children(properties, ['SignatureTimeStamp'], ['Id'], XADES)
  attributesOf(stamp, ['Id'])
  const [c14n, token, ...others] = elementsOnly(stamp) ?? []
  if (c14n === undefined || !isNamed(c14n, 'CanonicalizationMethod', DSIG))
    throw structure('SignatureTimeStamp: CanonicalizationMethod is expected first')
  if (token === undefined || !isNamed(token, 'EncapsulatedTimeStamp', XADES) || others.length > 0)
    throw structure('SignatureTimeStamp: one EncapsulatedTimeStamp is expected')
  const method = named(c14n)
  if (!isExclusive(method.algorithm)) throw unlisted('CanonicalizationMethod of SignatureTimeStamp')
  const octets = base64(token, MAX_TOKEN_OCTETS, ['Id', 'Encoding'])
  if ((attributesOf(token, ['Id', 'Encoding']).get('Encoding') ?? DER) !== DER)
    throw structure('EncapsulatedTimeStamp: DER is expected')
  return { token: octets, canonicalisation: canonicalisationOf(method) }
}

function firstOf(parent: XmlElement, name: string): XmlElement {
  const [first, ...others] = elementsOnly(parent) ?? []
  if (first === undefined || !isNamed(first, name, XADES) || others.some((other) => isNamed(other, name, XADES)))
    throw structure(`${parent.name}: ${name} is expected first and once`)
  return first
}

const ONLY_ONCE = ['SigningTime', 'SigningCertificate', 'SigningCertificateV2']

/** SigningTime, then SigningCertificateV2; the other properties of the schema may follow and are not read. */
function readSigned(signed: XmlElement): Pick<ClaimedProperties, 'certificate' | 'signingTime'> {
  const [time, certificate, ...others] = elementsOnly(signed) ?? []
  attributesOf(signed, ['Id'])
  if (time === undefined || !isNamed(time, 'SigningTime', XADES)) throw structure('SigningTime is expected first')
  if (certificate === undefined || !isNamed(certificate, 'SigningCertificateV2', XADES))
    throw structure('SigningCertificateV2 is expected second')
  if (others.some(({ name, namespaceUri }) => namespaceUri !== XADES || ONLY_ONCE.includes(name)))
    throw structure('SignedSignatureProperties: a property that is not expected')
  return { signingTime: readTime(time), certificate: readCertificateDigest(certificate) }
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

function readTime(element: XmlElement): string {
  attributesOf(element, [])
  const text = textOnly(element)?.trim() ?? ''
  if (!DATE_TIME.test(text) || Number.isNaN(Date.parse(text)))
    throw structure('SigningTime: a date and time with offset is expected')
  return text
}

function readCertificateDigest(element: XmlElement): Digest {
  const [cert] = children(element, ['Cert'], [], XADES)
  attributesOf(cert, [])
  const [certDigest, issuerSerial, ...others] = elementsOnly(cert) ?? []
  if (certDigest === undefined || !isNamed(certDigest, 'CertDigest', XADES) || others.length > 0)
    throw structure('Cert: CertDigest is expected')
  if (issuerSerial !== undefined && !isNamed(issuerSerial, 'IssuerSerialV2', XADES))
    throw structure('Cert: CertDigest, then IssuerSerialV2, are expected')
  const [digestMethod, digestValue] = children(certDigest, ['DigestMethod', 'DigestValue'])
  const method = named(digestMethod)
  const value = base64(digestValue, MAX_DIGEST_OCTETS)
  if (digestOctets(method.algorithm) === undefined) throw unlisted('DigestMethod of CertDigest')
  requirePlain(method)
  const digest = digestBy(method.algorithm, value)
  if (digest === undefined) throw structure('DigestValue: not of the length of its method')
  return digest
}
