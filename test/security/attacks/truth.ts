import {
  ECDSA_SHA512,
  ENVELOPED,
  EXCLUSIVE_C14N,
  EXCLUSIVE_C14N_WITH_COMMENTS,
  RSA_SHA512,
  SHA512,
} from '../../../src/signature/algorithms.ts'
import { transform } from '../forge.ts'
import { before, cut, group, inRoot, put, signed, text } from './vector.ts'

const x509 = (content: string): string =>
  `<ds:X509Data><ds:X509Certificate>${content}</ds:X509Certificate></ds:X509Data>`
const inclusive = (list: string): string =>
  `<ec:InclusiveNamespaces xmlns:ec="${EXCLUSIVE_C14N}" PrefixList="${list}"></ec:InclusiveNamespaces>`

const CERTIFICATES = [
  ...group('signature.certificate-unknown', 'certificate', [
    ['attacker', 'truly signed with a certificate that nobody registered', signed({}, 'attacker', '{{evil}}')],
    ['attacker-xades', 'the same in XAdES', signed({ xades: {} }, 'attacker', '{{evil}}')],
    ['garbage', 'octets that are no certificate', signed({ keyInfo: x509('QUJD') })],
    [
      'altered',
      'the certificate with other octets behind',
      signed({ keyInfo: x509('{{certificate}}').replace('{{certificate}}', 'QUJD{{certificate}}') }),
    ],
  ]),
  ...group('signature.certificate-expired', 'certificate', [
    ['expired', 'truly signed with a certificate that has expired', signed({}, 'expired')],
    [
      'expired-claims-earlier',
      'a SigningTime inside the dates of an expired certificate',
      signed({ xades: { signingTime: '2026-01-01T00:00:00Z' } }, 'expired'),
    ],
  ]),
]

const COMMENTS = transform(ENVELOPED) + transform(EXCLUSIVE_C14N_WITH_COMMENTS)
const WITH_COMMENT = '<Application xmlns="urn:edno:exchange:1"><Case>10<!-- x -->00</Case></Application>'

const INVALID = group('signature.invalid', 'truth', [
  ['one-digit', 'one digit of the content changed', put('8427029967', '8427029968')],
  ['one-letter', 'one letter of the content changed', put('Иван', 'Ивам')],
  [
    'decomposed',
    'й as two characters',
    {
      ...signed({}, 'party', '<Application xmlns="urn:edno:exchange:1"><Case>й</Case></Application>'),
      changes: [{ find: 'й', put: 'и\u0306' }],
    },
  ],
  ['element-added', 'an element added', inRoot('<Evil></Evil>')],
  ['element-removed', 'an element removed', put('<Case>ТР-2026-000123</Case>', '')],
  ['decoy-consumer', 'a second Consumer first', before('<Consumer>', '<Consumer>evil</Consumer>')],
  ['attribute-added', 'an attribute added', put('<Case>', '<Case evil="1">')],
  ['language-added', 'xml:lang added', put('<Case>', '<Case xml:lang="bg">')],
  ['id-added', 'xml:id added', put('<Case>', '<Case xml:id="x">')],
  ['blank-added', 'a blank added between elements', before('<Case>', ' ')],
  ['namespace-changed', 'an element moved to another namespace', put('<Case>', '<Case xmlns="urn:evil">')],
  [
    'prefix-changed',
    'the same name with a prefix',
    cut('<Case>(.*)</Case>', '<e:Case xmlns:e="urn:edno:exchange:1">$1</e:Case>'),
  ],
  [
    'digest-replaced',
    'the digest of another document, not signed again',
    {
      document: '{{evil}}',
      changes: [
        { find: '</Application>', put: '{{evil-signature}}</Application>' },
        {
          pattern: '<ds:SignatureValue>.*</ds:SignatureValue>',
          put: '<ds:SignatureValue>{{repeat 86|QUJD}}</ds:SignatureValue>',
        },
      ],
    },
  ],
  ['digest-untrue', 'a truly signed digest of other octets', signed({ digest: Buffer.alloc(32).toString('base64') })],
  [
    'digest-of-nothing',
    'a truly signed digest of no octets',
    signed({ digest: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }),
  ],
  [
    'other-key',
    'the certificate of the party, the key of an attacker',
    signed({ keyInfo: x509('{{certificate-of-party}}') }, 'attacker'),
  ],
  ['value-zero-rsa', 'a signature value of zeros', signed({ value: { zeros: 256 } })],
  ['value-one-octet-rsa', 'an RSA value of one octet', signed({ value: { zeros: 1 } })],
  ['value-zero-ec', 'r and s of zero', signed({ value: { zeros: 64 } }, 'ecParty')],
  ['value-short-rsa', 'an RSA value one octet short', signed({ value: { spelling: 'short' } })],
  ['value-long-rsa', 'an RSA value one octet long', signed({ value: { spelling: 'trailing' } })],
  ['value-der-512', 'ecdsa-sha512 named, SHA-256 used', signed({ method: ECDSA_SHA512 }, 'ecParty')],
  [
    'value-of-other-document',
    "another document's SignedInfo under this value",
    { document: '{{canonical}}', changes: [{ find: '</Application>', put: '{{evil-signature}}</Application>' }] },
  ],
  [
    'another-application',
    "another application's signature",
    { document: '{{evil}}', changes: [{ find: '</Application>', put: '{{signature}}</Application>' }] },
  ],
  ['signed-info-blank', 'a blank inside SignedInfo', before('<ds:Reference ', ' ')],
  [
    'signed-info-prefix',
    'another prefix in the signature',
    {
      changes: [
        { find: 'ds:', put: 'sig:', all: true },
        { find: 'xmlns:ds', put: 'xmlns:sig' },
      ],
    },
  ],
  ['wide', '20 000 siblings added after signing', inRoot('{{repeat 20000|<i v="1">x</i>}}')],
  ['long-text', 'half a million characters added', before('</Case>', '{{repeat 500000|x}}')],
  ['many-references', 'fifty thousand character references added', before('</Case>', '{{repeat 50000|&#x41;}}')],
  ['digest-of-comments', 'a digest that takes comments in', signed({ transforms: COMMENTS }, 'party', WITH_COMMENT)],
  [
    'comment-removed',
    'the comment removed that a digest took in',
    { ...signed({ transforms: COMMENTS }, 'party', WITH_COMMENT), changes: [{ find: '<!-- x -->', put: '' }] },
  ],
  [
    'prefix-list-declaration-added',
    'a declaration added whose prefix is listed',
    {
      ...signed({ transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N, inclusive('evil')) }),
      changes: [{ find: '<Application ', put: '<Application xmlns:evil="urn:evil" ' }],
    },
  ],
  [
    'prefix-list-of-signed-info',
    'a declaration added whose prefix the PrefixList of SignedInfo names',
    {
      ...signed({ c14nContent: inclusive('evil') }),
      changes: [{ find: '<Application ', put: '<Application xmlns:evil="urn:evil" ' }],
    },
  ],
])

const ACCEPTED = group('accepted', 'accepted', [
  ['honest-rsa', 'as sealed, RSA', text('{{sealed}}')],
  ['honest-ec', 'as sealed, P-256', text('{{sealed-ec}}')],
  ['honest-xades', 'XAdES, RSA', text('{{xades}}')],
  ['honest-xades-ec', 'XAdES, P-256', text('{{xades-ec}}')],
  ['forge', 'what the vectors are forged with makes true signatures', signed({})],
  [
    'rsa-sha512',
    'rsa-sha512 and SHA-512',
    signed({ method: RSA_SHA512, hash: 'sha512', digestMethod: SHA512, digestHash: 'sha512' }),
  ],
  ['ecdsa-sha512', 'ecdsa-sha512 on P-256', signed({ method: ECDSA_SHA512, hash: 'sha512' }, 'ecParty')],
  ['declaration', 'an XML declaration', text(`<?xml version="1.0" encoding="utf-8" standalone='yes'?>\r\n{{sealed}}`)],
  ['byte-order-mark', 'a byte order mark', { mark: 'efbbbf' }],
  ['comment', 'a comment in the content: neither signed nor handed over', put('8427029967', '84270<!-- x -->29967')],
  ['comment-outside', 'comments around the root', text('<!-- < > --> {{sealed}}<!-- </Application> -->')],
  [
    'with-comments',
    'canonicalisation with comments',
    signed({ c14n: EXCLUSIVE_C14N_WITH_COMMENTS, transforms: COMMENTS }),
  ],
  [
    'comment-added',
    'a comment where canonicalisation with comments is named: a Reference to the document never takes comments in',
    { ...signed({ transforms: COMMENTS }), changes: [{ find: '<Case>', put: '<!-- x --><Case>' }] },
  ],
  [
    'comment-before-root',
    'the same before the root',
    { ...signed({ transforms: COMMENTS }), document: '<!-- x -->{{signed}}' },
  ],
  [
    'comment-splits-value',
    'the same inside a value: it is read whole',
    { ...signed({ transforms: COMMENTS }), changes: [{ find: '8427029967', put: '84270<!-- x -->29967' }] },
  ],
  [
    'prefix-list',
    'a PrefixList of prefixes that are not in scope',
    signed({ transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N, inclusive('soap  wsu')) }),
  ],
  ['character-data', 'character data instead of text', put('8427029967', '<![CDATA[8427029967]]>')],
  ['character-reference', 'a character written as a reference', put('8427029967', '&#56;42702996&#x37;')],
  ['unused-namespace', 'a declaration that nothing uses', put('<Application ', '<Application xmlns:evil="urn:evil" ')],
  ['tag-blanks', 'white space inside tags', put('</Case>', '</Case\n>')],
  ['quotes', 'other quotation marks', put('xmlns="urn:edno:exchange:1"', "xmlns='urn:edno:exchange:1'")],
  ['base64-lines', 'base64 in lines', signed({ value: { spelling: 'lines' } })],
  ['signature-id', 'an Id on ds:Signature', put('<ds:Signature ', '<ds:Signature Id="s" ')],
  [
    'empty-tags',
    'the short form of empty elements',
    cut('></ds:(?:Transform|DigestMethod|SignatureMethod|CanonicalizationMethod)>', '/>'),
  ],
])

export const TRUTH_ATTACKS = [...ACCEPTED, ...CERTIFICATES, ...INVALID]
