import type { Canonicalisation } from '../xml/canonicalise.ts'
import type { XmlElement } from '../xml/parse-xml.ts'
import { elementsOnly } from '../xml/tree.ts'
import {
  type Digest,
  digestBy,
  digestOctets,
  ENVELOPED,
  EXCLUSIVE_C14N,
  EXCLUSIVE_C14N_WITH_COMMENTS,
} from './algorithms.ts'
import {
  attributesOf,
  base64,
  children,
  isNamed,
  type Named,
  named,
  repeated,
  requirePlain,
  structure,
  unlisted,
} from './elements.ts'

/** One ds:Reference: what it says it digested, and how. */
export interface ClaimedReference {
  readonly uri: string | undefined
  readonly type: string | undefined
  readonly digest: Digest
  readonly canonicalisation: Canonicalisation
}

/** What a ds:Reference may carry in this place. */
export interface ReferenceForm {
  readonly attributes: readonly string[]
  /** True for the document, out of which its own signature is taken. */
  readonly enveloped: boolean
}

/** A Reference whose elements stand where they should; its algorithms are not judged yet. */
export interface ReferenceParts {
  readonly form: ReferenceForm
  readonly attributes: ReadonlyMap<string, string>
  readonly transforms: readonly Named[]
  readonly method: Named
  readonly digest: Uint8Array
}

const MAX_DIGEST_OCTETS = 64
const MAX_TRANSFORMS = 4
const MAX_PREFIXES = 8
const MAX_PREFIX_LIST = 256
/** A plain prefix: no #default, nothing that begins with xml. */
const PREFIX = /^(?!xml)[A-Za-z_][A-Za-z0-9_.-]{0,63}$/i

export function readReferenceParts(reference: XmlElement, form: ReferenceForm): ReferenceParts {
  const [transforms, method, value] = children(
    reference,
    ['Transforms', 'DigestMethod', 'DigestValue'],
    form.attributes,
  )
  return {
    form,
    attributes: attributesOf(reference, form.attributes),
    transforms: repeated(transforms, 'Transform', MAX_TRANSFORMS).map(named),
    method: named(method),
    digest: base64(value, MAX_DIGEST_OCTETS),
  }
}

/** Judges the algorithms of a Reference: `signature.algorithm` off the list, `signature.structure` in the wrong place. */
export function judgeReference({ form, attributes, transforms, method, digest }: ReferenceParts): ClaimedReference {
  if (digestOctets(method.algorithm) === undefined) throw unlisted('DigestMethod')
  for (const { algorithm } of transforms)
    if (algorithm !== ENVELOPED && !isExclusive(algorithm)) throw unlisted('Transform')
  // Both forms of URI leave comments out before any transform sees them (XMLDSig 1.1 §4.4.3.3), whatever it says of comments.
  const canonicalisation = { ...canonicalisationOf(judgeTransforms(transforms, form.enveloped)), withComments: false }
  requirePlain(method)
  const claimed = digestBy(method.algorithm, digest)
  if (claimed === undefined) throw structure('DigestValue: not of the length of its method')
  return { uri: attributes.get('URI'), type: attributes.get('Type'), digest: claimed, canonicalisation }
}

/** Enveloped-signature where the document is meant, then exclusive canonicalisation; gives the latter. */
function judgeTransforms(transforms: readonly Named[], enveloped: boolean): Named {
  const [first, second] = transforms
  const last = enveloped ? second : first
  const expected = enveloped ? 2 : 1
  if (last === undefined || transforms.length !== expected || !isExclusive(last.algorithm))
    throw structure('Transforms: other than this profile has them, or in another order')
  if (enveloped && first !== undefined) {
    if (first.algorithm !== ENVELOPED) throw structure('Transforms: enveloped-signature is expected first')
    requirePlain(first)
  }
  return last
}

export const isExclusive = (uri: string): boolean => uri === EXCLUSIVE_C14N || uri === EXCLUSIVE_C14N_WITH_COMMENTS

/** Exclusive canonicalisation with its one parameter, InclusiveNamespaces (Exclusive XML Canonicalization 1.0 §4). */
export function canonicalisationOf({ algorithm, parameters }: Named): Canonicalisation {
  const [inclusive, ...others] = parameters ?? []
  if (parameters === undefined || others.length > 0) throw structure('an algorithm takes no such parameters')
  return {
    withComments: algorithm === EXCLUSIVE_C14N_WITH_COMMENTS,
    prefixes: inclusive === undefined ? [] : prefixesOf(inclusive),
  }
}

function prefixesOf(inclusive: XmlElement): readonly string[] {
  if (!isNamed(inclusive, 'InclusiveNamespaces', EXCLUSIVE_C14N))
    throw structure('an algorithm takes no such parameters')
  const list = attributesOf(inclusive, ['PrefixList']).get('PrefixList')
  if (elementsOnly(inclusive)?.length !== 0) throw structure('InclusiveNamespaces: no content is expected')
  if (list === undefined || list.length > MAX_PREFIX_LIST) throw unlisted('PrefixList')
  const prefixes = list.split(/[\t\n\r ]+/)
  if (prefixes.length > MAX_PREFIXES || new Set(prefixes).size !== prefixes.length) throw unlisted('PrefixList')
  if (!prefixes.every((prefix) => PREFIX.test(prefix))) throw unlisted('PrefixList')
  return prefixes
}
