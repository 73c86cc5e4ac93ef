import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { PartyId } from '../model/ids.ts'
import { networkOf, ONE_SUBSCRIBER } from '../ops/network.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import { PROBLEMS, type ProblemCode } from '../problem/codes.ts'
import type { Caller } from './door.ts'
import { createKnocks } from './knocks.ts'

/** How much is let in from one caller within the window. */
export interface Limits {
  readonly windowSeconds: number
  /** Requests of one address without a registered certificate. */
  readonly perAddress: number
  /** Bad requests of one registered certificate; then it posts nothing more until the window is over. */
  readonly badPerCertificate: number
  /** All requests of one registered certificate. */
  readonly perCertificate: number
  /** Addresses of load balancers and the like, whose new connections are never refused. */
  readonly sharedAddresses?: readonly string[]
}

/** This caller asks too much. */
export interface HeldBack {
  readonly seconds: number
  /** It was told before, within this window. */
  readonly again: boolean
}

/** Stands before all work: counts what callers do, holds back who does too much, tells the security log. */
export interface Watch {
  /** May this address open a connection? Asked before the handshake. */
  readonly knock: (address: string) => boolean
  /** A handshake is done; one of a party that is not held back costs its address nothing. */
  readonly connected: (caller: Caller) => Promise<void>
  /** Undefined where the request may go on. */
  readonly admit: (caller: Caller, posts: boolean) => Promise<HeldBack | undefined>
  /** Told of every refusal; those that a verified caller got are the exchange log's. */
  readonly refused: (caller: Caller, code: ProblemCode) => void
}

export function createWatch(
  limits: Limits,
  partyOf: (certificate: string, der?: Uint8Array) => PartyId | undefined,
  security: SecurityLog,
): Watch {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: limits.windowSeconds })
  const strangers = limiter(limits.perAddress)
  const bad = limiter(limits.badPerCertificate)
  const all = limiter(limits.perCertificate)
  const knocks = createKnocks({
    perSecond: limits.perAddress / limits.windowSeconds,
    shared: new Set(limits.sharedAddresses),
  })
  const registered = (who: Caller) => who.certificate !== undefined && partyOf(who.certificate, who.der) !== undefined
  const heldBack = (caller: Caller, first: boolean): void =>
    first ? security.refused({ ...caller, code: 'request.rate-limited' }) : security.counted('request.rate-limited')

  const heldBad = async (certificate: string) => {
    const earlier = await bad.get(certificate)
    return earlier !== null && earlier.consumedPoints >= limits.badPerCertificate ? earlier : undefined
  }

  return {
    knock: (address) => {
      const admitted = knocks.admit(address)
      if (!admitted) security.counted('request.rate-limited')
      return admitted
    },
    connected: async (caller) => {
      const { address, certificate } = caller
      if (certificate === undefined || !registered(caller)) return
      if ((await heldBad(certificate)) === undefined) knocks.welcome(address)
    },
    admit: async (caller, posts) => {
      const { certificate } = caller
      if (certificate === undefined || !registered(caller))
        return consume(strangers, networkOf(caller.address, ONE_SUBSCRIBER), (first) => heldBack(caller, first))
      const earlier = posts ? await heldBad(certificate) : undefined
      if (earlier !== undefined) {
        security.counted('request.rate-limited')
        void bad.penalty(certificate)
        return { seconds: secondsOf(earlier), again: earlier.consumedPoints > limits.badPerCertificate }
      }
      return consume(all, certificate, (first) => heldBack(caller, first))
    },
    refused: (caller, code) => {
      if (!isUnverified(code)) return
      security.refused({ ...caller, code })
      if (caller.certificate !== undefined && registered(caller)) void bad.penalty(caller.certificate)
    },
  }
}

async function consume(
  limiter: RateLimiterMemory,
  key: string,
  onRefused: (first: boolean) => void,
): Promise<HeldBack | undefined> {
  try {
    await limiter.consume(key)
    return undefined
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error
    const again = error.consumedPoints > limiter.points + 1
    onRefused(!again)
    return { seconds: secondsOf(error), again }
  }
}

const secondsOf = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1000))

/** Codes that a caller gets whose application was not verified: its words, its signature, its certificate. */
const UNVERIFIED: ReadonlySet<ProblemCode> = new Set([
  'request.malformed',
  'request.too-large',
  'request.media-type',
  'access.unauthenticated',
  'access.unknown-party',
  'access.certificate-untrusted',
  'access.certificate-revoked',
] satisfies ProblemCode[])

/** What edno or an authority could not find out (5xx) is nobody's fault who asks. */
const isUnverified = (code: ProblemCode): boolean =>
  PROBLEMS[code].status < 500 && (UNVERIFIED.has(code) || code.startsWith('signature.'))
