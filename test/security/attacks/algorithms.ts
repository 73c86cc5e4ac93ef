import { ECDSA_SHA256, ENVELOPED, EXCLUSIVE_C14N, RSA_SHA256, SHA512 } from '../../../src/signature/algorithms.ts'
import { transform } from '../forge.ts'
import { cut, type Entry, group, signed } from './vector.ts'

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const method = (id: string, uri: string): Entry => [`method-${id}`, `SignatureMethod ${uri}`, signed({ method: uri })]
const c14n = (id: string, uri: string): Entry => [`c14n-${id}`, `CanonicalizationMethod ${uri}`, signed({ c14n: uri })]
const second = (id: string, uri: string, content = ''): Entry => [
  `transform-${id}`,
  `Transform ${uri}`,
  signed({ transforms: transform(ENVELOPED) + transform(uri, content) }),
]
const inclusive = (list: string): string =>
  `<ec:InclusiveNamespaces xmlns:ec="${EXCLUSIVE_C14N}" PrefixList="${list}"></ec:InclusiveNamespaces>`
const prefixList = (id: string, comment: string, list: string): Entry => [
  `prefix-list-${id}`,
  comment,
  signed({ transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N, inclusive(list)) }),
]

const ALGORITHMS = group('signature.algorithm', 'algorithm', [
  method('rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'),
  method('dsa-sha1', 'http://www.w3.org/2000/09/xmldsig#dsa-sha1'),
  method('hmac-sha1', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'),
  method('hmac-sha256', `${MORE}hmac-sha256`),
  method('hmac-sha512', `${MORE}hmac-sha512`),
  method('rsa-md5', `${MORE}rsa-md5`),
  method('rsa-sha224', `${MORE}rsa-sha224`),
  method('rsa-sha384', `${MORE}rsa-sha384`),
  method('rsa-ripemd160', `${MORE}rsa-ripemd160`),
  method('ecdsa-sha1', `${MORE}ecdsa-sha1`),
  method('ecdsa-sha224', `${MORE}ecdsa-sha224`),
  method('ecdsa-sha384', `${MORE}ecdsa-sha384`),
  method('pss-sha256', 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1'),
  method('pss-parameters', 'http://www.w3.org/2007/05/xmldsig-more#rsa-pss'),
  method('eddsa', 'http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519'),
  method('member-name', 'constructor'),
  method('prototype', '__proto__'),
  method('empty', ''),
  method('spaced', ` ${RSA_SHA256}`),
  method('upper-case', RSA_SHA256.toUpperCase()),
  method('fits-other-key', ECDSA_SHA256),
  ...(['spki', 'pem', 'certificate'] as const).map(
    (hmac): Entry => [
      `hmac-with-public-${hmac}`,
      `HMAC keyed with what is public (${hmac})`,
      signed({ method: `${MORE}hmac-sha256`, value: { hmac } }),
    ],
  ),
  [
    'hmac-output-length',
    'HMAC truncated to eight bits',
    signed({ method: `${MORE}hmac-sha256`, methodContent: '<ds:HMACOutputLength>8</ds:HMACOutputLength>' }),
  ],
  [
    'digest-sha1',
    'digest by SHA-1',
    signed({ digestMethod: 'http://www.w3.org/2000/09/xmldsig#sha1', digestHash: 'sha1' }),
  ],
  ['digest-sha384', 'digest by SHA-384', signed({ digestMethod: `${MORE}sha384`, digestHash: 'sha384' })],
  ['digest-md5', 'digest by MD5', signed({ digestMethod: `${MORE}md5`, digestHash: 'md5' })],
  ['digest-empty', 'digest by nothing', signed({ digestMethod: '' })],
  c14n('inclusive', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'),
  c14n('inclusive-comments', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments'),
  c14n('1-1', 'http://www.w3.org/2006/12/xml-c14n11'),
  c14n('2-0', 'http://www.w3.org/2010/xml-c14n2'),
  c14n('unknown', 'urn:evil'),
  c14n('enveloped', ENVELOPED),
  second('inclusive', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'),
  second('1-1', 'http://www.w3.org/2006/12/xml-c14n11'),
  second(
    'xslt',
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
    '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"></xsl:stylesheet>',
  ),
  second('xpath', 'http://www.w3.org/TR/1999/REC-xpath-19991116', '<ds:XPath>false()</ds:XPath>'),
  second('xpath-filter-2', 'http://www.w3.org/2002/06/xmldsig-filter2'),
  second('base64', 'http://www.w3.org/2000/09/xmldsig#base64'),
  second('xpointer', 'http://www.w3.org/2001/04/xmldsig-more/xptr'),
  second('decryption', 'http://www.w3.org/2002/07/decrypt#XML'),
  second('str', 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform'),
  prefixList('default', 'the default namespace in PrefixList', '#default'),
  prefixList('empty', 'an empty PrefixList', ''),
  prefixList('xml', 'a reserved prefix in PrefixList', 'xml'),
  prefixList('xmlns', 'xmlns in PrefixList', 'xmlns'),
  prefixList('colon', 'a qualified name in PrefixList', 'a:b'),
  prefixList('twice', 'a prefix twice in PrefixList', 'a a'),
  prefixList('nine', 'nine prefixes', 'a b c d e f g h i'),
  prefixList('long', 'a PrefixList of 20 000 characters', 'a '.repeat(10_000)),
  prefixList('markup', 'a quotation mark in PrefixList', 'a&quot;b'),
  [
    'prefix-list-in-signed-info',
    'the default namespace in the PrefixList of SignedInfo',
    signed({ c14nContent: inclusive('#default') }),
  ],
  [
    'method-without-algorithm',
    'SignatureMethod without Algorithm',
    cut('<ds:SignatureMethod [^>]*>', '<ds:SignatureMethod>'),
  ],
  ['rsa-named-for-ec', 'rsa-sha256 named with a P-256 key', signed({ method: RSA_SHA256 }, 'ecParty')],
  [
    'ecdsa-named-for-rsa',
    'ecdsa-sha256 named with an RSA key and 64 octets',
    signed({ method: ECDSA_SHA256, value: { zeros: 64 } }),
  ],
  ['rsa-1024', 'a registered RSA key of 1024 bits', signed({}, 'weakRsa')],
  ['p-384', 'a registered P-384 key', signed({ value: { zeros: 64 } }, 'otherCurve')],
  ['ecdsa-der', 'an ECDSA value in DER', signed({ value: { der: true } }, 'ecParty')],
  ['ecdsa-short', 'an ECDSA value of 63 octets', signed({ value: { spelling: 'short' } }, 'ecParty')],
  ['ecdsa-long', 'an ECDSA value of 65 octets', signed({ value: { spelling: 'trailing' } }, 'ecParty')],
  ['ecdsa-padded', 'an ECDSA value of 66 octets', signed({ value: { spelling: 'padded-halves' } }, 'ecParty')],
])

const PARAMETERS = group('signature.structure', 'algorithm', [
  [
    'prefix-list-of-two-elements',
    'two InclusiveNamespaces',
    signed({ transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N, inclusive('a') + inclusive('b')) }),
  ],
  [
    'prefix-list-foreign',
    'InclusiveNamespaces of another namespace',
    signed({
      transforms:
        transform(ENVELOPED) +
        transform(
          EXCLUSIVE_C14N,
          '<ec:InclusiveNamespaces xmlns:ec="urn:evil" PrefixList="a"></ec:InclusiveNamespaces>',
        ),
    }),
  ],
  [
    'prefix-list-content',
    'InclusiveNamespaces that holds something',
    signed({
      transforms:
        transform(ENVELOPED) + transform(EXCLUSIVE_C14N, inclusive('a').replace('></', '><ds:XPath></ds:XPath></')),
    }),
  ],
  [
    'prefix-list-on-enveloped',
    'InclusiveNamespaces of enveloped-signature',
    signed({ transforms: transform(ENVELOPED, inclusive('a')) + transform(EXCLUSIVE_C14N) }),
  ],
])

const DOWNGRADED = group('signature.invalid', 'algorithm', [
  ['hash-of-other-name', 'rsa-sha256 named, SHA-512 used', signed({ hash: 'sha512' })],
  [
    'method-replaced',
    'rsa-sha256 renamed to rsa-sha512 after signing',
    { document: '{{sealed}}', changes: [{ find: `${MORE}rsa-sha256`, put: `${MORE}rsa-sha512` }] },
  ],
  [
    'digest-method-replaced',
    'a digest by SHA-512 put in after signing',
    cut(
      '<ds:DigestMethod .*</ds:DigestValue>',
      `<ds:DigestMethod Algorithm="${SHA512}"></ds:DigestMethod><ds:DigestValue>${Buffer.alloc(64).toString('base64')}</ds:DigestValue>`,
    ),
  ],
  [
    'c14n-replaced',
    'canonicalisation with comments put in after signing',
    {
      document: '{{sealed}}',
      changes: [{ find: EXCLUSIVE_C14N, put: `${EXCLUSIVE_C14N}WithComments`, all: true }],
    },
  ],
])

export const ALGORITHM_ATTACKS = [...ALGORITHMS, ...PARAMETERS, ...DOWNGRADED]
