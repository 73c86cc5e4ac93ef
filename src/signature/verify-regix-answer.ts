import { createHash, type KeyObject, verify, X509Certificate } from 'node:crypto'
import { BrokerError } from '../problem/broker-error.ts'
import { passGate, withoutLeadingBlanks } from '../xml/bytes-gate.ts'
import { canonicalOctetsInPlace } from '../xml/canonicalise.ts'
import { withDocument, type XmlDocument, type XmlElement } from '../xml/parse-xml.ts'
import { countIds, elementsNamed, elementsOnly, plainAttributes } from '../xml/tree.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { algorithmOf, DSIG } from './algorithms.ts'
import { cutRegixAnswer } from './cut-regix-answer.ts'
import { isNamed, structure } from './elements.ts'
import { readRegixSignature, type RegixReference, type RegixSignedInfo } from './regix-signed-info.ts'
import { XADES } from './read-qualifying.ts'

/** By whom the answers of one registry are signed, as the operator was told by its owner. */
export interface RegixTrust {
  readonly certificates: readonly X509Certificate[]
  /** The owner still signs with SHA-1: an exception that the configuration names. */
  readonly sha1: boolean
  readonly maxBytes: number
}

export type VerifiedRegixAnswer =
  /** The canonical octets of `Data` that were digested: whoever reads on reads these. */
  | { readonly data: Uint8Array }
  /** Why the answer is not believed; nothing of the answer is in it. */
  | { readonly refused: string }

const DATA_ID = 'data'
const allSignatures = elementsNamed(DSIG, 'Signature')

/**
 * The signature of a RegiX reply over its `Data` (XMLDSig, XAdES-BES or XAdES-T; reference/regix §10), held against
 * configured certificates alone: a key that came along proves nothing. One signature, one element of its Id, every Reference digested.
 * `namespace`: of `Data` at the entry point that was asked; RegiX V2's where absent.
 */
export function verifyRegixAnswer(
  raw: Uint8Array,
  trust: RegixTrust,
  at: Date,
  namespace?: string,
): VerifiedRegixAnswer {
  try {
    const { bytes } = passGate(withoutLeadingBlanks(raw), trust.maxBytes)
    withDocument(bytes, requireOne)
    const cut = cutRegixAnswer(bytes, namespace)
    if (cut === undefined) return { refused: 'the answer carries no signature beside its Data' }
    return { data: withDocument(passGate(cut, trust.maxBytes).bytes, (document) => verifyCut(document, trust, at)) }
  } catch (error) {
    if (error instanceof XmlFault || error instanceof BrokerError) return { refused: error.message }
    throw error
  }
}

/** Looked at in the whole answer: what is not in the cut must not offer another reading. */
function requireOne(document: XmlDocument): void {
  const { length } = allSignatures(document)
  if (length !== 1)
    throw structure(length === 0 ? 'the answer carries no signature' : 'there is more than one ds:Signature')
  if (countIds(document, DATA_ID) !== 1) throw structure('an Id that stands twice, or nowhere')
}

function verifyCut(document: XmlDocument, trust: RegixTrust, at: Date): Uint8Array {
  requireOne(document)
  const [data, signature, ...others] = elementsOnly(document.root) ?? []
  if (data === undefined || signature === undefined || others.length > 0)
    throw structure('Data and one Signature beside it are expected')
  if (data.name !== 'Data' || plainAttributes(data)?.get('id') !== DATA_ID || !isNamed(signature, 'Signature', DSIG))
    throw structure('Data and one Signature beside it are expected')
  const signed = readRegixSignature(signature, trust.sha1)
  if (!holdsUnderOne(signed, trust, at)) throw structure('no configured certificate made this signature')
  return requireReferences(document, data, signed)
}

function holdsUnderOne(signed: RegixSignedInfo, { certificates }: RegixTrust, at: Date): boolean {
  const octets = canonicalOctetsInPlace(signed.element, signed.mode)
  return certificates
    .filter(({ validFrom, validTo }) => Date.parse(validFrom) <= at.getTime() && at.getTime() <= Date.parse(validTo))
    .some(({ publicKey }) => fits(publicKey, signed.key) && verifies(signed, publicKey, octets))
}

/** RSA of 2048 bits or P-256, and of the kind that the method names. */
const fits = (key: KeyObject, kind: RegixSignedInfo['key']): boolean =>
  algorithmOf(key) !== undefined && key.asymmetricKeyType === kind

const verifies = ({ hash, value }: RegixSignedInfo, key: KeyObject, octets: Uint8Array): boolean =>
  verify(hash, octets, { key, dsaEncoding: 'ieee-p1363' }, value)

/** One to `Data`, each other one to the SignedProperties of this signature; gives the octets of `Data`. */
function requireReferences(document: XmlDocument, data: XmlElement, { references }: RegixSignedInfo): Uint8Array {
  const toData = references.find(({ id }) => id === DATA_ID)
  if (toData === undefined) throw structure('one Reference to Data is expected')
  for (const reference of references) if (reference !== toData) requireProperties(document, reference)
  const octets = canonicalOctetsInPlace(data, toData.mode)
  if (!isDigest(toData, octets)) throw structure('Data is not what was signed')
  return octets
}

const signedProperties = elementsNamed(XADES, 'SignedProperties')

function requireProperties(document: XmlDocument, reference: RegixReference): void {
  const [element, ...others] = signedProperties(document)
  const isNamedSo = element !== undefined && plainAttributes(element)?.get('Id') === reference.id
  if (!isNamedSo || others.length > 0 || countIds(document, reference.id) !== 1)
    throw structure('Reference: the second one is of the SignedProperties of this signature')
  if (!isDigest(reference, canonicalOctetsInPlace(element, reference.mode)))
    throw structure('SignedProperties are not what was signed')
}

const isDigest = ({ hash, digest }: RegixReference, octets: Uint8Array): boolean =>
  createHash(hash).update(octets).digest().equals(digest)
