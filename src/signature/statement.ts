import { createHash, X509Certificate } from 'node:crypto'
import type { SignedContent, Signer } from '../model/exchange.ts'
import { partyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { canonicalJson } from '../schema/canonical-json.ts'
import { sealJws } from './seal-jws.ts'
import { fileSealer } from './seal-xml.ts'
import { type JwsProfile, verifyJws } from './verify-jws.ts'
import type { CertificateDirectory } from './verify-seal.ts'

const MAX_BYTES = 65_536

/** A statement of a party, proven to be signed with a registered certificate of its. */
export interface VerifiedStatement {
  /** Octets of the payload. */
  readonly payload: SignedContent
  readonly signer: Signer
}

/** PEM texts. */
export interface StatementKeys {
  readonly keyPem: string
  readonly certificatePem: string
}

/**
 * The JWS, compact, of a statement of one type: the JAdES profile of docs/signatures.md, and `typ` must be there. A
 * signature over one type is never one over another. Refuses with `request.*` or `signature.*`.
 */
export function verifyStatement(
  jws: string,
  type: string,
  certificates: CertificateDirectory,
  at: Date,
): VerifiedStatement {
  const profile: JwsProfile = { types: [type], maxBytes: MAX_BYTES }
  const { content, signer } = verifyJws({ bytes: Buffer.from(jws, 'utf8'), format: 'jws' }, certificates, at, profile)
  if (headerOf(jws).typ !== type) throw new BrokerError('signature.structure', `typ: ${type} is expected`)
  return { payload: content, signer }
}

/** Of a header that was read strictly before. */
function headerOf(jws: string): { readonly typ?: unknown; readonly x5c?: readonly string[] } {
  const header = Buffer.from(jws.slice(0, jws.indexOf('.')), 'base64url').toString('utf8')
  return JSON.parse(header) as ReturnType<typeof headerOf>
}

/** A statement that was recorded, under the certificate that it carries. */
export interface RecordedStatement {
  readonly payload: Uint8Array
  /** SHA-256, lower-case hex. */
  readonly certificate: string
  readonly der: Uint8Array
}

/**
 * A statement that was recorded at `at`: does its signature hold under the certificate that it carries? Whose certificate
 * that was, and that it was trusted, was judged then; `undefined` where the signature does not hold, or the certificate was
 * out of its dates.
 */
export function verifyRecordedStatement(jws: string, type: string, at: Date): RecordedStatement | undefined {
  try {
    const { payload, signer } = verifyStatement(jws, type, { find: (sha256) => carried(jws, sha256) }, at)
    return { payload, certificate: signer.certificate, der: carriedDer(jws) }
  } catch {
    return undefined
  }
}

const carriedDer = (jws: string): Buffer => Buffer.from(headerOf(jws).x5c?.[0] ?? '', 'base64')

/** Called once the header was read strictly; the fingerprint is that of the first certificate in it. */
function carried(jws: string, sha256: string): ReturnType<CertificateDirectory['find']> {
  const der = carriedDer(jws)
  if (createHash('sha256').update(der).digest('hex') !== sha256) return undefined
  const { publicKey, validFrom, validTo } = new X509Certificate(der)
  return { party: partyId(''), key: publicKey, notBefore: new Date(validFrom), notAfter: new Date(validTo) }
}

/** JWS compact over canonical JSON, for a party's own software. Refuses with `broker.signing` a key that does not fit. */
export const signStatement = (
  statement: object,
  { type, at }: { readonly type: string; readonly at: Date },
  { keyPem, certificatePem }: StatementKeys,
): string =>
  Buffer.from(
    sealJws(canonicalJson(statement), fileSealer(certificatePem, keyPem), { format: 'jws', type, at }),
  ).toString('latin1')
