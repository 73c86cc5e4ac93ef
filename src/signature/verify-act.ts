import { createHash, X509Certificate } from 'node:crypto'
import type { SignedContent, Signer } from '../model/exchange.ts'
import { partyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { CertificateDirectory } from './verify-seal.ts'
import { type JwsProfile, verifyJws } from './verify-jws.ts'

export const ACT_TYPE = 'edno-agreement-act+jws'
const ACT_JWS: JwsProfile = { types: [ACT_TYPE], maxBytes: 65_536 }

/** What a party declared on an agreement, proven to be signed with a registered certificate of its. */
export interface VerifiedAct {
  /** Octets of the payload. */
  readonly payload: SignedContent
  readonly signer: Signer
}

/**
 * The JWS, compact, of an act on an agreement: the JAdES profile of docs/signatures.md, and `typ` must be there. An
 * application's signature is never one over an act, nor the other way round. Refuses with `request.*` or `signature.*`.
 */
export function verifyAct(jws: string, certificates: CertificateDirectory, at: Date): VerifiedAct {
  const { content, signer } = verifyJws({ bytes: Buffer.from(jws, 'utf8'), format: 'jws' }, certificates, at, ACT_JWS)
  if (typeOf(jws) !== ACT_TYPE) throw new BrokerError('signature.structure', `typ: ${ACT_TYPE} is expected`)
  return { payload: content, signer }
}

/** Of a header that was read strictly before. */
function typeOf(jws: string): unknown {
  return headerOf(jws).typ
}

function headerOf(jws: string): { readonly typ?: unknown; readonly x5c?: readonly string[] } {
  const header = Buffer.from(jws.slice(0, jws.indexOf('.')), 'base64url').toString('utf8')
  return JSON.parse(header) as ReturnType<typeof headerOf>
}

/**
 * An act that was recorded at `at`: does its signature hold under the certificate that it carries? Whose certificate that
 * was, and that it was trusted, was judged then; `undefined` where the signature does not hold, or the certificate was
 * out of its dates.
 */
export function verifyRecordedAct(
  jws: string,
  at: Date,
): { readonly payload: Uint8Array; readonly certificate: string; readonly der: Uint8Array } | undefined {
  try {
    const { payload, signer } = verifyAct(jws, { find: (sha256) => carried(jws, sha256) }, at)
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
