import type { SubtreeMode } from '../xml/canonicalise.ts'
import type { XmlElement } from '../xml/parse-xml.ts'
import { DSIG, ENVELOPED, EXCLUSIVE_C14N, SHA256, SHA512 } from './algorithms.ts'
import { attributesOf, base64, isNamed, named, requirePlain, structure, unlisted } from './elements.ts'
import { elementsOnly } from '../xml/tree.ts'

/** RegiX canonicalises inclusively, also today; edno's own documents never are. */
const INCLUSIVE_C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const MODES: ReadonlyMap<string, SubtreeMode> = new Map([
  [INCLUSIVE_C14N, 'inclusive'],
  [EXCLUSIVE_C14N, 'exclusive'],
])

export type RegixHash = 'sha1' | 'sha256' | 'sha512'
const DIGESTS: ReadonlyMap<string, RegixHash> = new Map([
  [SHA256, 'sha256'],
  [SHA512, 'sha512'],
  ['http://www.w3.org/2000/09/xmldsig#sha1', 'sha1'],
])
const METHODS: ReadonlyMap<string, { readonly hash: RegixHash; readonly key: 'rsa' | 'ec' }> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { hash: 'sha256', key: 'rsa' }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { hash: 'sha512', key: 'rsa' }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256', { hash: 'sha256', key: 'ec' }],
  ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', { hash: 'sha1', key: 'rsa' }],
])

export interface RegixReference {
  /** Without its `#`. */
  readonly id: string
  readonly hash: RegixHash
  readonly digest: Uint8Array
  readonly mode: SubtreeMode
}

/** What a ds:Signature of RegiX says it signed. Nothing of it is proven yet, and KeyInfo is not read at all. */
export interface RegixSignedInfo {
  readonly element: XmlElement
  readonly mode: SubtreeMode
  readonly hash: RegixHash
  readonly key: 'rsa' | 'ec'
  readonly value: Uint8Array
  /** To `Data`, and in XAdES to SignedProperties. */
  readonly references: readonly RegixReference[]
}

const MOST_REFERENCES = 2
const MAX_OCTETS = 1024

/** Refuses with `signature.structure` and `signature.algorithm`; SHA-1 only where `sha1` says so. */
export function readRegixSignature(signature: XmlElement, sha1: boolean): RegixSignedInfo {
  const [signedInfo, value] = begins(signature, ['SignedInfo', 'SignatureValue'])
  const [c14n, method] = begins(signedInfo, ['CanonicalizationMethod', 'SignatureMethod'])
  const references = (elementsOnly(signedInfo) ?? []).slice(2)
  if (references.length === 0 || references.length > MOST_REFERENCES)
    throw structure('one Reference or two are expected')
  const signing = METHODS.get(named(method).algorithm)
  if (signing === undefined || isOld(signing.hash, sha1)) throw unlisted('SignatureMethod')
  return {
    element: signedInfo,
    mode: modeOf(c14n),
    ...signing,
    value: base64(value, MAX_OCTETS, ['Id']),
    references: references.map((each) => readReference(each, sha1)),
  }
}

/** The first two children, by these names; what follows is looked at by others, or not at all. */
function begins(parent: XmlElement, names: readonly [string, string]): readonly [XmlElement, XmlElement] {
  const [first, second] = elementsOnly(parent) ?? []
  if (
    first === undefined ||
    second === undefined ||
    !isNamed(first, names[0], DSIG) ||
    !isNamed(second, names[1], DSIG)
  )
    throw structure(`${parent.name}: ${names.join(', ')} are expected first`)
  return [first, second]
}

const isOld = (hash: RegixHash, sha1: boolean): boolean => hash === 'sha1' && !sha1

function modeOf(element: XmlElement): SubtreeMode {
  const method = named(element)
  const mode = MODES.get(method.algorithm)
  if (mode === undefined) throw unlisted(element.name)
  requirePlain(method)
  return mode
}

function readReference(reference: XmlElement, sha1: boolean): RegixReference {
  if (!isNamed(reference, 'Reference', DSIG)) throw structure('Reference is expected')
  const uri = attributesOf(reference, ['URI', 'Id', 'Type']).get('URI') ?? ''
  if (!/^#[A-Za-z_][\w.-]{0,127}$/.test(uri)) throw structure('Reference: an element of this document is expected')
  const parts = elementsOnly(reference) ?? []
  if (parts.length > 3) throw structure('Reference: transforms and a digest are expected')
  const transforms = parts.length === 3 ? parts[0] : undefined
  const [method, value] = parts.slice(-2)
  if (method === undefined || value === undefined) throw structure('Reference: a digest is expected')
  const hash = digestMethod(method, sha1)
  return { id: uri.slice(1), hash, digest: base64(value, MAX_OCTETS), mode: modeAfter(transforms) }
}

function digestMethod(element: XmlElement, sha1: boolean): RegixHash {
  const hash = DIGESTS.get(named(element).algorithm)
  if (hash === undefined || isOld(hash, sha1)) throw unlisted('DigestMethod')
  return hash
}

/** Enveloped-signature takes nothing out of what holds no signature; without another transform Canonical XML 1.0 makes the octets. */
function modeAfter(transforms: XmlElement | undefined): SubtreeMode {
  const all = transforms === undefined ? [] : (elementsOnly(transforms) ?? [])
  const made = all.filter((each) => named(each).algorithm !== ENVELOPED)
  if (all.length > 2 || made.length > 1 || !all.every((each) => isNamed(each, 'Transform', DSIG)))
    throw structure('Transforms: enveloped-signature, then canonicalisation, are expected')
  return made[0] === undefined ? 'inclusive' : modeOf(made[0])
}
