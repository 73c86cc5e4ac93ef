import type { JwsRecipe } from '../jws-recipe.ts'
import { type Entry, group } from './vector.ts'

const wrong = (entries: Readonly<Record<string, readonly [comment: string, header: Record<string, unknown>]>>) =>
  Object.entries(entries).map(([id, [comment, header]]): Entry<JwsRecipe> => [id, comment, { header }])
const text = (headerText: string): JwsRecipe => ({ headerText })

const PARAMETERS = group<JwsRecipe>(
  'signature.structure',
  'jws-parameter',
  wrong({
    jku: ['a key set elsewhere', { jku: 'https://127.0.0.1/keys' }],
    jwk: ['an embedded key', { jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } }],
    x5u: ['a certificate elsewhere', { x5u: 'https://127.0.0.1/certificate' }],
    'x5u-file': ['a certificate in a file', { x5u: 'file:///etc/passwd' }],
    x5t: ['a thumbprint in SHA-1', { x5t: 'AAAA' }],
    kid: ['the name of a key', { kid: '../../keys/troyan' }],
    'kid-alone': ['the name of a key and no certificate', { kid: '1', x5c: null, 'x5t#S256': null }],
    'b64-false': ['an unencoded payload', { b64: false, crit: ['sigT', 'b64'] }],
    'b64-false-uncritical': ['the same without saying so', { b64: false }],
    'b64-true': ['what is so anyway, said', { b64: true }],
    zip: ['a compressed payload', { zip: 'DEF' }],
    enc: ['an encrypted payload', { enc: 'A256GCM' }],
    iat: ['another claimed time', { iat: 1 }],
    exp: ['a claim of JWT', { exp: 1 }],
    'sig-d': [
      'detached data (JAdES)',
      { sigD: { mId: 'http://uri.etsi.org/19182/HttpHeaders', pars: [] }, crit: ['sigT', 'sigD'] },
    ],
    'etsi-u': ['unsigned properties among the signed', { etsiU: [] }],
    'every-object': ['a name that every object has', Object.fromEntries([['constructor', 1]])],
    capital: ['a name with a capital', { Alg: 'none' }],
  }),
)

const CRITICAL = group<JwsRecipe>(
  'signature.structure',
  'jws-crit',
  wrong({
    absent: ['sigT is not critical', { crit: null }],
    empty: ['nothing is', { crit: [] }],
    twice: ['a name twice', { crit: ['sigT', 'sigT'] }],
    text: ['no list', { crit: 'sigT' }],
    object: ['no list', { crit: { 0: 'sigT', length: 1 } }],
    number: ['no list', { crit: 1 }],
    unknown: ['a name nobody knows', { crit: ['sigT', 'x'], x: 1 }],
    'unknown-absent': ['a name that is not there', { crit: ['sigT', 'x'] }],
    registered: ['a name of RFC 7515', { crit: ['sigT', 'alg'] }],
    other: ['another name alone', { crit: ['exp'], exp: 1 }],
    capital: ['another spelling', { crit: ['sigt'] }],
    nested: ['a list in a list', { crit: [['sigT']] }],
  }),
)

const chain = (...x5c: unknown[]): Record<string, unknown> => ({ x5c })
const OWN = '{{certificate-of-party}}'
const CERTIFICATES = group<JwsRecipe>(
  'signature.structure',
  'jws-x5c',
  wrong({
    absent: ['none', { x5c: null }],
    empty: ['an empty list', chain()],
    text: ['no list', { x5c: OWN }],
    object: ['no list', { x5c: { 0: OWN } }],
    five: ['five certificates', chain(OWN, OWN, OWN, OWN, OWN)],
    number: ['a number', chain(1)],
    null: ['nothing second', chain(OWN, null)],
    'blank-text': ['an empty text', chain('')],
    url: ['base64url', chain('AA_-')],
    unpadded: ['without padding', chain('QUJDRA')],
    bits: ['bits behind the last octet', chain('QUJDRB==')],
    'white-space': ['a line break in it', chain('QUJD\nQUJD')],
    pem: ['PEM', chain(`-----BEGIN CERTIFICATE-----\n${OWN}\n-----END CERTIFICATE-----`)],
    huge: ['a certificate of 20 000 octets', chain('{{repeat 7000|QUJD}}')],
  }),
)

const THUMBPRINTS = group<JwsRecipe>(
  'signature.structure',
  'jws-x5t',
  wrong({
    absent: ['none', { 'x5t#S256': null }],
    empty: ['empty', { 'x5t#S256': '' }],
    padded: ['padded', { 'x5t#S256': '{{thumbprint-of-party}}=' }],
    hex: ['in hexadecimal', { 'x5t#S256': '{{repeat 64|a}}' }],
    sha1: ['of another length', { 'x5t#S256': '{{repeat 27|A}}' }],
    bits: ['bits behind the last octet', { 'x5t#S256': '{{repeat 42|A}}B' }],
    list: ['a list', { 'x5t#S256': ['{{thumbprint-of-party}}'] }],
  }),
)

const TIMES = group<JwsRecipe>(
  'signature.structure',
  'jws-time',
  wrong({
    absent: ['none', { sigT: null }],
    garbage: ['no time', { sigT: 'now' }],
    empty: ['empty', { sigT: '' }],
    number: ['seconds', { sigT: 1791181800 }],
    offset: ['with an offset', { sigT: '2026-10-05T09:30:00+03:00' }],
    fraction: ['with a fraction', { sigT: '2026-10-05T06:30:00.000Z' }],
    'no-zone': ['without a zone', { sigT: '2026-10-05T06:30:00' }],
    month: ['in a thirteenth month', { sigT: '2026-13-05T06:30:00Z' }],
    line: ['with a line break behind', { sigT: '2026-10-05T06:30:00Z\n' }],
  }),
)

const TYPES = group<JwsRecipe>(
  'signature.structure',
  'jws-type',
  wrong({
    jwt: ['typ of a token', { typ: 'JWT' }],
    answer: ['typ of an answer', { typ: 'edno-answer+json' }],
    trust: ['typ of the trust document', { typ: 'edno-trust+json' }],
    'typ-number': ['typ that is no text', { typ: 1 }],
    'typ-empty': ['empty typ', { typ: '' }],
    'cty-jwt': ['a nested JWS announced', { cty: 'JWT' }],
    'cty-xml': ['XML announced', { cty: 'application/xml' }],
    'cty-list': ['cty that is no text', { cty: ['json'] }],
    'alg-number': ['alg that is no text', { alg: 256 }],
    'alg-list': ['alg in a list', { alg: ['RS256'] }],
    'alg-absent': ['no alg', { alg: null }],
  }),
)

const TEXTS = group<JwsRecipe>('signature.structure', 'jws-header-text', [
  ['double-alg', 'alg twice, the listed one last', text('{"alg":"none",{{members}}}')],
  ['double-alg-first', 'alg twice, the listed one first', text('{{{members}},"alg":"none"}')],
  ['double-escaped', 'alg twice, once escaped', text('{{{members}},"\\u0061lg":"none"}')],
  ['double-x5c', 'two chains', text('{{{members}},"x5c":["{{certificate-of-attacker}}"]}')],
  ['double-crit', 'two crit', text('{{{members}},"crit":["sigT"]}')],
  ['prototype', 'a member __proto__', text('{{{members}},"__proto__":{"kid":"1"}}')],
  ['empty', 'no header', text('')],
  ['empty-object', 'an empty header', text('{}')],
  ['array', 'a list', text('[{{{members}}}]')],
  ['number', 'a number', text('1')],
  ['null', 'null', text('null')],
  ['text', 'a text', text('"alg"')],
  ['not-json', 'no JSON', text("{'alg':'RS256'}")],
  ['comment', 'a comment', text('{{{members}}/**/}')],
  ['trailing-comma', 'a comma at the end', text('{{{members}},}')],
  ['trailing', 'something behind', text('{{{members}}}{}')],
  ['unclosed', 'no end', text('{{{members}}')],
  ['nan', 'a number that JSON does not have', text('{{{members}},"b64":NaN}')],
  ['mark', 'a byte order mark', { headerOctets: 'efbbbf' }],
  ['not-utf8', 'no UTF-8', { headerOctets: 'ff' }],
  ['nul', 'NUL in front', { headerOctets: '00' }],
  ['nul-escaped', 'NUL as an escape', text('{{{members}},"kid":"\\u0000"}')],
  ['surrogate', 'half of a pair', text('{{{members}},"kid":"\\ud83d"}')],
  ['deep', '10 000 lists deep', text('{{{members}},"x":{{repeat 10000|[}}{{repeat 10000|]}}}')],
  ['wide', '10 000 members', text('{{{members}}{{repeat 10000|,"m§":1}}}')],
  ['huge-blank', 'more than 64 KiB of header, of blanks', text('{{{members}}{{repeat 70000| }}}')],
  ['huge', 'more than 64 KiB of header', text('{{{members}},"kid":"{{repeat 70000|x}}"}')],
])

export const JWS_HEADER_ATTACKS = [
  ...PARAMETERS,
  ...CRITICAL,
  ...CERTIFICATES,
  ...THUMBPRINTS,
  ...TIMES,
  ...TYPES,
  ...TEXTS,
]
