import { createHash, X509Certificate } from 'node:crypto'
import { compactVerify } from 'jose'
import { RSA_SHA256 } from './algorithms.ts'
import { currentSealer, type DatedSealer } from './dated-sealer.ts'

/** One seal of edno: a JWK (RFC 7517) with the dates of its certificate. */
export interface SealKey {
  readonly kty: string
  readonly use: 'sig'
  readonly alg: 'RS256' | 'ES256'
  /** The same as `x5t#S256`. */
  readonly kid: string
  /** DER, base64. */
  readonly x5c: readonly [string]
  readonly 'x5t#S256': string
  /** RFC 3339. */
  readonly notBefore: string
  readonly notAfter: string
  readonly [member: string]: unknown
}

/** What whoever verifies answers and receipts needs of edno; like a JWK set. */
export interface TrustDocument {
  readonly issuedAt: string
  readonly keys: readonly SealKey[]
  readonly log: { readonly vkey: string }
  /** Keys that sign callbacks (`whpk_…`), where edno has any: a callback bears a signature of each. */
  readonly callbacks?: { readonly keys: readonly string[] }
}

/** What is published besides the seals. */
export interface PublishedKeys {
  readonly vkey: string
  readonly callbacks?: readonly string[]
}

const TYPE = 'edno-trust+json'
const ACCEPTED = ['RS256', 'ES256']

const thumbprintOf = (certificate: string): string =>
  createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('base64url')
const algOf = ({ algorithm }: DatedSealer): SealKey['alg'] => (algorithm === RSA_SHA256 ? 'RS256' : 'ES256')

const keyOf = (sealer: DatedSealer): SealKey => {
  const { publicKey } = new X509Certificate(Buffer.from(sealer.certificate, 'base64'))
  const thumbprint = thumbprintOf(sealer.certificate)
  return {
    ...publicKey.export({ format: 'jwk' }),
    kty: publicKey.asymmetricKeyType === 'rsa' ? 'RSA' : 'EC',
    use: 'sig',
    alg: algOf(sealer),
    kid: thumbprint,
    x5c: [sealer.certificate],
    'x5t#S256': thumbprint,
    notBefore: sealer.notBefore.toISOString(),
    notAfter: sealer.notAfter.toISOString(),
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * All seals of edno and the key of its log, as a compact JWS signed by the seal in use. Signed through the sealer, whose
 * key may be out of reach: its bare value is what RS256 and ES256 (RFC 7518 §3.3, §3.4) put into a JWS.
 */
export function writeTrustDocument(
  sealers: readonly DatedSealer[],
  { vkey, callbacks = [] }: PublishedKeys,
  at: Date,
): string {
  const sealer = currentSealer(sealers, at)
  const document: TrustDocument = {
    issuedAt: at.toISOString(),
    keys: sealers.map(keyOf),
    log: { vkey },
    ...(callbacks.length === 0 ? {} : { callbacks: { keys: callbacks } }),
  }
  const { alg, kid, x5c } = keyOf(sealer)
  const input = `${encode({ alg, typ: TYPE, kid, 'x5t#S256': kid, x5c })}.${encode(document)}`
  return `${input}.${Buffer.from(sealer.sign(Buffer.from(input))).toString('base64url')}`
}

/**
 * The document in a compact JWS, if one of the certificates that it lists signed it; else undefined. It shows that the
 * file is whole, not whose it is: that it came from edno is known from where it was fetched.
 */
export async function readTrustDocument(jws: string): Promise<TrustDocument | undefined> {
  try {
    const { payload } = await compactVerify(jws.trim(), ({ kid }) => signerOf(jws, kid), {
      algorithms: ACCEPTED,
    })
    return JSON.parse(Buffer.from(payload).toString('utf8')) as TrustDocument
  } catch {
    return undefined
  }
}

/** The listed certificate that the header names; the key itself comes from the list and from nowhere else. */
function signerOf(jws: string, kid: string | undefined) {
  const document = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as TrustDocument
  const listed = document.keys.find(({ x5c: [certificate] }) => thumbprintOf(certificate) === kid)
  if (listed === undefined) throw new TypeError('no listed certificate is the signer')
  return new X509Certificate(Buffer.from(listed.x5c[0], 'base64')).publicKey
}
