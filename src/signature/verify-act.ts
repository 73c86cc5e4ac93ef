import type { SignedContent, Signer } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { type CertificateDirectory } from './verify-seal.ts'
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
  const header = Buffer.from(jws.slice(0, jws.indexOf('.')), 'base64url').toString('utf8')
  return (JSON.parse(header) as { readonly typ?: unknown }).typ
}
