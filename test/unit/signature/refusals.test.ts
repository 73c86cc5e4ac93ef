import { EXCLUSIVE_C14N, SHA512 } from '../../../src/signature/algorithms.ts'
import { transform } from '../../security/forge.ts'
import type { Recipe } from '../../security/recipe.ts'
import { type Case, change, ENVELOPED, envelopedThen, refuses, UNKNOWN, wished } from './refused.ts'

const prefixes = (list: string): Recipe => wished({ transforms: envelopedThen(inclusive(` PrefixList="${list}"`)) })
const inclusive = (attributes: string, content = ''): string =>
  `<ec:InclusiveNamespaces xmlns:ec="${EXCLUSIVE_C14N}"${attributes}>${content}</ec:InclusiveNamespaces>`
const C14N_METHOD = 'ds:CanonicalizationMethod'

const STRUCTURE: readonly Case[] = [
  ['two signatures', change('</Application>', '{{signature}}</Application>'), 'there is more than one ds:Signature'],
  [
    'text after the signature',
    change('</ds:Signature>', '</ds:Signature>x'),
    'ds:Signature is not the last child of the root',
  ],
  [
    'a signature deeper than the root',
    change('</Body>', '{{signature}}</Body>', '{{canonical}}'),
    'ds:Signature is not the last child of the root',
  ],
  [
    'a part that is missing',
    { changes: [{ pattern: '<ds:KeyInfo>.*</ds:KeyInfo>', put: '' }] },
    'Signature: SignedInfo, SignatureValue, KeyInfo are expected',
  ],
  [
    'text between the parts',
    change('<ds:SignatureValue>', 'x<ds:SignatureValue>'),
    'Signature: SignedInfo, SignatureValue, KeyInfo are expected',
  ],
  [
    'a part of another namespace',
    change('<ds:X509Data>', '<ds:X509Data xmlns:ds="urn:other">'),
    'KeyInfo: X509Data are expected',
  ],
  [
    'an attribute too many',
    change('<ds:SignedInfo>', '<ds:SignedInfo Id="a">'),
    'SignedInfo: an attribute that is not expected',
  ],
  [
    'an attribute of a namespace',
    change('<ds:KeyInfo>', '<ds:KeyInfo ds:Id="a">'),
    'KeyInfo: an attribute that is not expected',
  ],
  ['no transform', wished({ transforms: '' }), 'Transforms: Transform elements are expected'],
  [
    'five transforms',
    wished({ transforms: ENVELOPED.repeat(4) + transform(EXCLUSIVE_C14N) }),
    'Transforms: Transform elements are expected',
  ],
  [
    'something else among transforms',
    wished({ transforms: `${envelopedThen('')}<ds:Other></ds:Other>` }),
    'Transforms: Transform elements are expected',
  ],
  [
    'three transforms',
    wished({ transforms: envelopedThen('') + transform(EXCLUSIVE_C14N) }),
    'Transforms: other than this profile has them, or in another order',
  ],
  [
    'one transform',
    wished({ transforms: transform(EXCLUSIVE_C14N) }),
    'Transforms: other than this profile has them, or in another order',
  ],
  [
    'transforms in another order',
    wished({ transforms: transform(EXCLUSIVE_C14N) + ENVELOPED }),
    'Transforms: other than this profile has them, or in another order',
  ],
  [
    'canonicalisation twice',
    wished({ transforms: transform(EXCLUSIVE_C14N).repeat(2) }),
    'Transforms: enveloped-signature is expected first',
  ],
  [
    'parameters of a transform that takes none',
    wished({
      transforms:
        transform('http://www.w3.org/2000/09/xmldsig#enveloped-signature', inclusive('')) + transform(EXCLUSIVE_C14N),
    }),
    'an algorithm takes no parameters',
  ],
  ['parameters of the method', wished({ methodContent: '<ds:A></ds:A>' }), 'an algorithm takes no parameters'],
  ['text in the method', wished({ methodContent: 'x' }), 'an algorithm takes no parameters'],
  [
    'other parameters of canonicalisation',
    wished({ c14nContent: '<ds:A></ds:A>' }),
    'an algorithm takes no such parameters',
  ],
  ['text in canonicalisation', wished({ c14nContent: 'x' }), 'an algorithm takes no such parameters'],
  [
    'two lists of prefixes',
    wished({ c14nContent: inclusive(' PrefixList="a"').repeat(2) }),
    'an algorithm takes no such parameters',
  ],
  [
    'content of a list of prefixes',
    wished({ c14nContent: inclusive(' PrefixList="a"', '<ec:a></ec:a>') }),
    'InclusiveNamespaces: no content is expected',
  ],
  ['a digest that is no base64', wished({ digest: 'not base64' }), 'DigestValue: base64 and nothing else is expected'],
  ['a digest of another length', wished({ digestMethod: SHA512 }), 'DigestValue: not of the length of its method'],
  [
    'a digest that is too long',
    wished({ digest: Buffer.alloc(65).toString('base64') }),
    'DigestValue: base64 and nothing else is expected',
  ],
  [
    'an element in a value',
    change('</ds:SignatureValue>', '<ds:a></ds:a></ds:SignatureValue>'),
    'SignatureValue: base64 and nothing else is expected',
  ],
  [
    'a value that is too long',
    wished({ value: { zeros: 1025 } }),
    'SignatureValue: base64 and nothing else is expected',
  ],
  [
    'a certificate that is too long',
    wished({ keyInfo: `<ds:X509Data><ds:X509Certificate>${'QUJD'.repeat(5500)}</ds:X509Certificate></ds:X509Data>` }),
    'X509Certificate: base64 and nothing else is expected',
  ],
  ['a Reference without URI', wished({ reference: '' }), 'Reference: URI="" is expected'],
  ['a Reference to something else', wished({ reference: ' URI="#a"' }), 'Reference: URI="" is expected'],
]

const UNLISTED: readonly Case[] = [
  ['canonicalisation', wished({ c14n: UNKNOWN }), 'CanonicalizationMethod'],
  [
    'no algorithm at all',
    change(` Algorithm="${EXCLUSIVE_C14N}"></${C14N_METHOD}>`, `></${C14N_METHOD}>`),
    'CanonicalizationMethod',
  ],
  ['signature', wished({ method: UNKNOWN }), 'SignatureMethod'],
  ['transform', wished({ transforms: ENVELOPED + transform(UNKNOWN) }), 'Transform'],
  ['digest', wished({ digestMethod: UNKNOWN }), 'DigestMethod'],
  ['no list of prefixes', wished({ c14nContent: inclusive('') }), 'PrefixList'],
  ['an empty list of prefixes', prefixes(''), 'PrefixList'],
  ['nine prefixes', prefixes('a b c d e f g h i'), 'PrefixList'],
  [
    'a list of prefixes that is too long',
    prefixes(['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(60)).join(' ')),
    'PrefixList',
  ],
  ['a prefix twice', prefixes('a b a'), 'PrefixList'],
  ['the default namespace', prefixes('#default'), 'PrefixList'],
  ['a prefix of xml', prefixes('xmlfoo'), 'PrefixList'],
  ['a prefix of 65 letters', prefixes('a'.repeat(65)), 'PrefixList'],
]
const OFF_THE_LIST = UNLISTED.map(
  ([what, recipe, name]): Case => [what, recipe, `${name}: not on the list of accepted algorithms`],
)

const INVALID: readonly Case[] = [
  [
    'a value over something else',
    {
      ...change('<ds:Reference URI="">', '<ds:Reference URI="" >'),
      changes: [{ pattern: '(<ds:DigestValue>)[^<]*', put: `$1${Buffer.alloc(32).toString('base64')}` }],
    },
    'the signature value does not hold',
  ],
  ['another document', change('<Case>', '<Case> '), 'the document is not what was signed'],
]

const ACCEPTED: readonly (readonly [string, Recipe])[] = [
  ['eight prefixes, none of them declared', prefixes('a b c d e f g h')],
  ['prefixes with white space of every kind between', prefixes('a&#x9;b&#xD;&#xA;c')],
  ['a prefix of 64 letters', prefixes('a'.repeat(64))],
]

describe('a seal', () => {
  refuses(
    { 'signature.structure': STRUCTURE, 'signature.algorithm': OFF_THE_LIST, 'signature.invalid': INVALID },
    ACCEPTED,
  )
})
