import { ENVELOPED, EXCLUSIVE_C14N } from '../../../src/signature/algorithms.ts'
import { transform } from '../forge.ts'
import { before, cut, group, inRoot, put, signed, text } from './vector.ts'

const SIGNATURE = '<ds:Signature .*</ds:Signature>'
const END = '</Application>'

const MISSING = group('signature.missing', 'missing', [
  ['unsigned', 'a valid application without a signature', text('{{canonical}}')],
  ['unsigned-invalid', 'invalid and unsigned: content is not judged', before('<Consumer>', '<Evil/>', '{{canonical}}')],
  [
    'lookalike-namespace',
    'a signature in a namespace that only looks alike',
    { changes: [{ find: 'xmldsig#"', put: 'xmldsig"', all: true }] },
  ],
  ['lookalike-name', 'an element of ours called Signature', before(END, '<Signature>x</Signature>', '{{canonical}}')],
  ['as-text', 'the signature as character data', before('</Case>', '<![CDATA[{{signature}}]]>', '{{canonical}}')],
  ['in-comment', 'the signature in a comment', before('<Case>', '<!--{{signature}}-->', '{{canonical}}')],
  [
    'wide-unsigned',
    '20 000 siblings, no signature',
    before('<Case>', '{{repeat 20000|<i v="1">x</i>}}', '{{canonical}}'),
  ],
])

const PLACES = group('signature.structure', 'place', [
  ['twice', 'the same signature twice', before(END, '{{signature}}')],
  ['two-signers', 'signatures of two parties', before(END, '{{signature}}{{signature-ec}}', '{{canonical}}')],
  [
    'attacker-beside',
    "an attacker's signature beside the honest one",
    before('<ds:Signature ', '{{signature-of-attacker}}'),
  ],
  ['seal-and-xades', 'both profiles at once', before(END, '{{xades-signature}}')],
  ['first-child', 'the signature first in the root', before('<ExchangeId>', '{{signature}}', '{{canonical}}')],
  ['in-body', 'the signature inside Body', before('</Body>', '{{signature}}', '{{canonical}}')],
  ['element-after', 'an element after the signature', put('</ds:Signature>', '</ds:Signature><Evil></Evil>')],
  ['text-after', 'text after the signature', put('</ds:Signature>', '</ds:Signature>evil')],
  ['comment-after', 'a comment after the signature', put('</ds:Signature>', '</ds:Signature><!-- evil -->')],
  ['xsw-1-wrapped-last', 'wrapping: the signed document last in another', before(END, '{{sealed}}', '{{evil}}')],
  [
    'xsw-2-wrapped-first',
    'wrapping: the signed document first in another',
    before('<ExchangeId>', '{{sealed}}', '{{evil}}'),
  ],
  [
    'xsw-3-wrapped-in-body',
    'wrapping: the signed document in the Body of another',
    before('</Body>', '{{sealed}}', '{{evil}}'),
  ],
  [
    'xsw-4-object',
    'wrapping: the signed document in ds:Object of its own signature',
    {
      document: '{{evil}}',
      changes: [
        { find: END, put: `{{signature}}${END}` },
        { find: '</ds:Signature>', put: '<ds:Object>{{canonical}}</ds:Object></ds:Signature>' },
      ],
    },
  ],
  [
    'xsw-5-object-signed',
    'wrapping: the signed document, its signature too, in ds:Object of another',
    {
      sign: { by: 'party', over: '{{evil}}' },
      changes: [{ find: '</ds:Signature>', put: '<ds:Object>{{sealed}}</ds:Object></ds:Signature>' }],
    },
  ],
  [
    'xsw-6-key-info',
    'wrapping: another document in KeyInfo',
    before('<ds:X509Data>', '<Application xmlns="urn:edno:exchange:1"></Application>'),
  ],
  [
    'xsw-7-nested-signature',
    'a signature inside the signature',
    put('</ds:KeyInfo>', '</ds:KeyInfo><ds:Signature></ds:Signature>'),
  ],
  [
    'xsw-8-xades-object',
    'wrapping: the signed document beside QualifyingProperties',
    before('</ds:Object>', '{{canonical}}', '{{xades}}'),
  ],
])

const CARRIED = group('signature.invalid', 'place', [
  ['xsw-replaced', 'wrapping: another document, the signature in its place', before(END, '{{signature}}', '{{evil}}')],
  [
    'xsw-carried',
    'wrapping: the signed document without its signature in the Body of another',
    {
      document: '{{evil}}',
      changes: [
        { find: '</Body>', put: '{{canonical}}</Body>' },
        { pattern: '</Application>$', put: `{{signature}}${END}` },
      ],
    },
  ],
])

const duplicate = (element: string) => cut(`(<ds:${element}>.*?</ds:${element}>)`, '$1$1')
const drop = (element: string) => cut(`<ds:${element}>.*</ds:${element}>`)
const keyInfo = (content: string) => signed({ keyInfo: content })

const FORMS = group('signature.structure', 'form', [
  ['two-signed-infos', 'two SignedInfo', duplicate('SignedInfo')],
  [
    'decoy-signed-info',
    'a SignedInfo of an attacker before the honest one',
    cut('(<ds:SignedInfo>)(.*?</ds:SignedInfo>)', '$1$2$1$2'),
  ],
  ['two-signature-values', 'two SignatureValue', duplicate('SignatureValue')],
  ['two-digest-values', 'two DigestValue', duplicate('DigestValue')],
  ['two-digest-methods', 'two DigestMethod', cut('(<ds:DigestMethod .*?</ds:DigestMethod>)', '$1$1')],
  ['two-signature-methods', 'two SignatureMethod', cut('(<ds:SignatureMethod .*?</ds:SignatureMethod>)', '$1$1')],
  ['two-key-infos', 'two KeyInfo', duplicate('KeyInfo')],
  ['two-x509-data', 'two X509Data', duplicate('X509Data')],
  ['two-certificates', 'two certificates', duplicate('X509Certificate')],
  ['two-transforms', 'two Transforms', duplicate('Transforms')],
  ['no-signed-info', 'no SignedInfo', drop('SignedInfo')],
  ['no-signature-value', 'no SignatureValue', drop('SignatureValue')],
  ['no-key-info', 'no KeyInfo', drop('KeyInfo')],
  [
    'empty-signature',
    'an empty ds:Signature',
    cut(SIGNATURE, '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'),
  ],
  [
    'order',
    'SignatureValue before SignedInfo',
    cut('(<ds:SignedInfo>.*</ds:SignedInfo>)(<ds:SignatureValue>.*</ds:SignatureValue>)', '$2$1'),
  ],
  [
    'decoy-method',
    'a second SignatureMethod in ds:Object before SignedInfo',
    before('<ds:SignedInfo>', '<ds:Object><ds:SignatureMethod Algorithm="x"/></ds:Object>'),
  ],
  [
    'decoy-signature-value',
    'a SignatureValue inside KeyInfo',
    before('<ds:X509Data>', '<ds:SignatureValue>QUJD</ds:SignatureValue>'),
  ],
  [
    'decoy-digest',
    'a DigestValue before the Reference',
    before('<ds:Reference ', '<ds:DigestValue>QUJD</ds:DigestValue>'),
  ],
  ['manifest', 'a ds:Manifest', before('</ds:Signature>', '<ds:Object><ds:Manifest></ds:Manifest></ds:Object>')],
  ['empty-object', 'an empty ds:Object', before('</ds:Signature>', '<ds:Object></ds:Object>')],
  ['foreign-child', 'an element of another namespace in the signature', before('</ds:Signature>', '<Evil></Evil>')],
  [
    'foreign-signed-info',
    'SignedInfo of another namespace',
    { changes: [{ find: 'ds:SignedInfo', put: 'SignedInfo', all: true }] },
  ],
  ['text-between', 'text between the parts', before('<ds:SignatureValue>', 'evil')],
  ['comment-between', 'a comment between the parts', before('<ds:SignatureValue>', '<!-- x -->')],
  ['comment-in-digest', 'a comment inside DigestValue', before('</ds:DigestValue>', '<!--x-->')],
  ['comment-in-value', 'a comment inside SignatureValue', before('</ds:SignatureValue>', '<!--x-->')],
  ['comment-in-certificate', 'a comment inside the certificate', before('</ds:X509Certificate>', '<!--x-->')],
  ['comment-in-method', 'a comment inside SignatureMethod', before('</ds:SignatureMethod>', '<!--x-->')],
  ['element-in-digest', 'an element inside DigestValue', before('</ds:DigestValue>', '<ds:x></ds:x>')],
  ['attribute-on-signature', 'an attribute that nobody expects', put('<ds:Signature ', '<ds:Signature evil="1" ')],
  ['attribute-on-signed-info', 'an attribute on SignedInfo', put('<ds:SignedInfo>', '<ds:SignedInfo Id="x">')],
  [
    'qualified-attribute',
    'Algorithm in a namespace',
    put('<ds:DigestMethod ', '<ds:DigestMethod xmlns:p="urn:p" p:Algorithm="x" '),
  ],
  ['no-reference', 'no Reference', signed({ references: '' })],
  ['two-references', 'two References', signed({ references: 'DD' })],
  ['references-400', '400 identical References', signed({ references: 'D'.repeat(400) })],
  ['no-uri', 'a Reference without URI', signed({ reference: '' })],
  ['uri-id', 'a Reference to an id', signed({ reference: ' URI="#x"' })],
  [
    'uri-root-id',
    'a Reference to the id of the root',
    signed({ reference: ' URI="#x"' }, 'party', '<Application xmlns="urn:edno:exchange:1" Id="x"></Application>'),
  ],
  ['uri-xpointer', 'a Reference by XPointer', signed({ reference: ' URI="#xpointer(/)"' })],
  ['uri-http', 'a Reference to another host', signed({ reference: ' URI="http://127.0.0.1:1/x"' })],
  ['uri-file', 'a Reference to a file', signed({ reference: ' URI="file:///etc/hostname"' })],
  ['uri-blank', 'a Reference to a blank', signed({ reference: ' URI=" "' })],
  [
    'reference-type',
    'a Reference with a Type',
    signed({ reference: ' Type="http://www.w3.org/2000/09/xmldsig#Manifest" URI=""' }),
  ],
  ['transforms-none', 'no Transform', signed({ transforms: '' })],
  [
    'transforms-only-enveloped',
    'no canonicalisation among the transforms',
    signed({ transforms: transform(ENVELOPED) }),
  ],
  [
    'transforms-only-c14n',
    'no enveloped-signature among the transforms',
    signed({ transforms: transform(EXCLUSIVE_C14N) }),
  ],
  [
    'transforms-order',
    'the transforms the other way round',
    signed({ transforms: transform(EXCLUSIVE_C14N) + transform(ENVELOPED) }),
  ],
  [
    'transforms-c14n-twice',
    'canonicalisation in the place of enveloped-signature',
    signed({ transforms: transform(EXCLUSIVE_C14N).repeat(2) }),
  ],
  ['transforms-enveloped-twice', 'enveloped-signature twice', signed({ transforms: transform(ENVELOPED).repeat(2) })],
  [
    'transforms-three',
    'a transform more',
    signed({ transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N).repeat(2) }),
  ],
  ['transforms-20', '20 chained transforms', signed({ transforms: transform(EXCLUSIVE_C14N).repeat(20) })],
  [
    'transform-parameter',
    'a parameter of enveloped-signature',
    signed({ transforms: transform(ENVELOPED, '<ds:XPath>1</ds:XPath>') + transform(EXCLUSIVE_C14N) }),
  ],
  [
    'c14n-parameter',
    'another parameter of canonicalisation',
    signed({ transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N, '<ds:XPath>1</ds:XPath>') }),
  ],
  [
    'method-parameter',
    'a parameter of the signature method',
    signed({ methodContent: '<ds:HMACOutputLength>8</ds:HMACOutputLength>' }),
  ],
  [
    'key-value',
    'a bare key instead of a certificate',
    keyInfo('<ds:KeyValue><ds:RSAKeyValue></ds:RSAKeyValue></ds:KeyValue>'),
  ],
  ['key-name', 'a key by its name', keyInfo('<ds:KeyName>troyan</ds:KeyName>')],
  [
    'retrieval-method',
    'a certificate to fetch',
    keyInfo('<ds:RetrievalMethod URI="http://127.0.0.1:1/x"></ds:RetrievalMethod>'),
  ],
  [
    'issuer-serial',
    'a certificate by issuer and number',
    keyInfo('<ds:X509Data><ds:X509IssuerSerial></ds:X509IssuerSerial></ds:X509Data>'),
  ],
  ['key-name-beside', 'a key name beside the certificate', before('<ds:X509Data>', '<ds:KeyName>x</ds:KeyName>')],
  [
    'subject-beside',
    'a subject beside the certificate',
    before('<ds:X509Certificate>', '<ds:X509SubjectName>CN=x</ds:X509SubjectName>'),
  ],
  ['base64-noise', 'other characters in SignatureValue', before('</ds:SignatureValue>', '*!!')],
  ['base64-url', 'the URL alphabet', signed({ value: { spelling: 'url' } })],
  ['base64-inner-padding', 'padding in the middle', signed({ value: { text: 'QUI=QUJD' } })],
  ['base64-unpadded', 'padding left out', signed({ value: { spelling: 'unpadded' } })],
  ['base64-bits', 'bits after the last octet', signed({ value: { spelling: 'loose-bits' } })],
  ['base64-empty', 'nothing', signed({ value: { text: '' } })],
  ['digest-short', 'a digest of 31 octets', signed({ digest: Buffer.alloc(31).toString('base64') })],
  ['digest-long', 'a digest of 33 octets', signed({ digest: Buffer.alloc(33).toString('base64') })],
  ['digest-empty', 'an empty digest', signed({ digest: '' })],
  [
    'digest-of-other-length',
    'SHA-512 named, 32 octets given',
    signed({ digestMethod: 'http://www.w3.org/2001/04/xmlenc#sha512' }),
  ],
])

const BOMBS = group('signature.structure', 'bomb', [
  [
    'signatures-many',
    'ten thousand empty signatures',
    inRoot('{{repeat 10000|<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>}}'),
  ],
  ['signature-children', '20 000 children of ds:Signature', before('</ds:Signature>', '{{repeat 20000|<ds:Object/>}}')],
  [
    'long-value',
    'half a million characters of SignatureValue',
    put('<ds:SignatureValue>', '<ds:SignatureValue>{{repeat 125000|QUJD}}'),
  ],
  [
    'long-certificate',
    'half a million characters of certificate',
    put('<ds:X509Certificate>', '<ds:X509Certificate>{{repeat 125000|QUJD}}'),
  ],
  [
    'long-digest',
    'half a million characters of digest',
    put('<ds:DigestValue>', '<ds:DigestValue>{{repeat 125000|QUJD}}'),
  ],
])

export const STRUCTURE_ATTACKS = [...MISSING, ...PLACES, ...CARRIED, ...FORMS, ...BOMBS]
