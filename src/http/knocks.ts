import { networkOf, ONE_SUBSCRIBER } from '../ops/network.ts'

export interface KnockLimits {
  /** Connections a second that an address may open without a registered certificate, in the long run. */
  readonly perSecond: number
  /** Addresses that stand for many callers. */
  readonly shared: ReadonlySet<string>
}

/**
 * Stands before the TLS handshake, which costs more than any refusal after it. A connection that turns out to be a
 * party's costs its address nothing, so that only what is wasted is held back.
 */
export interface Knocks {
  /** May this address open one more connection? */
  readonly admit: (address: string) => boolean
  /** The connection just admitted belongs to a registered certificate. */
  readonly welcome: (address: string) => void
}

/** As many at once as a browser, a scanner or a restarted client opens. */
const AT_ONCE = 50
/** Behind an address that parties come from, others may do harm: parties must get in all the same when they try again. */
const PARTIES_HAVE = 5
/** How long an address counts as one that parties come from. */
const REMEMBERED_MS = 600_000
/** More networks than attack at the same time; beyond, the one known longest is forgotten. */
const MAX_NETWORKS = 20_000

interface Bucket {
  left: number
  filledAt: number
  partyUntil: number
}

export function createKnocks({ perSecond, shared }: KnockLimits, now: () => number = () => performance.now()): Knocks {
  const buckets = new Map<string, Bucket>()
  const bucketOf = (address: string): Bucket => {
    const network = networkOf(address, ONE_SUBSCRIBER)
    const known = buckets.get(network)
    if (known !== undefined) return known
    const [oldest] = buckets.size < MAX_NETWORKS ? [] : buckets.keys()
    if (oldest !== undefined) buckets.delete(oldest)
    const made = { left: AT_ONCE, filledAt: now(), partyUntil: 0 }
    buckets.set(network, made)
    return made
  }
  return {
    admit: (address) => {
      if (shared.has(address)) return true
      const bucket = bucketOf(address)
      fill(bucket, now(), perSecond)
      if (bucket.left < 1) return false
      bucket.left -= 1
      return true
    },
    welcome: (address) => {
      if (shared.has(address)) return
      const bucket = bucketOf(address)
      bucket.partyUntil = now() + REMEMBERED_MS
      bucket.left += 1
    },
  }
}

function fill(bucket: Bucket, now: number, perSecond: number): void {
  const share = bucket.partyUntil > now ? PARTIES_HAVE : 1
  bucket.left = Math.min(AT_ONCE * share, bucket.left + ((now - bucket.filledAt) / 1000) * perSecond * share)
  bucket.filledAt = now
}
