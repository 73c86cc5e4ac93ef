import { createHash, createHmac, sign } from 'node:crypto'
import { writeJsonApplication } from '../../src/message/write-application.ts'
import type { SignedFormat } from '../../src/model/exchange.ts'
import { makeIdentity, type TestIdentity } from '../support/certificates.ts'
import { sampleApplication } from '../support/documents.ts'
import { applied, type Change, fill, makeOriginals, type SignerName } from './recipe.ts'

/**
 * How a JWS is made and what is then done to it, as data. Texts may hold `{{application}}`, `{{certificate-of-party}}`, …
 * (the keys of `JwsOriginals.texts`) and `{{repeat N|text}}`.
 */
export interface JwsRecipe {
  /** What the media type says. Default: a compact JWS. */
  readonly as?: SignedFormat
  /** Whose certificate stands in the header, and whose key signs unless `key` says another. Default `party` (RSA). */
  readonly by?: JwsSigner
  readonly key?: JwsSigner
  /** Members over those of an honest header; null takes one away. */
  readonly header?: Readonly<Record<string, unknown>>
  /** The header's text instead; `{{members}}` are those of the honest one. */
  readonly headerText?: string
  /** Octets in front of the header's text, of the payload's: what no text can hold. */
  readonly headerOctets?: string
  readonly payloadOctets?: string
  /** The payload's text. Default `{{application}}`. */
  readonly payload?: string
  /** What is put where the true value stands. */
  readonly value?: ValueWish
  /** `{{header}}`, `{{payload}}`, `{{value}}` and their like put together. Default: as the serialisation has them. */
  readonly document?: string
  readonly changes?: readonly Change[]
  /** The party of the client certificate. Default: troyan. */
  readonly connection?: string
  /** Bytes in front of it all. */
  readonly mark?: string
}

export type JwsSigner = SignerName | 'otherParty'
export type ValueWish =
  | 'empty'
  | 'der'
  | 'short'
  | 'long'
  | 'zeros'
  | 'ones'
  | 'swapped'
  | 'mirrored'
  | 'flipped'
  | 'hmac-of-pem'
  | 'hmac-of-der'
  | 'over-the-payload'

export interface JwsOriginals {
  readonly signers: Readonly<Record<JwsSigner, TestIdentity>>
  readonly texts: Readonly<Record<string, string>>
}

export async function makeJwsOriginals(): Promise<JwsOriginals> {
  const signers = { ...(await makeOriginals()).signers, otherParty: await makeIdentity('vidin', 'p-256') }
  const application = writeJsonApplication(sampleApplication())
  const evil = application.replaceAll('8427029967', '9932319960')
  const texts: Record<string, string> = {
    application,
    evil,
    'evil-payload': encode(evil),
    'members-of-application': application.slice(1, -1),
    // Its last member is Body.
    'application-without-end': application.slice(0, -2),
  }
  for (const [name, who] of Object.entries(signers)) {
    texts[`certificate-of-${kebab(name)}`] = who.certificate.raw.toString('base64')
    texts[`thumbprint-of-${kebab(name)}`] = thumbprintOf(who)
  }
  const [header, payload, value] = partsOf({}, { signers, texts })
  return {
    signers,
    texts: { ...texts, 'honest-header': header, 'honest-payload': payload, 'honest-value': value },
  }
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const encode = (octets: string | Uint8Array): string =>
  Buffer.from(typeof octets === 'string' ? Buffer.from(octets) : octets).toString('base64url')
const thumbprintOf = ({ certificate }: TestIdentity): string =>
  createHash('sha256').update(certificate.raw).digest('base64url')

/** Follows a recipe. */
export function cookJws(recipe: JwsRecipe, originals: JwsOriginals): Uint8Array {
  const [header, payload, value] = partsOf(recipe, originals)
  const texts = { ...originals.texts, header, payload, value }
  const compact = '{{header}}.{{payload}}.{{value}}'
  const flattened = '{"protected":"{{header}}","payload":"{{payload}}","signature":"{{value}}"}'
  let text = fill(recipe.document ?? (recipe.as === 'jws-flattened' ? flattened : compact), texts)
  for (const change of recipe.changes ?? []) text = applied(change, text, texts)
  return Buffer.concat([Buffer.from(recipe.mark ?? '', 'hex'), Buffer.from(text)])
}

function partsOf(
  recipe: JwsRecipe,
  originals: JwsOriginals,
): readonly [header: string, payload: string, value: string] {
  const { signers, texts } = originals
  const { by = 'party', key = by } = recipe
  const members = filledMembers({ ...honestHeader(signers[by]), ...recipe.header }, texts)
  const inner = JSON.stringify(members).slice(1, -1)
  const headerText = fill(recipe.headerText ?? '{{{members}}}', { ...texts, members: inner })
  const header = octetsOf(recipe.headerOctets, headerText)
  const payload = octetsOf(recipe.payloadOctets, fill(recipe.payload ?? '{{application}}', texts))
  const input = recipe.value === 'over-the-payload' ? payload : `${header}.${payload}`
  const value = trueValue(String(members['alg']), signers[key], input)
  return [header, payload, encode(wished(recipe.value, value, signers[key], `${header}.${payload}`))]
}

const octetsOf = (hex: string | undefined, text: string): string =>
  encode(Buffer.concat([Buffer.from(hex ?? '', 'hex'), Buffer.from(text)]))

const honestHeader = (who: TestIdentity): Record<string, unknown> => ({
  alg: who.certificate.publicKey.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256',
  typ: 'edno-application+json',
  x5c: [who.certificate.raw.toString('base64')],
  'x5t#S256': thumbprintOf(who),
  sigT: '2026-10-05T06:30:00Z',
  crit: ['sigT'],
})

function filledMembers(
  members: Record<string, unknown>,
  texts: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
  const filled = JSON.stringify(kept, (_, value: unknown) => (typeof value === 'string' ? fill(value, texts) : value))
  return JSON.parse(filled) as Record<string, unknown>
}

/** As the name says where it fits the key; with the key as it is where not. */
function trueValue(alg: string, { privateKeyPem }: TestIdentity, input: string): Buffer {
  const hash = alg.endsWith('512') ? 'sha512' : alg.endsWith('384') ? 'sha384' : 'sha256'
  const padding = alg.startsWith('PS') ? { padding: 6 } : {}
  return sign(hash, Buffer.from(input), { key: privateKeyPem, dsaEncoding: 'ieee-p1363', ...padding })
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function wished(wish: ValueWish | undefined, value: Buffer, who: TestIdentity, input: string): Buffer {
  const half = value.byteLength / 2
  const s = BigInt(`0x${value.subarray(half).toString('hex')}`)
  const made: Readonly<Record<ValueWish, () => Buffer>> = {
    empty: () => Buffer.alloc(0),
    der: () => sign('sha256', Buffer.from(input), who.privateKeyPem),
    short: () => value.subarray(1),
    long: () => Buffer.concat([Buffer.alloc(1), value]),
    zeros: () => Buffer.alloc(value.byteLength),
    ones: () => Buffer.alloc(value.byteLength, 0xff),
    swapped: () => Buffer.concat([value.subarray(half), value.subarray(0, half)]),
    // As true as the first: ECDSA has two values for one signature.
    mirrored: () =>
      Buffer.concat([value.subarray(0, half), Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex')]),
    flipped: () => Buffer.concat([value.subarray(0, -1), Buffer.of((value.at(-1) ?? 0) ^ 1)]),
    'hmac-of-pem': () => hmac(who.certificate.publicKey.export({ type: 'spki', format: 'pem' }), input),
    'hmac-of-der': () => hmac(who.certificate.raw, input),
    'over-the-payload': () => value,
  }
  return wish === undefined ? value : made[wish]()
}

const hmac = (key: string | Buffer, input: string): Buffer => createHmac('sha256', key).update(input).digest()
