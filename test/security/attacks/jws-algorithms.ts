import type { JwsRecipe } from '../jws-recipe.ts'
import { type Entry, group } from './vector.ts'

const alg = (name: unknown, changes: JwsRecipe = {}): JwsRecipe => ({ ...changes, header: { alg: name } })

const NONE: readonly Entry<JwsRecipe>[] = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', ''].flatMap(
  (name, index): readonly Entry<JwsRecipe>[] => [
    [`none-${index}-empty`, `alg "${name}" without a value`, alg(name, { value: 'empty' })],
    [`none-${index}-value`, `alg "${name}" over a value that is true by RS256`, alg(name)],
  ],
)

const UNLISTED = group<JwsRecipe>('signature.algorithm', 'jws-algorithm', [
  ...NONE,
  ['none-bare', 'an unsecured JWS with nothing but alg', { headerText: '{"alg":"none"}', value: 'empty' }],
  ['none-flattened', 'the same flattened', { as: 'jws-flattened', headerText: '{"alg":"none"}', value: 'empty' }],
  ['hmac-pem', 'HMAC with the public key (PEM) as its secret', alg('HS256', { value: 'hmac-of-pem' })],
  ['hmac-der', 'HMAC with the certificate (DER) as its secret', alg('HS256', { value: 'hmac-of-der' })],
  ['hmac-512', 'HS512', alg('HS512', { value: 'hmac-of-pem' })],
  ['pss', 'true RSA-PSS', alg('PS256')],
  ['rs384', 'true, with SHA-384', alg('RS384')],
  ['rs1', 'SHA-1 by a name outside of RFC 7518', alg('RS1')],
  ['lower-case', 'another spelling of a listed name', alg('rs256')],
  ['blank', 'a blank behind a listed name', alg('RS256 ')],
  ['xmldsig', 'the name that XML signatures have for it', alg('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')],
  ['es512', 'P-256 with SHA-512: ES512 is P-521', alg('ES512', { by: 'ecParty' })],
  ['es384', 'P-256 with SHA-384', alg('ES384', { by: 'ecParty' })],
  ['es256k', 'the curve of another ledger', alg('ES256K', { by: 'ecParty' })],
  ['eddsa', 'Ed25519', alg('EdDSA', { by: 'ecParty' })],
  ['jwe-dir', 'a name of JWE', alg('dir')],
  ['jwe-rsa', 'another name of JWE', alg('RSA-OAEP')],
  ['prototype', 'a name that every object has', alg('constructor')],
])

const KEYS = group<JwsRecipe>('signature.algorithm', 'jws-key', [
  ['rs256-with-ec', 'RS256 over a key of P-256', alg('RS256', { by: 'ecParty' })],
  ['es256-with-rsa', 'ES256 over an RSA key: its value is too long', alg('ES256')],
  ['es256-rsa-certificate', 'a true value of P-256 beside an RSA certificate', alg('ES256', { key: 'ecParty' })],
  ['rs512-with-ec', 'RS512 over a key of P-256', alg('RS512', { by: 'ecParty' })],
  ['rsa-1024', 'a registered RSA key of 1024 bits', { by: 'weakRsa' }],
  ['p-384', 'a registered key of P-384', { by: 'otherCurve' }],
  ['p-384-short', 'the same with 64 octets of a value', { by: 'otherCurve', key: 'ecParty' }],
])

const VALUES = group<JwsRecipe>('signature.algorithm', 'jws-value', [
  ['der', 'ECDSA value in DER', { by: 'ecParty', value: 'der' }],
  ['short', 'one octet short', { by: 'ecParty', value: 'short' }],
  ['long', 'a zero octet in front', { by: 'ecParty', value: 'long' }],
])

export const JWS_ALGORITHM_ATTACKS = [...UNLISTED, ...KEYS, ...VALUES]
