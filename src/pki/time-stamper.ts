import * as asn1js from 'asn1js'
import type { ChainCertificate } from './chain-certificate.ts'
import type { FetchTimeStamp } from './fetch-time-stamp.ts'
import { askTimeStamp } from './time-stamp-request.ts'
import { isOver, onlyValue, readTimeStampToken, type TimeStampToken, type TokenFault } from './time-stamp-token.ts'
import type { IssuerProof, Trust, TrustVerdict } from './trust.ts'

/** Why there is no stamp that may be relied on. */
export type StampFault =
  | TokenFault
  | 'no-answer'
  | 'refused'
  | 'other-octets'
  | 'other-request'
  | 'other-policy'
  | 'other-time'
  | `untrusted: ${string}`

export type Stamped =
  | { readonly stamped: true; readonly token: Uint8Array; readonly at: Date }
  | { readonly stamped: false; readonly why: StampFault }

/** Told that edno relied on a certificate at a moment, and on what its authorities said of it. Never throws. */
export type Relied = (
  certificate: ChainCertificate,
  proofs: readonly IssuerProof[] | undefined,
  at: Date,
) => Promise<void>

export interface TimeStamperOptions {
  readonly fetch: FetchTimeStamp
  readonly trust: Pick<Trust, 'judge'>
  readonly clock: () => Date
  /** Object identifier: the only policy under which stamps are asked for and accepted. */
  readonly policy?: string
  readonly relied?: Relied
}

/** Has octets stamped; what comes back was judged whole. Never throws. */
export type TimeStamper = (octets: Uint8Array) => Promise<Stamped>

/** Clocks of two machines differ. */
const SKEW_MS = 300_000

const not = (why: StampFault): Stamped => ({ stamped: false, why })

const nobodyTold: Relied = () => Promise.resolve()

export const openTimeStamper = (options: TimeStamperOptions): TimeStamper => {
  const { fetch, trust, clock, policy, relied = nobodyTold } = options
  return async (octets) => {
    const { request, nonce } = askTimeStamp(octets, policy)
    const began = clock()
    const response = await fetch(request)
    if (response === undefined) return not('no-answer')
    const found = tokenIn(response)
    if (typeof found === 'string') return not(found)
    const { der, token } = found
    if (!isOver(token, octets)) return not('other-octets')
    if (token.nonce === undefined || !Buffer.from(token.nonce).equals(nonce)) return not('other-request')
    if (policy !== undefined && token.policy !== policy) return not('other-policy')
    if (!isBetween(token.at, began, clock())) return not('other-time')
    const verdict = await trust.judge(token.signer, 'time-stamp', token.at)
    if (verdict.kind !== 'trusted') return not(`untrusted: ${reasonOf(verdict)}`)
    await relied(token.signer.certificate, verdict.proofs, token.at)
    return { stamped: true, token: der, at: token.at }
  }
}

const isBetween = (at: Date, began: Date, ended: Date): boolean =>
  at.getTime() >= began.getTime() - SKEW_MS && at.getTime() <= ended.getTime() + SKEW_MS

/** Which check of the path, or what its authority said. */
export const reasonOf = (verdict: Exclude<TrustVerdict, { readonly kind: 'trusted' }>): string => {
  if (verdict.kind === 'untrusted') return verdict.failed.check
  return verdict.kind === 'revoked' ? 'revoked' : verdict.why
}

/** TimeStampResp: granted, with a token whose own signature holds. The octets of the token are those that came. */
const tokenIn = (
  response: Uint8Array,
): { readonly der: Uint8Array; readonly token: TimeStampToken } | 'not-readable' | 'refused' | 'wrong-signer' => {
  try {
    const outer = onlyValue(response)
    const [status, found] = outer instanceof asn1js.Sequence ? outer.valueBlock.value : []
    const [code] = status instanceof asn1js.Sequence ? status.valueBlock.value : []
    if (!(code instanceof asn1js.Integer)) return 'not-readable'
    // Granted, and not "granted with modifications" (1): what was asked for is what is wanted.
    if (code.valueBlock.valueDec !== 0) return 'refused'
    if (!(found instanceof asn1js.Sequence)) return 'not-readable'
    const der = Uint8Array.from(found.valueBeforeDecodeView)
    const token = readTimeStampToken(der)
    return typeof token === 'string' ? token : { der, token }
  } catch {
    return 'not-readable'
  }
}
