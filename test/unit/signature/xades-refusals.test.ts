import { SHA256, SHA512 } from '../../../src/signature/algorithms.ts'
import { SIGNED_PROPERTIES_TYPE } from '../../../src/signature/read-qualifying.ts'
import type { XadesWish } from '../../security/forge.ts'
import type { Recipe } from '../../security/recipe.ts'
import { type Case, change, envelopedThen, refuses, UNKNOWN, wished } from './refused.ts'

const SIGNED_AT = '<xades:SigningTime>2026-10-05T06:29:00Z</xades:SigningTime>'
const inXades = (find: string, put: string): Recipe => change(find, put, '{{xades}}')
const xades = (wish: XadesWish): Recipe => wished({ xades: wish })

const TARGET = 'Reference: the second one, with its Type, is of the SignedProperties of this signature'
const CERT_V2 = '<xades:SigningCertificateV2>'
const SIGNED = (more: string): XadesWish => ({ signed: more })

const XADES_STRUCTURE: readonly Case[] = [
  [
    'no Id',
    inXades(
      '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="sig-1">',
      '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
    ),
    'Signature: an Id is expected',
  ],
  ['an Id that is no name', xades({ signatureId: '1' }), 'Signature: an Id is expected'],
  ['an Id with a letter beyond ASCII', xades({ signatureId: 'подпис' }), 'Signature: an Id is expected'],
  ['an Id of 129 letters', xades({ signatureId: 'a'.repeat(129) }), 'Signature: an Id is expected'],
  ['an Id of SignedProperties that is no name', xades({ propertiesId: 'a b' }), 'SignedProperties: an Id is expected'],
  [
    'an Id that stands twice',
    { sign: { by: 'party', xades: {} }, changes: [{ find: '<Case>', put: '<Case Id="props-1">' }] },
    'an Id that stands twice',
  ],
  [
    'the References in the other order',
    wished({ references: 'PD', xades: {} }),
    'Reference: an attribute that is not expected',
  ],
  ['a second Reference without its Type', xades({ reference: ' URI="#props-1"' }), TARGET],
  ['a second Reference of another Type', xades({ reference: ` Type="${UNKNOWN}" URI="#props-1"` }), TARGET],
  [
    'a second Reference to something else',
    xades({ reference: ` Type="${SIGNED_PROPERTIES_TYPE}" URI="#other"` }),
    TARGET,
  ],
  [
    'the whole document as the second Reference',
    xades({ transforms: envelopedThen('') }),
    'Transforms: other than this profile has them, or in another order',
  ],
  ['another Target', xades({ target: '#other' }), 'QualifyingProperties: Target is not this signature'],
  ['no Target', inXades(' Target="#sig-1"', ''), 'QualifyingProperties: Target is not this signature'],
  ['nothing in Object', xades({ object: '<ds:Object></ds:Object>' }), 'Object: QualifyingProperties are expected'],
  ['an attribute of Object', inXades('<ds:Object>', '<ds:Object Id="o">'), 'Object: an attribute that is not expected'],
  [
    'unsigned properties',
    inXades(
      '</xades:QualifyingProperties>',
      '<xades:UnsignedProperties></xades:UnsignedProperties></xades:QualifyingProperties>',
    ),
    'QualifyingProperties: SignedProperties are expected',
  ],
  [
    'SignedSignatureProperties twice',
    xades({ more: '<xades:SignedSignatureProperties></xades:SignedSignatureProperties>' }),
    'SignedProperties: SignedSignatureProperties is expected first and once',
  ],
  ['nothing signed', xades(SIGNED('')), 'SigningTime is expected first'],
  ['no SigningTime', xades(SIGNED(`${CERT_V2}</xades:SigningCertificateV2>`)), 'SigningTime is expected first'],
  [
    'an attribute of SigningTime',
    inXades('<xades:SigningTime>', '<xades:SigningTime Id="t">'),
    'SigningTime: an attribute that is not expected',
  ],
  ['no certificate', xades(SIGNED(SIGNED_AT)), 'SigningCertificateV2 is expected second'],
  [
    'the first form of the certificate',
    xades(SIGNED(`${SIGNED_AT}<xades:SigningCertificate></xades:SigningCertificate>`)),
    'SigningCertificateV2 is expected second',
  ],
  [
    'SigningTime twice',
    xades(SIGNED(`${SIGNED_AT}${CERT_V2}</xades:SigningCertificateV2>${SIGNED_AT}`)),
    'SignedSignatureProperties: a property that is not expected',
  ],
  [
    'a property of another namespace',
    xades(SIGNED(`${SIGNED_AT}${CERT_V2}</xades:SigningCertificateV2><ds:A xmlns:ds="urn:other"></ds:A>`)),
    'SignedSignatureProperties: a property that is not expected',
  ],
  [
    'no Cert',
    xades(SIGNED(`${SIGNED_AT}${CERT_V2}</xades:SigningCertificateV2>`)),
    'SigningCertificateV2: Cert are expected',
  ],
  [
    'an empty Cert',
    xades(SIGNED(`${SIGNED_AT}${CERT_V2}<xades:Cert></xades:Cert></xades:SigningCertificateV2>`)),
    'Cert: CertDigest is expected',
  ],
  [
    'a Cert with more',
    inXades('</xades:Cert>', '<xades:IssuerSerialV2></xades:IssuerSerialV2><xades:A></xades:A></xades:Cert>'),
    'Cert: CertDigest is expected',
  ],
  [
    'another issuer',
    inXades('</xades:Cert>', '<xades:IssuerSerial></xades:IssuerSerial></xades:Cert>'),
    'Cert: CertDigest, then IssuerSerialV2, are expected',
  ],
  [
    'a certificate digest of another length',
    xades({ certDigestMethod: SHA512 }),
    'DigestValue: not of the length of its method',
  ],
  [
    'parameters of its digest',
    inXades(
      `Algorithm="${SHA256}"></ds:DigestMethod><ds:DigestValue xmlns`,
      `Algorithm="${SHA256}"><ds:A></ds:A></ds:DigestMethod><ds:DigestValue xmlns`,
    ),
    'an algorithm takes no parameters',
  ],
  [
    'five certificates',
    wished({
      xades: {},
      keyInfo: `<ds:X509Data>${'<ds:X509Certificate>{{certificate}}</ds:X509Certificate>'.repeat(5)}</ds:X509Data>`,
    }),
    'X509Data: X509Certificate elements are expected',
  ],
  ...[
    '2026-10-05',
    '2026-10-05T06:29:00',
    '2026-13-05T06:29:00Z',
    'x2026-10-05T06:29:00Z',
    '2026-10-05T06:29:00Zx',
    '2026-10-05T06:29:00.Z',
    '2026-10-05T06:29:00+3:00',
    '',
  ].map(
    (signingTime): Case => [
      `the time ${JSON.stringify(signingTime)}`,
      xades({ signingTime }),
      'SigningTime: a date and time with offset is expected',
    ],
  ),
]

const OFF_THE_LIST: readonly Case[] = [
  [
    'digest of the certificate',
    xades({ certDigestMethod: UNKNOWN }),
    'DigestMethod of CertDigest: not on the list of accepted algorithms',
  ],
]

const INVALID: readonly Case[] = [
  ['other SignedProperties', inXades('06:29:00Z', '06:28:00Z'), 'SignedProperties are not what was signed'],
  [
    'the digest of another certificate',
    xades({ certificateOf: 'attacker' }),
    'SigningCertificateV2 names another certificate than KeyInfo',
  ],
]

const ACCEPTED: readonly (readonly [string, Recipe])[] = [
  ['an Id of 128 characters of every kind', xades({ signatureId: `_.-${'aZ09'.repeat(32)}`.slice(0, 128) })],
  ['a time with a fraction and an offset', xades({ signingTime: '2026-10-05T09:29:00.123456789+03:00' })],
  ['a time with white space around', xades({ signingTime: '\n 2026-10-05T06:29:00Z ' })],
  [
    'four certificates',
    wished({
      xades: {},
      keyInfo: `<ds:X509Data>${'<ds:X509Certificate>{{certificate}}</ds:X509Certificate>'.repeat(4)}</ds:X509Data>`,
    }),
  ],
  ['an Id of the signature and of its value in XAdES', inXades('<ds:SignatureValue>', '<ds:SignatureValue Id="v">')],
]

describe('a signature in XAdES', () => {
  refuses(
    { 'signature.structure': XADES_STRUCTURE, 'signature.algorithm': OFF_THE_LIST, 'signature.invalid': INVALID },
    ACCEPTED,
  )
})
