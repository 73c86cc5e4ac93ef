import type { JwsRecipe } from '../jws-recipe.ts'
import { group } from './vector.ts'

const payload = (text: string): JwsRecipe => ({ payload: text })
/** The application with something put before its first member, truly signed. */
const opened = (text: string): JwsRecipe => ({ payload: `{${text},{{members-of-application}}}` })

const CERTIFICATES = [
  ...group<JwsRecipe>('signature.certificate-unknown', 'jws-certificate', [
    ['attacker', 'truly signed with a certificate that nobody registered', { by: 'attacker', payload: '{{evil}}' }],
    [
      'attacker-first',
      'the attacker’s first, the party’s second',
      { by: 'attacker', header: { x5c: ['{{certificate-of-attacker}}', '{{certificate-of-party}}'] } },
    ],
    ['attacker-flattened', 'the same flattened', { as: 'jws-flattened', by: 'attacker', payload: '{{evil}}' }],
    ['garbage', 'octets that are no certificate', { header: { x5c: ['QUJD'] } }],
    ['altered', 'the certificate with an octet in front', { header: { x5c: ['QUJD{{certificate-of-party}}'] } }],
  ]),
  ...group<JwsRecipe>('signature.certificate-expired', 'jws-certificate', [
    ['expired', 'truly signed with a certificate that has expired', { by: 'expired' }],
    ['expired-claims-earlier', 'a sigT within its dates', { by: 'expired', header: { sigT: '2026-01-01T00:00:00Z' } }],
  ]),
]

const OTHER = '{{header}}.{{evil-payload}}.{{value}}'
const INVALID = group<JwsRecipe>('signature.invalid', 'jws-truth', [
  ['payload', 'another payload', { document: OTHER }],
  [
    'payload-flattened',
    'another payload, flattened',
    {
      as: 'jws-flattened',
      document: '{"protected":"{{header}}","payload":"{{evil-payload}}","signature":"{{value}}"}',
    },
  ],
  ['payload-ec', 'another payload under ES256', { by: 'ecParty', document: OTHER }],
  ['payload-empty', 'the payload taken out', { document: '{{header}}..{{value}}' }],
  [
    'header-time',
    'another sigT in the header',
    { header: { sigT: '2026-10-05T06:30:01Z' }, document: '{{header}}.{{payload}}.{{honest-value}}' },
  ],
  [
    'header-blank',
    'a blank in the header',
    { headerText: '{ {{members}}}', document: '{{header}}.{{payload}}.{{honest-value}}' },
  ],
  [
    'header-hash',
    'RS512 over a value of RS256',
    { header: { alg: 'RS512' }, document: '{{header}}.{{payload}}.{{honest-value}}' },
  ],
  ['key', 'the attacker’s key under the party’s certificate', { key: 'attacker' }],
  [
    'second-certificate',
    'signed with the key of the second certificate',
    { key: 'attacker', header: { x5c: ['{{certificate-of-party}}', '{{certificate-of-attacker}}'] } },
  ],
  [
    'thumbprint',
    'truly signed, with the thumbprint of another certificate',
    { header: { 'x5t#S256': '{{thumbprint-of-attacker}}' } },
  ],
  [
    'thumbprint-ec',
    'the thumbprint of another certificate of the same party',
    { header: { 'x5t#S256': '{{thumbprint-of-ec-party}}' } },
  ],
  ['thumbprint-zero', 'a thumbprint of zeros', { header: { 'x5t#S256': '{{repeat 43|A}}' } }],
  ['over-the-payload', 'signed without the header', { value: 'over-the-payload' }],
  ['flipped', 'one bit of the value', { value: 'flipped' }],
  ['flipped-ec', 'one bit of an ECDSA value', { by: 'ecParty', value: 'flipped' }],
  ['short-rsa', 'an RSA value one octet short', { value: 'short' }],
  ['long-rsa', 'an RSA value with a zero in front', { value: 'long' }],
  ['zeros-rsa', 'an RSA value of zeros', { value: 'zeros' }],
  ['ones-rsa', 'an RSA value beyond the modulus', { value: 'ones' }],
  ['zeros-ec', 'r and s zero', { by: 'ecParty', value: 'zeros' }],
  ['ones-ec', 'r and s beyond the order', { by: 'ecParty', value: 'ones' }],
  ['swapped', 's before r', { by: 'ecParty', value: 'swapped' }],
  [
    'other-value',
    'the value of another application',
    { payload: '{{evil}}', document: '{{header}}.{{payload}}.{{honest-value}}' },
  ],
  ['wide', '200 000 members, not signed', { document: `{{header}}.{{repeat 200000|eyJ9}}.{{value}}` }],
])

const PAYLOADS = group<JwsRecipe>('request.malformed', 'jws-payload', [
  ['empty', 'an empty payload, truly signed', payload('')],
  ['not-json', 'no JSON', payload('<Application/>')],
  ['nested', 'a JWS', payload('{{honest-header}}.{{honest-payload}}.{{honest-value}}')],
  ['nested-text', 'a JWS as a text', payload('"{{honest-header}}.{{honest-payload}}.{{honest-value}}"')],
  ['array', 'a list', payload('[{{application}}]')],
  ['text', 'a text', payload('"x"')],
  ['number', 'a number', payload('1')],
  ['null', 'null', payload('null')],
  ['two', 'two applications', payload('{{application}}{{evil}}')],
  ['trailing', 'something behind', payload('{{application}}x')],
  ['comment', 'a comment', payload('{{application}}/* */')],
  ['double', 'Consumer twice', opened('"Consumer":"vidin"')],
  ['double-escaped', 'Consumer twice, once escaped', opened('"\\u0043onsumer":"vidin"')],
  ['double-spaced', 'Consumer twice, with blanks before the colon', opened('"Consumer" \n\t:"vidin"')],
  ['double-deep', 'a member twice, deep', opened('"x":[{"a":1,"b":{"c":1,"c":1}}]')],
  ['double-prototype', '__proto__ twice', opened('"__proto__":1,"__proto__":2')],
  ['mark', 'a byte order mark', { payloadOctets: 'efbbbf' }],
  ['not-utf8', 'no UTF-8', { payloadOctets: 'ff' }],
  ['overlong', 'an overlong NUL', { payloadOctets: 'c080' }],
  ['nul', 'NUL as an escape', opened('"x":"\\u0000"')],
  ['control', 'a control character as an escape', opened('"x":"\\u009f"')],
  ['non-character', 'a non-character', opened('"x":"\\uffff"')],
  ['surrogate', 'half of a pair', opened('"x":"\\ud83d"')],
  ['surrogate-name', 'half of a pair in a name', opened('"\\udc00":1')],
  ['surrogates-turned', 'a pair the wrong way round', opened('"x":"\\udd95\\ud83d"')],
  ['deep-lists', '100 000 lists deep', opened('"x":{{repeat 100000|[}}')],
  ['deep-objects', '20 000 objects deep', opened('"x":{{repeat 20000|{"x":}}')],
  ['deep-closed', '65 deep', opened('"x":{{repeat 65|[}}{{repeat 65|]}}')],
  ['wide', '60 000 members', opened('"x":{{{repeat 60000|"m§":1,}}"m":1}')],
  ['wide-list', '200 000 items', opened('"x":[{{repeat 200000|1,}}1]')],
  ['nan', 'NaN', opened('"x":NaN')],
  ['hex', 'a number in hexadecimal', opened('"x":0x1')],
  ['leading-zero', 'a number with a zero in front', opened('"x":01')],
  ['single-quotes', 'another quote', opened("'x':1")],
])

const SCHEMA = group<JwsRecipe>('request.schema', 'jws-schema', [
  ['prototype', 'a member __proto__', opened('"__proto__":{"Consumer":"vidin"}')],
  ['constructor', 'a member constructor', opened('"constructor":{}')],
  ['member', 'a member nobody knows', opened('"x":1')],
  ['signature', 'a ds:Signature as in XML', opened('"Signature":""')],
  ['case', 'a member in another case', opened('"consumer":"vidin"')],
  ['body-prototype', '__proto__ in the Body', { payload: '{{application-without-end}},"__proto__":{"egn":"1"}}}' }],
  ['body-method', 'toString in the Body', { payload: '{{application-without-end}},"toString":"1"}}' }],
  [
    'body-capital',
    'a name in the Body that is no name there',
    { payload: '{{application-without-end}},"Driver":"1"}}' },
  ],
  ['body-lists', 'a list in a list', { payload: '{{application-without-end}},"x":[["1"]]}}' }],
  ['body-number', 'a number that loses digits', { payload: '{{application-without-end}},"x":12345678901234567890}}' }],
  ['body-infinite', 'a number beyond all', { payload: '{{application-without-end}},"x":1e999}}' }],
  [
    'body-wide',
    '20 000 members in the Body',
    { payload: '{{application-without-end}},{{repeat 20000|"m§":"x",}}"m":"x"}}' },
  ],
  ['on-behalf-list', 'OnBehalfOf in a list, which no check of delegation reads', opened('"OnBehalfOf":["vidin"]')],
  ['applicant-document', 'ApplicantDocument that is no base64', opened('"ApplicantDocument":"\\u0020"')],
])

const MISMATCH = group<JwsRecipe>('signature.party-mismatch', 'jws-party', [
  ['other-consumer', 'another party signs an application of Троян', { by: 'otherParty' }],
  ['other-consumer-own-line', 'the same over its own connection', { by: 'otherParty', connection: 'vidin' }],
  ['line-of-another', 'an application of Троян over the connection of another', { connection: 'vidin' }],
  ['on-behalf', 'acting for a party that never delegated', opened('"OnBehalfOf":"vidin"')],
])

const ACCEPTED = group<JwsRecipe>('accepted', 'jws-accepted', [
  ['rs256', 'compact, RSA', {}],
  ['rs512', 'compact, RSA with SHA-512', { header: { alg: 'RS512' } }],
  ['es256', 'compact, P-256', { by: 'ecParty' }],
  ['flattened', 'flattened, RSA', { as: 'jws-flattened' }],
  ['flattened-ec', 'flattened, P-256', { as: 'jws-flattened', by: 'ecParty' }],
  [
    'flattened-spaced',
    'flattened, in another order and with blanks',
    {
      as: 'jws-flattened',
      document: ' {\n"signature" : "{{value}}", "payload":"{{payload}}",\t"protected":"{{header}}" }\r\n',
    },
  ],
  ['untyped', 'without typ', { header: { typ: null } }],
  ['jose', 'typ as JAdES software writes it', { header: { typ: 'JOSE', cty: 'json' } }],
  ['jose-json', 'the other', { header: { typ: 'jose+json', cty: 'application/json' } }],
  [
    'chain',
    'certificates above, which are not read',
    { header: { x5c: ['{{certificate-of-party}}', '{{certificate-of-attacker}}', 'QUJD'] } },
  ],
  ['future', 'sigT tomorrow: a claim, on which nothing rests', { header: { sigT: '2026-10-06T06:30:00Z' } }],
  ['past', 'sigT long ago', { header: { sigT: '1970-01-01T00:00:00Z' } }],
  ['header-spaced', 'blanks in the header', { headerText: ' { {{members}} } ' }],
  ['header-escaped', 'an escape in a name, once', { headerText: '{{{members}},"c\\u0074y":"json"}' }],
  [
    'mirrored',
    'the second true value of an ECDSA signature; the exchange id stops its replay',
    { by: 'ecParty', value: 'mirrored' },
  ],
  ['null-member', 'absence said as null', opened('"OnBehalfOf":null')],
])

export const JWS_TRUTH_ATTACKS = [...CERTIFICATES, ...INVALID, ...PAYLOADS, ...SCHEMA, ...MISMATCH, ...ACCEPTED]
