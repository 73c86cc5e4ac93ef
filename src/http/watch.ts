import { X509Certificate } from 'node:crypto'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { PartyId } from '../model/ids.ts'
import { networkOf, ONE_SUBSCRIBER } from '../ops/network.ts'
import type { SecurityLog } from '../ops/security-log.ts'
import { spkiSha256 } from '../pki/spki.ts'
import { PROBLEMS, type ProblemCode } from '../problem/codes.ts'
import type { Caller } from './door.ts'
import { createKnocks } from './knocks.ts'

/**
 * How much is let in from one caller within the window. Certificates of one key count as one: who registered a key may make
 * as many of them as it likes.
 */
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
  /** It comes ten times as often as it may. */
  readonly often: boolean
}

/** Stands before all work: counts what callers do, holds back who does too much, tells the security log. */
export interface Watch {
  /** May this address open a connection? Asked before the handshake. */
  readonly knock: (address: string) => boolean
  /** A handshake is done; one of a party that is not held back costs its address nothing. */
  readonly connected: (caller: Caller) => Promise<void>
  /** Undefined where the request may go on. */
  readonly admit: (caller: Caller, posts: boolean) => Promise<HeldBack | undefined>
  /**
   * Told of every refusal; those that a verified caller got are the exchange log's.
   * @returns whether it is held against the caller.
   */
  readonly refused: (caller: Caller, code: ProblemCode) => boolean
}

type PartyFinder = (certificate: string, der?: Uint8Array) => PartyId | undefined

export function createWatch(limits: Limits, partyOf: PartyFinder, security: SecurityLog): Watch {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: limits.windowSeconds })
  const strangers = limiter(limits.perAddress)
  const bad = limiter(limits.badPerCertificate)
  const all = limiter(limits.perCertificate)
  const knocks = createKnocks({
    perSecond: limits.perAddress / limits.windowSeconds,
    shared: new Set(limits.sharedAddresses),
  })
  const keyOf = keyFinder(partyOf)
  const heldBack = (caller: Caller, first: boolean): void =>
    first ? security.refused({ ...caller, code: 'request.rate-limited' }) : security.counted('request.rate-limited')

  const heldBad = async (key: string) => {
    const earlier = await bad.get(key)
    return earlier !== null && earlier.consumedPoints >= limits.badPerCertificate ? earlier : undefined
  }

  return {
    knock: (address) => {
      const admitted = knocks.admit(address)
      if (!admitted) security.counted('request.rate-limited')
      return admitted
    },
    connected: async (caller) => {
      const key = keyOf(caller)
      if (key !== undefined && (await heldBad(key)) === undefined) knocks.welcome(caller.address)
    },
    admit: async (caller, posts) => {
      const key = keyOf(caller)
      if (key === undefined)
        return consume(strangers, networkOf(caller.address, ONE_SUBSCRIBER), (first) => heldBack(caller, first))
      const earlier = posts ? await heldBad(key) : undefined
      if (earlier !== undefined) {
        security.counted('request.rate-limited')
        void bad.penalty(key)
        return heldBackBy(earlier, limits.badPerCertificate)
      }
      return consume(all, key, (first) => heldBack(caller, first))
    },
    refused: (caller, code) => {
      if (!isUnverified(code)) return false
      security.refused({ ...caller, code })
      const key = keyOf(caller)
      if (key !== undefined) void bad.penalty(key)
      return true
    },
  }
}

/** A certificate of a connection is read once, not with every request. */
const keys = new WeakMap<Uint8Array, string>()

/** Gives undefined where the caller has no registered certificate. */
const keyFinder =
  (partyOf: PartyFinder) =>
  (caller: Caller): string | undefined =>
    caller.certificate !== undefined && partyOf(caller.certificate, caller.der) !== undefined
      ? nameOf(caller)
      : undefined

/** SHA-256 of the key, or of the certificate where only that is known. */
function nameOf({ certificate, der }: Caller): string | undefined {
  if (der === undefined) return certificate
  const known = keys.get(der)
  if (known !== undefined) return known
  const name = spkiSha256(new X509Certificate(der).publicKey)
  keys.set(der, name)
  return name
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
    onRefused(error.consumedPoints === limiter.points + 1)
    return heldBackBy(error, limiter.points)
  }
}

const OFTEN = 10

const heldBackBy = (counted: RateLimiterRes, points: number): HeldBack => ({
  seconds: secondsOf(counted),
  often: counted.consumedPoints > points * OFTEN,
})

const secondsOf = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1000))

/** Codes that a caller gets whose application was not verified: its words, its signature, its certificate. */
const UNVERIFIED: ReadonlySet<ProblemCode> = new Set([
  'request.malformed',
  'request.too-large',
  'request.media-type',
  'regix.soap-version',
  'regix.must-understand',
  'regix.action',
  'regix.body',
  'access.unauthenticated',
  'access.unknown-party',
  'access.certificate-untrusted',
  'access.certificate-revoked',
] satisfies ProblemCode[])

/** What edno or an authority could not find out (5xx) is nobody's fault who asks. */
const isUnverified = (code: ProblemCode): boolean =>
  PROBLEMS[code].status < 500 && (UNVERIFIED.has(code) || code.startsWith('signature.'))
