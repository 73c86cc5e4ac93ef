import assert from 'node:assert/strict'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { type CertificateDirectory } from '../../../src/signature/verify-seal.ts'
import { verifyJws } from '../../../src/signature/verify-jws.ts'
import { cookJws, type JwsOriginals, type JwsRecipe, makeJwsOriginals } from '../../security/jws-recipe.ts'
import { directoryOf } from '../../support/certificates.ts'

const AT = new Date('2026-10-05T06:30:00Z')

type Case = readonly [what: string, recipe: JwsRecipe, told: string]

const header = (members: Readonly<Record<string, unknown>>): JwsRecipe => ({ header: members })
const flattened = (document: string): JwsRecipe => ({ as: 'jws-flattened', document })
const members = (names: string): string => `{"protected":"{{header}}","payload":"{{payload}}"${names}}`
const inHeader = (text: string): JwsRecipe => ({ headerText: text })

const X5C = 'x5c: base64 (not base64url) of a DER certificate is expected'
const THUMBPRINT = 'x5t#S256: SHA-256 of the certificate in base64url is expected'
const TIME = 'sigT: a date and time in UTC, as 2026-10-05T06:30:00Z, is expected'
const CRIT = 'crit: ["sigT"] is expected'
const TEXTS = 'JWS: protected, payload and signature are texts'

const CASES: readonly Case[] = [
  [
    'characters of no JWS',
    { document: '{{header}}.{{payload}}.{{value}}=' },
    'request.malformed: not a compact JWS: base64url without padding and dots are expected',
  ],
  ['one part', { document: '{{header}}' }, 'signature.missing: there is no third part with a signature'],
  ['two parts', { document: '{{header}}.{{payload}}' }, 'signature.missing: there is no third part with a signature'],
  [
    'four parts',
    { document: '{{header}}.{{payload}}.{{value}}.' },
    'signature.structure: JWS: three parts are expected',
  ],
  ['an empty signature', { value: 'empty' }, 'signature.missing: the signature is empty'],
  [
    'a header in another spelling',
    { document: 'e1.{{payload}}.{{value}}' },
    'signature.structure: JWS: the protected header is not base64url in its one spelling',
  ],
  [
    'a payload in another spelling',
    { document: '{{header}}.e1.{{value}}' },
    'signature.structure: JWS: the payload is not base64url in its one spelling',
  ],
  [
    'a signature in another spelling',
    { document: '{{header}}.{{payload}}.e1' },
    'signature.structure: JWS: the signature is not base64url in its one spelling',
  ],
  [
    'a signature of 1025 octets',
    { document: `{{header}}.{{payload}}.${Buffer.alloc(1025).toString('base64url')}` },
    'signature.structure: JWS: the signature is too long',
  ],
  [
    'a header of 65537 octets',
    { document: `${Buffer.alloc(65_537).toString('base64url')}.{{payload}}.{{value}}` },
    'signature.structure: JWS: the protected header is too long',
  ],
  ['more bytes than allowed', { payload: '{{repeat 1048576| }}' }, 'request.too-large: more than 1048576 bytes'],
  ['no signature among the members', flattened(members('')), 'signature.missing: there is no member "signature"'],
  [
    'the general serialisation',
    flattened(members(',"signatures":[]')),
    'signature.structure: JWS: protected, payload and signature are expected, and nothing else',
  ],
  [
    'an unprotected header',
    flattened(members(',"signature":"{{value}}","header":{}')),
    'signature.structure: JWS: protected, payload and signature are expected, and nothing else',
  ],
  ['a signature that is no text', flattened(members(',"signature":1')), `signature.structure: ${TEXTS}`],
  [
    'a payload that is no text',
    flattened('{"protected":"{{header}}","payload":{},"signature":"{{value}}"}'),
    `signature.structure: ${TEXTS}`,
  ],
  [
    'a protected header that is no text',
    flattened('{"protected":{},"payload":"{{payload}}","signature":"{{value}}"}'),
    `signature.structure: ${TEXTS}`,
  ],
  ['a list', flattened('[]'), 'request.malformed: not a flattened JWS: an object is expected'],
  ['a header that is a list', inHeader('[]'), 'signature.structure: the protected header: an object is expected'],
  ['an alg that is no text', header({ alg: 1 }), 'signature.structure: alg: a text is expected'],
  ['no alg', header({ alg: null }), 'signature.structure: alg: a text is expected'],
  ['another alg', header({ alg: 'PS256' }), 'signature.algorithm: alg: not on the list of accepted algorithms'],
  [
    'ES512, which is of another curve',
    header({ alg: 'ES512' }),
    'signature.algorithm: alg: not on the list of accepted algorithms',
  ],
  ['a parameter too many', header({ kid: 'a' }), 'signature.structure: JWS: a header parameter that is not expected'],
  [
    'another typ',
    header({ typ: 'edno-answer+json' }),
    'signature.structure: typ: absent, or one of edno-application+json, jose, jose+json',
  ],
  [
    'a typ that is no text',
    header({ typ: 1 }),
    'signature.structure: typ: absent, or one of edno-application+json, jose, jose+json',
  ],
  ['another cty', header({ cty: 'text/plain' }), 'signature.structure: cty: absent, or one of json, application/json'],
  ['no crit', header({ crit: null }), `signature.structure: ${CRIT}`],
  ['a crit that is a text', header({ crit: 'sigT' }), `signature.structure: ${CRIT}`],
  ['sigT twice in crit', header({ crit: ['sigT', 'sigT'] }), `signature.structure: ${CRIT}`],
  ['another crit', header({ crit: ['x5c'] }), `signature.structure: ${CRIT}`],
  [
    'no x5c',
    header({ x5c: null }),
    'signature.structure: x5c: a list of certificates, the signer’s first, is expected',
  ],
  [
    'an empty x5c',
    header({ x5c: [] }),
    'signature.structure: x5c: a list of certificates, the signer’s first, is expected',
  ],
  [
    'five certificates',
    header({ x5c: Array<string>(5).fill('{{certificate-of-party}}') }),
    'signature.structure: x5c: at most 4 certificates are expected',
  ],
  ['a certificate in base64url', header({ x5c: ['_-__'] }), `signature.structure: ${X5C}`],
  ['a certificate with white space', header({ x5c: ['QUJD\n'] }), `signature.structure: ${X5C}`],
  ['a certificate that is no text', header({ x5c: [1] }), `signature.structure: ${X5C}`],
  [
    'a second certificate that is none',
    header({ x5c: ['{{certificate-of-party}}', '*'] }),
    `signature.structure: ${X5C}`,
  ],
  ['no thumbprint', header({ 'x5t#S256': null }), `signature.structure: ${THUMBPRINT}`],
  ['a thumbprint that is too short', header({ 'x5t#S256': 'A'.repeat(42) }), `signature.structure: ${THUMBPRINT}`],
  ['a thumbprint that is too long', header({ 'x5t#S256': 'A'.repeat(44) }), `signature.structure: ${THUMBPRINT}`],
  [
    'a thumbprint in another spelling',
    header({ 'x5t#S256': `${'A'.repeat(42)}B` }),
    `signature.structure: ${THUMBPRINT}`,
  ],
  ['no sigT', header({ sigT: null }), `signature.structure: ${TIME}`],
  ['a sigT with an offset', header({ sigT: '2026-10-05T06:30:00+00:00' }), `signature.structure: ${TIME}`],
  ['a sigT on no day', header({ sigT: '2026-13-05T06:30:00Z' }), `signature.structure: ${TIME}`],
  ['words before sigT', header({ sigT: 'x2026-10-05T06:30:00Z' }), `signature.structure: ${TIME}`],
  ['words after sigT', header({ sigT: '2026-10-05T06:30:00Zx' }), `signature.structure: ${TIME}`],
  ['a value by another key', { by: 'party', key: 'attacker' }, 'signature.invalid: the signature value does not hold'],
  [
    'the thumbprint of another certificate',
    header({ 'x5t#S256': '{{thumbprint-of-attacker}}' }),
    'signature.invalid: x5t#S256 names another certificate than x5c',
  ],
  ['a payload that is a list', { payload: '[]' }, 'request.malformed: the payload: an object is expected'],
]

const ACCEPTED: readonly (readonly [string, JwsRecipe])[] = [
  ['a compact JWS', {}],
  ['a flattened one', { as: 'jws-flattened' }],
  ['types of other spelling', header({ typ: 'JOSE', cty: 'Application/JSON' })],
  ['no types at all', header({ typ: null })],
  ['four certificates', header({ x5c: Array<string>(4).fill('{{certificate-of-party}}') })],
]

describe('a JWS', () => {
  let originals: JwsOriginals
  let certificates: CertificateDirectory
  before(async () => {
    originals = await makeJwsOriginals()
    certificates = directoryOf(originals.signers.party, originals.signers.ecParty)
  })

  const answerTo = (recipe: JwsRecipe): string => {
    try {
      const format = recipe.as === 'jws-flattened' ? 'jws-flattened' : 'jws'
      verifyJws({ bytes: cookJws(recipe, originals), format }, certificates, AT)
    } catch (error) {
      if (error instanceof BrokerError) return `${error.code}: ${error.detail}`
      throw error
    }
    return 'accepted'
  }

  for (const [what, recipe, told] of CASES)
    it(`is refused and told what is wrong: ${what}`, () => {
      assert.equal(answerTo(recipe), told)
    })

  for (const [what, recipe] of ACCEPTED)
    it(`is not refused for ${what}`, () => {
      assert.equal(answerTo(recipe), 'accepted')
    })

  for (const [what, recipe, told] of [
    ['its members', { as: 'jws-flattened', document: '{"a":1,"a":2}' }, /^not a flattened JWS: /],
    ['its header', inHeader('{"alg":'), /^the protected header: /],
    ['its payload', { payload: '{"a":1,"a":2}' }, /^the payload: /],
  ] as const)
    it(`that cannot be read says where, and keeps why: ${what}`, () => {
      const bytes = cookJws(recipe, originals)
      const format = 'as' in recipe ? 'jws-flattened' : 'jws'
      assert.throws(
        () => verifyJws({ bytes, format }, certificates, AT),
        (error) =>
          error instanceof BrokerError &&
          told.test(error.detail) &&
          error.cause instanceof Error &&
          error.cause.name === 'JsonFault' &&
          error.detail.endsWith(error.cause.message),
      )
    })
})
