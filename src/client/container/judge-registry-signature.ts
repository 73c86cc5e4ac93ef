import { X509Certificate } from 'node:crypto'
import { type ChainCertificate, readBundle, readChainCertificate } from '../../pki/chain-certificate.ts'
import { findPath } from '../../pki/find-path.ts'
import { NotACertificate } from '../../pki/pki-errors.ts'
import { readCarriedRegistrySignature } from '../../signature/carried-registry-signature.ts'
import { verifyRegixAnswer } from '../../signature/verify-regix-answer.ts'
import type { JudgedDocument } from './judge-documents.ts'

export interface SignedBy {
  readonly call: string
  /** When the answer was there: the certificate is judged as of then; of no entry, no time. */
  readonly at: Date
  /** PEM: authorities that the reader believes, or certificates of registries themselves. */
  readonly authorities: string | undefined
}

/** No answer of a registry that edno reads is larger. */
const MAX_BYTES = 2 * 1024 * 1024
const NOTHING: JudgedDocument = { findings: [], unknown: [] }

/**
 * The registry's own signature over its answer, by the rules by which edno judged it when it came. The certificate came along:
 * that the signature holds under it tells whose it is only where the reader knows the certificate, or an authority above it.
 */
export function judgeRegistrySignature(answer: Uint8Array, { call: about, at, authorities }: SignedBy): JudgedDocument {
  const carried = readCarriedRegistrySignature(answer, MAX_BYTES)
  if (carried === undefined) return NOTHING
  if (Number.isNaN(at.getTime())) return { findings: [], unknown: [{ what: 'registry.signature-time', about }] }
  const known = authorities === undefined ? [] : readBundle(Buffer.from(authorities))
  const offered = carried.certificates.flatMap(readable)
  const candidates = [...offered, ...known]
  const holding = (sha1: boolean): readonly ChainCertificate[] =>
    candidates.filter(({ der }) => {
      const trust = { certificates: [new X509Certificate(der)], sha1, maxBytes: MAX_BYTES }
      return 'data' in verifyRegixAnswer(answer, trust, at, carried.namespace)
    })
  const signers = holding(false)
  const vouched = signers.find((signer) => isVouchedFor(signer, { known, offered, at }))
  if (vouched !== undefined)
    return { findings: [{ what: 'registry.signature', holds: true, about, by: vouched.subject }], unknown: [] }
  const [signer] = signers
  if (signer !== undefined)
    return { findings: [], unknown: [{ what: 'registry.signature-authority', about, by: signer.subject }] }
  if (offered.length === 0) return { findings: [], unknown: [{ what: 'registry.signature-certificate', about }] }
  const [old] = holding(true)
  return old === undefined
    ? { findings: [{ what: 'registry.signature', holds: false, about }], unknown: [] }
    : { findings: [], unknown: [{ what: 'registry.signature-sha1', about, by: old.subject }] }
}

interface Vouching {
  readonly known: readonly ChainCertificate[]
  readonly offered: readonly ChainCertificate[]
  readonly at: Date
}

const isVouchedFor = (signer: ChainCertificate, { known, offered, at }: Vouching): boolean =>
  known.some(({ sha256 }) => sha256 === signer.sha256) ||
  findPath(signer, { anchors: known, intermediates: offered }, 'seal', at).trusted

function readable(der: Uint8Array): readonly ChainCertificate[] {
  try {
    return [readChainCertificate(der)]
  } catch (error) {
    if (error instanceof NotACertificate) return []
    throw error
  }
}
