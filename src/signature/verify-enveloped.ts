import { createHash, type KeyObject } from 'node:crypto'
import type { SignedContent } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { passGate } from '../xml/bytes-gate.ts'
import { canonicalOctets, canonicalOctetsOfTaken } from '../xml/canonicalise.ts'
import { withDocument, type XmlDocument, type XmlElement } from '../xml/parse-xml.ts'
import { countIds, elementsNamed, isLast } from '../xml/tree.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { DSIG, digestHolds, signatureHolds } from './algorithms.ts'
import { type ClaimedSignature, readSignature } from './read-signature.ts'

/** What one place of edno accepts. */
export interface Acceptance {
  readonly maxBytes: number
  readonly requireRoot: (root: XmlElement) => void
  /** XAdES-B-B only; otherwise the structure of the signature decides which profile it is held to. */
  readonly xadesOnly?: boolean
  /** One SignatureTimeStamp may stand among the unsigned properties: in edno's answers, and nowhere else. */
  readonly stamps?: boolean
  /** The key of a DER certificate that may sign here; refuses every other with `signature.certificate-*`. */
  readonly keyOf: (certificate: Uint8Array) => KeyObject
}

export interface EnvelopedContent {
  /** The canonical octets that were digested: whoever reads on reads these. */
  readonly content: SignedContent
  /** DER of the certificate whose key made the signature. */
  readonly certificate: Uint8Array
  /** DER of certificates that came along, towards its path; nothing vouches for them. */
  readonly offered: readonly Uint8Array[]
  /** SHA-256 of the octets of SignatureValue. */
  readonly valueDigest: Uint8Array
  /** SigningTime of a XAdES signature, as written: the signer's word, which nothing may rest on alone. */
  readonly claimedAt?: string
  /** The time stamp over the signature: its token, and what it must be over. Whether it holds is judged elsewhere. */
  readonly stamp?: { readonly token: Uint8Array; readonly over: Uint8Array }
}

/**
 * One enveloped signature, last in the root, over the whole document. Refuses with `request.malformed`,
 * `request.too-large` or `signature.*`, in the order: size, bytes gate, parse, root, place and form of the signature,
 * algorithms, certificate, SignatureValue, SignedProperties, SigningCertificateV2, document.
 */
export function verifyEnveloped(bytes: Uint8Array, accepts: Acceptance): EnvelopedContent {
  try {
    return withDocument(passGate(bytes, accepts.maxBytes).bytes, (document) => {
      accepts.requireRoot(document.root)
      return verifyDocument(document, accepts)
    })
  } catch (error) {
    throw asRefusal(error)
  }
}

function verifyDocument(document: XmlDocument, accepts: Acceptance): EnvelopedContent {
  const signature = onlySignature(document)
  const claimed = readSignature(signature, accepts.stamps)
  if (accepts.xadesOnly === true && claimed.properties === undefined)
    throw new BrokerError('signature.structure', 'XAdES-B-B is expected: there is no ds:Object')
  requireUniqueIds(document, claimed)
  const key = accepts.keyOf(claimed.certificate)
  // The signature value first: until it holds, nobody whom edno knows has asked for the work below.
  const signedInfo = canonicalOctetsOfTaken(claimed.signedInfo, claimed.canonicalisation)
  if (!signatureHolds(claimed.algorithm, key, signedInfo, claimed.value))
    throw new BrokerError('signature.invalid', 'the signature value does not hold')
  requireProperties(claimed)
  const stamp = stampOf(claimed)
  signature.remove()
  const content = canonicalOctets(document, claimed.document.canonicalisation)
  if (!digestHolds(claimed.document.digest, content))
    throw new BrokerError('signature.invalid', 'the document is not what was signed')
  const claimedAt = claimed.properties?.signingTime
  return {
    content: content as SignedContent,
    certificate: claimed.certificate,
    offered: claimed.offered,
    valueDigest: createHash('sha256').update(claimed.value).digest(),
    ...(claimedAt === undefined ? {} : { claimedAt }),
    ...(stamp === undefined ? {} : { stamp }),
  }
}

/** What is stamped is SignatureValue with its tags, in canonical form (ETSI EN 319 132-1 §5.3). */
function stampOf({ properties, valueElement }: ClaimedSignature): EnvelopedContent['stamp'] {
  const claimed = properties?.stamp
  if (claimed === undefined) return undefined
  return { token: claimed.token, over: canonicalOctetsOfTaken(valueElement, claimed.canonicalisation) }
}

/** What SignedProperties say counts only after their digest holds; then they must speak of the certificate that was used. */
function requireProperties({ properties, certificate }: ClaimedSignature): void {
  if (properties === undefined) return
  const { reference, element } = properties
  if (!digestHolds(reference.digest, canonicalOctetsOfTaken(element, reference.canonicalisation)))
    throw new BrokerError('signature.invalid', 'SignedProperties are not what was signed')
  if (!digestHolds(properties.certificate, certificate))
    throw new BrokerError('signature.invalid', 'SigningCertificateV2 names another certificate than KeyInfo')
}

/** Two elements of one identifier would let two readers of a reference see two things. */
function requireUniqueIds(document: XmlDocument, { properties }: ClaimedSignature): void {
  if (properties === undefined) return
  for (const id of [properties.signatureId, properties.id])
    if (countIds(document, id) !== 1) throw new BrokerError('signature.structure', 'an Id that stands twice')
}

const allSignatures = elementsNamed(DSIG, 'Signature')

function onlySignature(document: XmlDocument): XmlElement {
  const [signature, ...others] = allSignatures(document)
  if (signature === undefined) throw new BrokerError('signature.missing', 'there is no ds:Signature')
  if (others.length > 0) throw new BrokerError('signature.structure', 'there is more than one ds:Signature')
  const inRoot = signature.parent?.isSameNode(document.root) === true
  if (!inRoot || !isLast(signature))
    throw new BrokerError('signature.structure', 'ds:Signature is not the last child of the root')
  return signature
}

/** XML that cannot be accepted is the caller's; anything else goes on as it is. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof XmlFault)) return error
  const code = error.kind === 'too-large' ? 'request.too-large' : 'request.malformed'
  return new BrokerError(code, error.message, { cause: error })
}
