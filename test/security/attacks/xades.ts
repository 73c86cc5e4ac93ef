import { ENVELOPED, EXCLUSIVE_C14N, EXCLUSIVE_C14N_WITH_COMMENTS } from '../../../src/signature/algorithms.ts'
import { SIGNED_PROPERTIES_TYPE, XADES } from '../../../src/signature/read-qualifying.ts'
import { transform, type Wishes, type XadesWish } from '../forge.ts'
import { before, cut, group, put, signed } from './vector.ts'

const X = '{{xades}}'
const xades = (wish: XadesWish, wishes: Wishes = {}) => signed({ ...wishes, xades: wish })
const QUALIFYING = `<xades:QualifyingProperties xmlns:xades="${XADES}" Target="#sig-1">`
const object = (content: string): XadesWish => ({ object: `<ds:Object>${content}</ds:Object>` })
const type = (uri: string): string => ` Type="${uri}" URI="#props-1"`
const DIGEST =
  '<ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>' +
  '<ds:DigestValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</ds:DigestValue>'
const CERT = `<xades:Cert><xades:CertDigest>${DIGEST}</xades:CertDigest></xades:Cert>`
const TIME = '<xades:SigningTime>2026-10-05T06:29:00Z</xades:SigningTime>'
const V2 = `<xades:SigningCertificateV2>${CERT}</xades:SigningCertificateV2>`
const V1 = `<xades:SigningCertificate>${CERT}</xades:SigningCertificate>`

const DATA_OBJECTS = '<xades:SignedDataObjectProperties></xades:SignedDataObjectProperties>'

const STRUCTURE = group('signature.structure', 'xades', [
  [
    'signature-in-properties',
    'a second ds:Signature among properties that nobody reads, truly signed',
    xades({
      more: '<xades:SignedDataObjectProperties><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"></ds:Signature></xades:SignedDataObjectProperties>',
    }),
  ],
  [
    'properties-stripped',
    'SignedProperties taken out after signing',
    cut('<xades:SignedProperties .*</xades:SignedProperties>', '', X),
  ],
  [
    'qualifying-stripped',
    'QualifyingProperties taken out',
    cut('<xades:Qualifying.*</xades:QualifyingProperties>', '', X),
  ],
  ['object-stripped', 'the Object taken out: two References remain in a seal', cut('<ds:Object>.*</ds:Object>', '', X)],
  ['reference-stripped', 'no Reference to SignedProperties', xades({}, { references: 'D' })],
  ['document-reference-stripped', 'no Reference to the document', xades({}, { references: 'P' })],
  ['references-reversed', 'SignedProperties first, the document second', xades({}, { references: 'PD' })],
  ['document-twice', 'the document twice, SignedProperties not', xades({}, { references: 'DD' })],
  ['properties-twice', 'SignedProperties twice, the document not', xades({}, { references: 'PP' })],
  ['three-references', 'a third Reference', xades({}, { references: 'DPD' })],
  ['two-objects', 'two Objects', cut('(<ds:Object>.*</ds:Object>)', '$1$1', X)],
  ['empty-object-beside', 'an empty Object beside', before('<ds:Object>', '<ds:Object></ds:Object>', X)],
  [
    'object-before-key-info',
    'the Object before KeyInfo',
    cut('(<ds:KeyInfo>.*</ds:KeyInfo>)(<ds:Object>.*</ds:Object>)', '$2$1', X),
  ],
  [
    'two-qualifying',
    'two QualifyingProperties in one Object',
    cut('(<xades:Qualifying.*</xades:QualifyingProperties>)', '$1$1', X),
  ],
  ['two-properties', 'two SignedProperties', cut('(<xades:SignedProperties .*</xades:SignedProperties>)', '$1$1', X)],
  [
    'manifest-beside',
    'a Manifest beside QualifyingProperties',
    before('</ds:Object>', '<ds:Manifest></ds:Manifest>', X),
  ],
  ['text-beside', 'text beside QualifyingProperties', before('</ds:Object>', 'evil', X)],
  ['comment-beside', 'a comment beside QualifyingProperties', before('</ds:Object>', '<!-- x -->', X)],
  ['object-attribute', 'an attribute of Object', put('<ds:Object>', '<ds:Object MimeType="text/xml">', X)],
  [
    'unsigned-properties',
    'UnsignedProperties added after signing',
    before('</xades:QualifyingProperties>', '<xades:UnsignedProperties></xades:UnsignedProperties>', X),
  ],
  ['target-other', 'Target is another signature', xades({ target: '#sig-2' })],
  ['target-without-hash', 'Target without #', xades({ target: 'sig-1' })],
  ['target-empty', 'an empty Target', xades({ target: '' })],
  ['target-missing', 'no Target', cut(' Target="#sig-1"', '', X)],
  ['target-of-properties', 'Target is SignedProperties', xades({ target: '#props-1' })],
  ['signature-id-missing', 'no Id on the signature', cut(' Id="sig-1"', '', X)],
  ['signature-id-blank', 'an Id that is no name', xades({ signatureId: 'a b' })],
  ['properties-id-missing', 'no Id on SignedProperties', cut(' Id="props-1"', '', X)],
  ['properties-id-quote', 'an Id that ends an expression', xades({ propertiesId: "x' or '1" })],
  ['type-missing', 'no Type on the second Reference', xades({ reference: ' URI="#props-1"' })],
  ['type-empty', 'an empty Type', xades({ reference: type('') })],
  [
    'type-of-other-version',
    'the Type of an older version',
    xades({ reference: type('http://uri.etsi.org/01903/v1.1.1#SignedProperties') }),
  ],
  ['type-manifest', 'the Type of a Manifest', xades({ reference: type('http://www.w3.org/2000/09/xmldsig#Manifest') })],
  [
    'type-on-document',
    'the Type on the first Reference',
    xades({}, { reference: ` Type="${SIGNED_PROPERTIES_TYPE}" URI=""` }),
  ],
  [
    'uri-document-twice',
    'the second Reference to the document too',
    xades({ reference: ` Type="${SIGNED_PROPERTIES_TYPE}" URI=""` }),
  ],
  [
    'uri-other',
    'the second Reference to another id',
    xades({ reference: ` Type="${SIGNED_PROPERTIES_TYPE}" URI="#sig-1"` }),
  ],
  [
    'uri-xpointer',
    'the second Reference by XPointer',
    xades({ reference: ` Type="${SIGNED_PROPERTIES_TYPE}" URI="#xpointer(id('props-1'))"` }),
  ],
  ['uri-missing', 'the second Reference without URI', xades({ reference: ` Type="${SIGNED_PROPERTIES_TYPE}"` })],
  ['document-by-id', 'the document by its id', xades({}, { reference: ' URI="#x"' })],
  [
    'id-twice-in-document',
    'the id of SignedProperties on an element of the document',
    { document: X, changes: [{ find: '<Case>', put: '<Case Id="props-1">' }] },
  ],
  ['id-twice-lower-case', 'the same as id', put('<Case>', '<Case id="props-1">', X)],
  ['id-twice-xml-id', 'the same as xml:id', put('<Case>', '<Case xml:id="props-1">', X)],
  ['id-twice-wsu', 'the same in a namespace', put('<Case>', '<Case xmlns:u="urn:u" u:Id="props-1">', X)],
  ['signature-id-twice', 'the id of the signature on another element', put('<Case>', '<Case ID="sig-1">', X)],
  ['one-id-for-both', 'one id for signature and properties', xades({ propertiesId: 'sig-1' })],
  [
    'properties-moved',
    'SignedProperties moved into the document',
    {
      document: X,
      changes: [{ pattern: '(<Case>)(.*)(<xades:SignedProperties .*</xades:SignedProperties>)', put: '$3$1$2' }],
    },
  ],
  [
    'decoy-properties-in-document',
    'other SignedProperties with the same id in the document',
    before('<Case>', `<xades:SignedProperties xmlns:xades="${XADES}" Id="props-1"></xades:SignedProperties>`, X),
  ],
  [
    'properties-transform-enveloped',
    'enveloped-signature on SignedProperties',
    xades({ transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N) }),
  ],
  ['properties-transform-none', 'no Transform on SignedProperties', xades({ transforms: '' })],
  [
    'properties-transform-twice',
    'two Transforms on SignedProperties',
    xades({ transforms: transform(EXCLUSIVE_C14N).repeat(2) }),
  ],
  ['no-signing-time', 'no SigningTime', xades({ signed: V2 })],
  ['two-signing-times', 'two SigningTime', xades({ signed: TIME + V2 + TIME })],
  ['signing-time-text', 'a SigningTime that is no time', xades({ signingTime: 'yesterday' })],
  ['signing-time-local', 'a SigningTime without offset', xades({ signingTime: '2026-10-05T06:29:00' })],
  ['signing-time-impossible', 'a SigningTime in month 13', xades({ signingTime: '2026-13-05T06:29:00Z' })],
  ['no-signing-certificate', 'no SigningCertificateV2', xades({ signed: TIME })],
  ['signing-certificate-v1', 'SigningCertificate of the old form only', xades({ signed: TIME + V1 })],
  ['signing-certificate-both', 'both forms', xades({ signed: TIME + V2 + V1 })],
  ['two-signing-certificates', 'SigningCertificateV2 twice', xades({ signed: TIME + V2 + V2 })],
  ['two-certs', 'two Cert in SigningCertificateV2', xades({ signed: TIME + V2.replace(CERT, CERT + CERT) })],
  ['signed-order', 'SigningCertificateV2 before SigningTime', xades({ signed: V2 + TIME })],
  [
    'foreign-property',
    'a property of another namespace',
    xades({ signed: `${TIME}${V2}<evil:P xmlns:evil="urn:evil"></evil:P>` }),
  ],
  [
    'foreign-namespace',
    'QualifyingProperties of another version',
    xades(
      object(
        QUALIFYING.replace(XADES, 'http://uri.etsi.org/01903/v1.1.1#') + '{{properties}}</xades:QualifyingProperties>',
      ),
    ),
  ],
  [
    'five-certificates',
    'five certificates in KeyInfo',
    signed({
      xades: {},
      keyInfo: `<ds:X509Data>${'<ds:X509Certificate>{{certificate}}</ds:X509Certificate>'.repeat(5)}</ds:X509Data>`,
    }),
  ],
  ['two-x509-data', 'two X509Data', cut('(<ds:X509Data>.*</ds:X509Data>)', '$1$1', X)],
])

const ALGORITHMS = group('signature.algorithm', 'xades', [
  [
    'properties-digest-sha1',
    'SignedProperties by SHA-1',
    xades({ digestMethod: 'http://www.w3.org/2000/09/xmldsig#sha1' }),
  ],
  [
    'properties-transform-xpath',
    'XPath over SignedProperties',
    xades({ transforms: transform('http://www.w3.org/TR/1999/REC-xpath-19991116', '<ds:XPath>1</ds:XPath>') }),
  ],
  [
    'properties-transform-inclusive',
    'inclusive canonicalisation of SignedProperties',
    xades({ transforms: transform('http://www.w3.org/TR/2001/REC-xml-c14n-20010315') }),
  ],
  ['cert-digest-sha1', 'CertDigest by SHA-1', xades({ certDigestMethod: 'http://www.w3.org/2000/09/xmldsig#sha1' })],
  [
    'hmac',
    'HMAC with the public key',
    xades({}, { method: 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256', value: { hmac: 'spki' } }),
  ],
  ['ecdsa-der', 'an ECDSA value in DER', signed({ xades: {}, value: { der: true } }, 'ecParty')],
])

const INVALID = group('signature.invalid', 'xades', [
  [
    'certificate-of-another',
    'SigningCertificateV2 of another certificate, truly signed',
    xades({ certificateOf: 'attacker' }),
  ],
  ['certificate-of-nothing', 'SigningCertificateV2 of no octets, truly signed', xades({ signed: TIME + V2 })],
  [
    'certificate-replaced',
    "an attacker's certificate first, the party's second",
    signed(
      {
        xades: {},
        keyInfo:
          '<ds:X509Data><ds:X509Certificate>{{certificate-of-party}}</ds:X509Certificate><ds:X509Certificate>{{certificate}}</ds:X509Certificate></ds:X509Data>',
      },
      'attacker',
    ),
  ],
  ['signing-time-changed', 'SigningTime changed after signing', put('T06:29:00Z', 'T06:28:00Z', X)],
  [
    'property-added',
    'a property added after signing',
    before('</xades:SignedSignatureProperties>', '<xades:SignerRoleV2></xades:SignerRoleV2>', X),
  ],
  [
    'properties-digest-untrue',
    'SignedProperties by another hash than named',
    xades({ digestHash: 'sha512', digestMethod: 'http://www.w3.org/2001/04/xmlenc#sha512', certificateOf: 'attacker' }),
  ],
  ['document-changed', 'one digit of the document changed', put('8427029967', '8427029968', X)],
  ['other-document', 'the signature on another document', before('</Application>', '{{xades-signature}}', '{{evil}}')],
  [
    'seal-value',
    "the seal's value under XAdES",
    {
      document: X,
      changes: [
        {
          pattern: '<ds:SignatureValue>.*</ds:SignatureValue>',
          put: '<ds:SignatureValue>{{repeat 85|QUJD}}QQ==</ds:SignatureValue>',
        },
      ],
    },
  ],
])

const ACCEPTED = group('accepted', 'xades', [
  [
    'comment-in-properties',
    'a comment in SignedProperties where canonicalisation with comments is named',
    {
      ...xades({ transforms: transform(EXCLUSIVE_C14N_WITH_COMMENTS), more: DATA_OBJECTS }),
      changes: [{ find: '<xades:SignedDataObjectProperties>', put: '<xades:SignedDataObjectProperties><!-- x -->' }],
    },
  ],
  [
    'comment-unsigned',
    'a comment in SignedProperties that nobody signs or reads',
    {
      ...xades({ more: DATA_OBJECTS }),
      changes: [{ find: '<xades:SignedDataObjectProperties>', put: '<xades:SignedDataObjectProperties><!-- x -->' }],
    },
  ],
  [
    'as-signing-software-writes-it',
    'Ids on Reference and SignatureValue, a format of the data object, the chain in KeyInfo',
    {
      ...signed({
        reference: ' Id="ref-1" URI=""',
        keyInfo:
          '<ds:X509Data><ds:X509Certificate>{{certificate}}</ds:X509Certificate><ds:X509Certificate>{{certificate-of-attacker}}</ds:X509Certificate></ds:X509Data>',
        xades: {
          more: '<xades:SignedDataObjectProperties><xades:DataObjectFormat ObjectReference="#ref-1"><xades:MimeType>text/xml</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties>',
        },
      }),
      changes: [{ find: '<ds:SignatureValue>', put: '<ds:SignatureValue Id="value-1">' }],
    },
  ],
  [
    'sha512',
    'SHA-512 throughout',
    signed(
      {
        xades: { digestHash: 'sha512', digestMethod: 'http://www.w3.org/2001/04/xmlenc#sha512' },
        digestHash: 'sha512',
        digestMethod: 'http://www.w3.org/2001/04/xmlenc#sha512',
        method: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512',
        hash: 'sha512',
      },
      'ecParty',
    ),
  ],
])

export const XADES_ATTACKS = [...ACCEPTED, ...STRUCTURE, ...ALGORITHMS, ...INVALID]
