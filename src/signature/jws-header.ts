import { BrokerError } from '../problem/broker-error.ts'
import { isRecord } from '../schema/json.ts'
import { JsonFault, readStrictJson } from '../schema/strict-json.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import { decodeBase64 } from './base64.ts'
import { structure, unlisted } from './elements.ts'
import { jwsAlgorithm } from './jws-algorithms.ts'

/** What the protected header says. Nothing of it is proven yet. */
export interface ClaimedHeader {
  readonly algorithm: SignatureAlgorithm
  /** DER of the first certificate. It selects among those known beforehand; it is never a source of trust. */
  readonly certificate: Uint8Array
  /** SHA-256 of the certificate that the signer says was used, base64url. */
  readonly thumbprint: string
  /** sigT as written: a claim, never a proof. */
  readonly signedAt: string
}

const LIMITS = { maxDepth: 2, maxEntries: 32 }
/** Without `jku`, `jwk`, `x5u`, `kid`, `b64`: no header parameter finds a key elsewhere or says what is signed. */
const NAMES = ['alg', 'typ', 'cty', 'x5c', 'x5t#S256', 'sigT', 'crit']
const CONTENT_TYPES = ['json', 'application/json']
const MAX_CERTIFICATE_OCTETS = 16_384
const MAX_CHAIN = 4

/**
 * The protected header of the JAdES profile (ETSI TS 119 182-1 §5). `alg` is judged first, because it says what all else
 * means. Refuses with `signature.structure` and `signature.algorithm`.
 */
export function readHeader(octets: Uint8Array, types: readonly string[]): ClaimedHeader {
  const header = readObject(octets)
  const { alg, typ, cty, crit } = header
  if (typeof alg !== 'string') throw structure('alg: a text is expected')
  const algorithm = jwsAlgorithm(alg)
  if (algorithm === undefined) throw unlisted('alg')
  if (!Object.keys(header).every((name) => NAMES.includes(name)))
    throw structure('JWS: a header parameter that is not expected')
  requireOneOf('typ', typ, types)
  requireOneOf('cty', cty, CONTENT_TYPES)
  // Of what the profile has, JAdES puts sigT into crit and RFC 7515 §4.1.11 forbids all else to be there.
  if (!Array.isArray(crit) || crit.length !== 1 || crit[0] !== 'sigT') throw structure('crit: ["sigT"] is expected')
  return {
    algorithm,
    certificate: readChain(header['x5c']),
    thumbprint: readThumbprint(header['x5t#S256']),
    signedAt: readTime(header['sigT']),
  }
}

function readObject(octets: Uint8Array): Record<string, unknown> {
  try {
    const read = readStrictJson(octets, LIMITS)
    if (isRecord(read)) return read
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw new BrokerError('signature.structure', `the protected header: ${error.message}`, { cause: error })
  }
  throw structure('the protected header: an object is expected')
}

/** Media types compare without case (RFC 7515 §4.1.9); absent is allowed. */
function requireOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (value === undefined) return
  if (typeof value !== 'string' || !allowed.includes(value.toLowerCase()))
    throw structure(`${name}: absent, or one of ${allowed.join(', ')}`)
}

/** All must be certificates by their form, the signer's first; those above it are not read (RFC 7515 §4.1.6). */
function readChain(x5c: unknown): Uint8Array {
  const chain: readonly unknown[] = Array.isArray(x5c) ? x5c : []
  if (chain.length > MAX_CHAIN) throw structure(`x5c: at most ${MAX_CHAIN} certificates are expected`)
  const [signer] = chain.map(readCertificate)
  if (signer === undefined) throw structure('x5c: a list of certificates, the signer’s first, is expected')
  return signer
}

function readCertificate(text: unknown): Uint8Array {
  const isPlain = typeof text === 'string' && !/[^A-Za-z0-9+/=]/.test(text)
  const octets = isPlain ? decodeBase64(text, MAX_CERTIFICATE_OCTETS) : undefined
  if (octets === undefined) throw structure('x5c: base64 (not base64url) of a DER certificate is expected')
  return octets
}

function readThumbprint(text: unknown): string {
  if (typeof text !== 'string' || !/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(text))
    throw structure('x5t#S256: SHA-256 of the certificate in base64url is expected')
  return text
}

/** ETSI TS 119 182-1 §5.2.1: RFC 3339 in UTC, whole seconds. */
const SIGNING_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

function readTime(text: unknown): string {
  if (typeof text !== 'string' || !SIGNING_TIME.test(text) || Number.isNaN(Date.parse(text)))
    throw structure('sigT: a date and time in UTC, as 2026-10-05T06:30:00Z, is expected')
  return text
}
