import { createHash, type KeyObject, verify } from 'node:crypto'
import { BrokerError } from '../problem/broker-error.ts'
import { passGate, withoutLeadingBlanks } from '../xml/bytes-gate.ts'
import { canonicalOctetsInPlace } from '../xml/canonicalise.ts'
import { withDocument, type XmlDocument, type XmlElement } from '../xml/parse-xml.ts'
import { countIds, elementsNamed, elementsOnly, textOnly } from '../xml/tree.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { algorithmOf, DSIG } from './algorithms.ts'
import { decodeBase64 } from './base64.ts'
import { isNamed, requiredId, structure, unlisted } from './elements.ts'
import { readRegixSignature, type RegixReference, type RegixSignedInfo } from './regix-signed-info.ts'

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'
const MAX_CERTIFICATE_OCTETS = 8192

export interface SoapSigners {
  /** The key of a registered certificate, by its SHA-256 in lower-case hex. */
  readonly keyOf: (certificate: string) => KeyObject | undefined
  /** How far the message's own time may be from edno's; absent where edno judged that long ago. */
  readonly timely?: { readonly at: Date; readonly window: TimeWindow }
  readonly maxBytes: number
}

interface TimeWindow {
  readonly pastMs: number
  readonly futureMs: number
}

/**
 * WS-Security 1.1 with the X.509 Token Profile: one certificate, one time stamp, one signature over it and over the Body. Digested
 * are the Body and the time stamp that the envelope has in their places, and no other element of their names: what is read is what was signed.
 *
 * @returns SHA-256 of the certificate, lower-case hex. Refuses with `signature.*` and `request.expired`.
 */
export function verifySoapSignature(raw: Uint8Array, signers: SoapSigners): string {
  try {
    const { bytes } = passGate(withoutLeadingBlanks(raw), signers.maxBytes)
    return withDocument(bytes, (document) => verifyIn(document, signers))
  } catch (error) {
    if (error instanceof XmlFault) throw structure(error.message)
    throw error
  }
}

/** The certificate (DER) that a message carries in the place of its signer's; undefined where it is not signed so. Nothing vouches for it here. */
export function carriedBySoap(raw: Uint8Array, maxBytes: number): Uint8Array | undefined {
  try {
    const { bytes } = passGate(withoutLeadingBlanks(raw), maxBytes)
    return withDocument(bytes, ({ root }) => octetsOf(partsOf(root).token))
  } catch (error) {
    if (error instanceof XmlFault || error instanceof BrokerError) return undefined
    throw error
  }
}

const allSignatures = elementsNamed(DSIG, 'Signature')

function verifyIn(document: XmlDocument, signers: SoapSigners): string {
  if (allSignatures(document).length !== 1) throw structure('there is more than one ds:Signature')
  const { body, stamp, token, signature } = partsOf(document.root)
  const info = readRegixSignature(signature, false)
  const certificate = createHash('sha256').update(octetsOf(token)).digest('hex')
  const key = signers.keyOf(certificate)
  if (key === undefined)
    throw new BrokerError('signature.certificate-unknown', 'the certificate of the message is not a registered seal')
  if (!holds(info, key)) throw invalid('the signature does not hold')
  for (const element of [body, stamp]) requireDigest(document, element, info)
  if (signers.timely !== undefined) requireTimely(stamp, signers.timely)
  return certificate
}

function octetsOf(token: XmlElement): Uint8Array {
  const octets = decodeBase64(textOnly(token) ?? '', MAX_CERTIFICATE_OCTETS)
  if (octets === undefined) throw structure('BinarySecurityToken: base64 and nothing else is expected')
  return octets
}

const invalid = (detail: string): BrokerError => new BrokerError('signature.invalid', detail)

/** Each in its one place; of whatever else stands in the header nothing is signed, and nothing read. */
function partsOf(envelope: XmlElement) {
  const children = elementsOnly(envelope) ?? []
  const own = (name: string): readonly XmlElement[] =>
    children.filter((child) => isNamed(child, name, envelope.namespaceUri))
  const header = one(own('Header'), 'Header')
  const security = one(
    (elementsOnly(header) ?? []).filter((child) => isNamed(child, 'Security', WSSE)),
    'Security',
  )
  const parts = elementsOnly(security) ?? []
  if (parts.length !== 3) throw structure('Security holds a Timestamp, a BinarySecurityToken and a Signature')
  const part = (name: string, namespace: string): XmlElement =>
    one(
      parts.filter((child) => isNamed(child, name, namespace)),
      name,
    )
  return {
    body: one(own('Body'), 'Body'),
    stamp: part('Timestamp', WSU),
    token: part('BinarySecurityToken', WSSE),
    signature: part('Signature', DSIG),
  }
}

function one(found: readonly XmlElement[], name: string): XmlElement {
  const [first, ...others] = found
  if (first === undefined || others.length > 0) throw structure(`one ${name} is expected`)
  return first
}

function holds({ element, mode, hash, key: kind, value }: RegixSignedInfo, key: KeyObject): boolean {
  if (algorithmOf(key) === undefined || key.asymmetricKeyType !== kind) throw unlisted('SignatureMethod')
  return verify(hash, canonicalOctetsInPlace(element, mode), { key, dsaEncoding: 'ieee-p1363' }, value)
}

function requireDigest(document: XmlDocument, element: XmlElement, { references }: RegixSignedInfo): void {
  const id = requiredId(
    element,
    element.attrs.find(({ name, namespaceUri }) => name === 'Id' && namespaceUri === WSU)?.value,
  )
  if (countIds(document, id) !== 1) throw structure('an Id that stands twice')
  const reference = references.find((each) => each.id === id)
  if (reference === undefined) throw structure(`${element.name} is not signed`)
  if (!isDigest(reference, element)) throw invalid(`${element.name} is not what was signed`)
}

const isDigest = ({ hash, digest, mode }: RegixReference, element: XmlElement): boolean =>
  createHash(hash).update(canonicalOctetsInPlace(element, mode)).digest().equals(digest)

/** WS-Security 1.1 §10: created, then expires; both in UTC. */
function requireTimely(stamp: XmlElement, { at, window }: NonNullable<SoapSigners['timely']>): void {
  const [created, expires, ...others] = elementsOnly(stamp) ?? []
  if (others.length > 0) throw structure('Timestamp holds Created and Expires')
  const [from, until] = [instantIn(created, 'Created'), instantIn(expires, 'Expires')]
  const now = at.getTime()
  if (from - window.futureMs > now || until < now || from + window.pastMs < now)
    throw new BrokerError('request.expired', 'the Timestamp of the message is outside the accepted time')
}

function instantIn(element: XmlElement | undefined, name: string): number {
  const text = element !== undefined && isNamed(element, name, WSU) ? (textOnly(element) ?? '') : ''
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw structure(`Timestamp: ${name}, an instant in UTC, is expected`)
  return at
}
