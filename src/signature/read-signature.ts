import { BrokerError } from '../problem/broker-error.ts'
import type { XmlElement } from '../xml/parse-xml.ts'
import { elementsOnly, plainAttributes, textOnly } from '../xml/tree.ts'
import {
  DSIG,
  ENVELOPED,
  EXCLUSIVE_C14N,
  isSignatureAlgorithm,
  requireValueForm,
  SHA256,
  type SignatureAlgorithm,
} from './algorithms.ts'
import { decodeBase64 } from './base64.ts'

/** What a ds:Signature of the "seal" profile says. Nothing of it is proven yet. */
export interface ClaimedSignature {
  readonly signedInfo: XmlElement
  readonly algorithm: SignatureAlgorithm
  readonly value: Uint8Array
  readonly digest: Uint8Array
  /** DER of the only certificate. It selects a registered one; it is never a source of trust. */
  readonly certificate: Uint8Array
}

/** An element that names an algorithm; `plain` where it holds nothing else. */
interface Named {
  readonly algorithm: string
  readonly plain: boolean
}

const MAX_SIGNATURE_OCTETS = 1024
const DIGEST_OCTETS = 32
const MAX_CERTIFICATE_OCTETS = 16_384

/**
 * Reads ds:Signature as the profile wants it: children as the schema orders them and no others, one Reference to the
 * whole document, one certificate, strict base64. Refuses with `signature.structure`, or with `signature.algorithm`
 * where the form stands but names something off the closed list.
 */
export function readSignature(signature: XmlElement): ClaimedSignature {
  const [signedInfo, signatureValue, keyInfo] = children(signature, ['SignedInfo', 'SignatureValue', 'KeyInfo'], ['Id'])
  const [c14n, method, reference] = children(signedInfo, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'])
  const [transforms, digestMethod, digestValue] = children(
    reference,
    ['Transforms', 'DigestMethod', 'DigestValue'],
    ['URI'],
  )
  if (plainAttributes(reference)?.get('URI') !== '') throw structure('Reference: URI="" is expected')
  const [x509Data] = children(keyInfo, ['X509Data'])
  const [x509Certificate] = children(x509Data, ['X509Certificate'])
  const value = base64(signatureValue, MAX_SIGNATURE_OCTETS)
  const digest = base64(digestValue, DIGEST_OCTETS)
  const certificate = base64(x509Certificate, MAX_CERTIFICATE_OCTETS)
  const algorithm = requireAlgorithms(named(c14n), named(method), named(digestMethod), namedIn(transforms))
  if (digest.byteLength !== DIGEST_OCTETS) throw structure(`DigestValue: ${DIGEST_OCTETS} octets are expected`)
  requireValueForm(algorithm, value)
  return { signedInfo, algorithm, value, digest, certificate }
}

function requireAlgorithms(
  c14n: Named,
  method: Named,
  digest: Named,
  transforms: readonly Named[],
): SignatureAlgorithm {
  requireListed('CanonicalizationMethod', c14n, [EXCLUSIVE_C14N])
  if (!isSignatureAlgorithm(method.algorithm)) throw unlisted('SignatureMethod')
  requireListed('DigestMethod', digest, [SHA256])
  for (const transform of transforms) requireListed('Transform', transform, [ENVELOPED, EXCLUSIVE_C14N])
  const [first, second, ...others] = transforms
  if (first?.algorithm !== ENVELOPED || second?.algorithm !== EXCLUSIVE_C14N || others.length > 0)
    throw structure('Transforms: enveloped-signature, then exclusive canonicalisation, are expected')
  if (![c14n, method, digest, ...transforms].every(({ plain }) => plain))
    throw structure('an algorithm takes no parameters')
  return method.algorithm
}

function requireListed(what: string, { algorithm }: Named, list: readonly string[]): void {
  if (!list.includes(algorithm)) throw unlisted(what)
}

/** The children, exactly these and in this order; attributes only those named. */
function children<const Names extends readonly string[]>(
  parent: XmlElement,
  names: Names,
  attributes: readonly string[] = [],
): { [Index in keyof Names]: XmlElement } {
  const found = elementsOnly(parent)
  if (found?.length !== names.length || !found.every((element, index) => isDsig(element, names[index])))
    throw structure(`${parent.name}: ${names.join(', ')} are expected`)
  requireAttributes(parent, attributes)
  return found as unknown as { [Index in keyof Names]: XmlElement }
}

const isDsig = (element: XmlElement, name: string | undefined): boolean =>
  element.name === name && element.namespaceUri === DSIG

function requireAttributes(element: XmlElement, allowed: readonly string[]): Map<string, string> {
  const found = plainAttributes(element)
  if (found === undefined || ![...found.keys()].every((name) => allowed.includes(name)))
    throw structure(`${element.name}: an attribute that is not expected`)
  return found
}

function named(element: XmlElement): Named {
  const algorithm = requireAttributes(element, ['Algorithm']).get('Algorithm') ?? ''
  return { algorithm, plain: elementsOnly(element)?.length === 0 }
}

function namedIn(transforms: XmlElement): Named[] {
  requireAttributes(transforms, [])
  const found = elementsOnly(transforms)
  if (found === undefined || found.length > 4 || !found.every((element) => isDsig(element, 'Transform')))
    throw structure('Transforms: Transform elements are expected')
  return found.map(named)
}

function base64(element: XmlElement, maxOctets: number): Uint8Array {
  requireAttributes(element, [])
  const text = textOnly(element)
  const octets = text === undefined ? undefined : decodeBase64(text, maxOctets)
  if (octets === undefined) throw structure(`${element.name}: base64 and nothing else is expected`)
  return octets
}

const structure = (detail: string): BrokerError => new BrokerError('signature.structure', detail)
const unlisted = (what: string): BrokerError =>
  new BrokerError('signature.algorithm', `${what}: not on the list of accepted algorithms`)
