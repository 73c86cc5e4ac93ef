import type { Canonicalisation } from '../xml/canonicalise.ts'
import type { XmlElement } from '../xml/parse-xml.ts'
import { elementsOnly } from '../xml/tree.ts'
import { isSignatureAlgorithm, requireValueForm, type SignatureAlgorithm } from './algorithms.ts'
import {
  attributesOf,
  base64,
  children,
  type Named,
  named,
  repeated,
  requiredId,
  requirePlain,
  structure,
  unlisted,
} from './elements.ts'
import { type ClaimedProperties, readQualifying, SIGNED_PROPERTIES_TYPE } from './read-qualifying.ts'
import {
  canonicalisationOf,
  type ClaimedReference,
  isExclusive,
  judgeReference,
  readReferenceParts,
  type ReferenceForm,
  type ReferenceParts,
} from './read-reference.ts'

/** What a ds:Signature says. Nothing of it is proven yet. */
export interface ClaimedSignature {
  readonly signedInfo: XmlElement
  readonly canonicalisation: Canonicalisation
  readonly algorithm: SignatureAlgorithm
  readonly value: Uint8Array
  /** SignatureValue itself: what a time stamp is over. */
  readonly valueElement: XmlElement
  /** The Reference to the whole document. */
  readonly document: ClaimedReference
  /** DER of the certificate. It selects, or is judged by, what is known beforehand; it is never a source of trust. */
  readonly certificate: Uint8Array
  /** DER of what KeyInfo holds beyond it, towards its path; as untrusted as all of KeyInfo. */
  readonly offered: readonly Uint8Array[]
  /** Present in the XAdES profile only. */
  readonly properties?: ClaimedProperties & { readonly reference: ClaimedReference; readonly signatureId: string }
}

interface Parts {
  readonly signedInfo: XmlElement
  readonly c14n: Named
  readonly method: Named
  readonly document: ReferenceParts
  readonly value: Uint8Array
  readonly valueElement: XmlElement
  readonly certificate: Uint8Array
}

const MAX_SIGNATURE_OCTETS = 1024
const MAX_CERTIFICATE_OCTETS = 16_384
/** The signer's and those above it, as signing software of qualified certificates adds them. */
const MAX_CHAIN = 4

/**
 * An Object chooses the XAdES profile, whole; without one the "seal" profile stands, whole. `stamps`: a time stamp may
 * stand among its unsigned properties.
 */
export function readSignature(signature: XmlElement, stamps = false): ClaimedSignature {
  return (elementsOnly(signature)?.length ?? 0) > 3 ? readXades(signature, stamps) : readSeal(signature)
}

const SEALED_DOCUMENT: ReferenceForm = { attributes: ['URI'], enveloped: true }

/** One Reference to the whole document, one certificate, no Object. */
function readSeal(signature: XmlElement): ClaimedSignature {
  const [signedInfo, signatureValue, keyInfo] = children(signature, ['SignedInfo', 'SignatureValue', 'KeyInfo'], ['Id'])
  const [c14n, method, reference] = children(signedInfo, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'])
  const document = readReferenceParts(reference, SEALED_DOCUMENT)
  requireWhole(document)
  const [x509Data] = children(keyInfo, ['X509Data'])
  const [certificate] = children(x509Data, ['X509Certificate'])
  return judge({
    signedInfo,
    c14n: named(c14n),
    method: named(method),
    document,
    value: base64(signatureValue, MAX_SIGNATURE_OCTETS),
    valueElement: signatureValue,
    certificate: base64(certificate, MAX_CERTIFICATE_OCTETS),
  })
}

const XADES_DOCUMENT: ReferenceForm = { attributes: ['URI', 'Id'], enveloped: true }
const XADES_PROPERTIES: ReferenceForm = { attributes: ['URI', 'Id', 'Type'], enveloped: false }

/** Two References, the document and then SignedProperties, and one Object that holds the latter. */
function readXades(signature: XmlElement, stamps: boolean): ClaimedSignature {
  const [signedInfo, signatureValue, keyInfo, object] = children(
    signature,
    ['SignedInfo', 'SignatureValue', 'KeyInfo', 'Object'],
    ['Id'],
  )
  const signatureId = requiredId(signature, attributesOf(signature, ['Id']).get('Id'))
  const [c14n, method, first, second] = children(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
    'Reference',
  ])
  const document = readReferenceParts(first, XADES_DOCUMENT)
  requireWhole(document)
  const toProperties = readReferenceParts(second, XADES_PROPERTIES)
  const [x509Data] = children(keyInfo, ['X509Data'])
  const [own, ...above] = repeated(x509Data, 'X509Certificate', MAX_CHAIN)
  const certificate = base64(own, MAX_CERTIFICATE_OCTETS)
  const offered = above.map((element) => base64(element, MAX_CERTIFICATE_OCTETS))
  const value = base64(signatureValue, MAX_SIGNATURE_OCTETS, ['Id'])
  const properties = readQualifying(object, signatureId, stamps)
  requireTarget(toProperties, properties.id)
  const claimed = judge({
    signedInfo,
    c14n: named(c14n),
    method: named(method),
    document,
    value,
    valueElement: signatureValue,
    certificate,
  })
  return { ...claimed, offered, properties: { ...properties, signatureId, reference: judgeReference(toProperties) } }
}

function requireWhole({ attributes }: ReferenceParts): void {
  if (attributes.get('URI') !== '') throw structure('Reference: URI="" is expected')
}

function requireTarget({ attributes }: ReferenceParts, id: string): void {
  if (attributes.get('Type') !== SIGNED_PROPERTIES_TYPE || attributes.get('URI') !== `#${id}`)
    throw structure('Reference: the second one, with its Type, is of the SignedProperties of this signature')
}

/** The form stands; now nothing may be off the lists. */
function judge({ signedInfo, c14n, method, value, valueElement, certificate, ...parts }: Parts): ClaimedSignature {
  if (!isExclusive(c14n.algorithm)) throw unlisted('CanonicalizationMethod')
  if (!isSignatureAlgorithm(method.algorithm)) throw unlisted('SignatureMethod')
  const algorithm = method.algorithm
  const document = judgeReference(parts.document)
  const canonicalisation = canonicalisationOf(c14n)
  requirePlain(method)
  requireValueForm(algorithm, value)
  return { signedInfo, canonicalisation, algorithm, value, valueElement, document, certificate, offered: [] }
}
