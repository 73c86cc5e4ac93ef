import type { Authority, AuthorityUse } from './authority.ts'
import { BoundedMap } from './bounded-map.ts'
import type { ChainCertificate } from './chain-certificate.ts'
import { findPath, type PathVerdict } from './find-path.ts'
import type { Purpose } from './purpose.ts'
import { Revocation, type RevocationOptions } from './revocation.ts'
import type { Proven, RevocationProof, Unclear } from './revocation-status.ts'
import type { Path, PathFinding } from './validate-path.ts'

/** A certificate with what its holder offers towards its path. */
export interface OfferedCertificate {
  readonly certificate: ChainCertificate
  readonly offered: readonly ChainCertificate[]
}

/** By which an issuer said that a certificate was not revoked. */
export interface IssuerProof extends RevocationProof {
  readonly issuer: ChainCertificate
}

/** What edno may rely on. */
export type TrustVerdict =
  /** `proofs`: from the certificate's own issuer up to the anchor; absent where nobody is asked. */
  | { readonly kind: 'trusted'; readonly proofs?: readonly IssuerProof[] }
  | { readonly kind: 'untrusted'; readonly failed: PathFinding }
  | { readonly kind: 'revoked' }
  | { readonly kind: 'unclear'; readonly why: Unclear }

export interface Trust {
  /** The path alone, at any time. */
  readonly pathOf: (held: OfferedCertificate, purpose: TrustPurpose, at: Date) => PathVerdict
  /** The path, then whether anything on it was revoked at `at`. Never throws. */
  readonly judge: (held: OfferedCertificate, purpose: TrustPurpose, at: Date) => Promise<TrustVerdict>
}

const MAX_PATHS_KEPT = 10_000

/** An authority is believed only for what the operator put it there for. */
const USE_OF: Readonly<Record<Exclude<Purpose, 'ocsp' | 'tls-server'>, AuthorityUse>> = {
  seal: 'parties',
  'tls-client': 'parties',
  personal: 'applicants',
  'time-stamp': 'time-stamps',
}
export type TrustPurpose = keyof typeof USE_OF

interface FoundPath {
  readonly verdict: PathVerdict
  readonly authority?: Authority
}

/** A path that was good once is good for as long as all its certificates are in their dates: signatures do not change. */
const isWithin = (path: Path, at: Date): boolean =>
  path.every(({ notBefore, notAfter }) => at >= notBefore && at <= notAfter)

export const openTrust = (authorities: readonly Authority[], options: RevocationOptions): Trust => {
  const known = new BoundedMap<FoundPath>(MAX_PATHS_KEPT)
  const revocation = new Revocation(options)

  const find = (held: OfferedCertificate, purpose: TrustPurpose, at: Date): FoundPath => {
    const key = `${purpose} ${held.certificate.sha256}`
    const kept = known.get(key)
    if (kept !== undefined && isWithin(kept.verdict.path, at)) return kept
    const found = search(authorities, held, purpose, at)
    if (found.verdict.trusted) known.set(key, found)
    return found
  }

  const askAbout = (path: Path, authority: Authority): Promise<readonly Asked[]> =>
    Promise.all(
      path.slice(1).map(async (issuer, index) => {
        const certificate = path[index] ?? issuer
        return { issuer, told: await revocation.statusOf({ certificate, issuer, policy: authority.revocation }) }
      }),
    )

  return {
    pathOf: (held, purpose, at) => find(held, purpose, at).verdict,
    judge: async (held, purpose, at) => {
      const { verdict, authority } = find(held, purpose, at)
      if (verdict.failed !== undefined) return { kind: 'untrusted', failed: verdict.failed }
      if (authority === undefined || authority.revocation.policy === 'none') return { kind: 'trusted' }
      return verdictOf(await askAbout(verdict.path, authority), at)
    },
  }
}

interface Asked {
  readonly issuer: ChainCertificate
  readonly told: Proven
}

/** One that is revoked weighs more than one of which nothing is known. */
const verdictOf = (asked: readonly Asked[], at: Date): TrustVerdict => {
  if (asked.some(({ told }) => told.status === 'revoked' && told.since <= at)) return { kind: 'revoked' }
  const proofs: IssuerProof[] = []
  for (const { issuer, told } of asked) {
    if (told.status === 'unclear') return { kind: 'unclear', why: told.why }
    proofs.push({ ...told.proof, issuer })
  }
  return { kind: 'trusted', proofs }
}

/** A person's certificate must name a policy that the operator accepts of this authority. */
const underPolicies = (verdict: PathVerdict, purpose: TrustPurpose, { policies }: Authority): PathVerdict => {
  if (!verdict.trusted || purpose !== 'personal') return verdict
  const named = verdict.path[0]?.policies ?? []
  if (named.some((policy) => policies.includes(policy))) return verdict
  const failed: PathFinding = { check: 'policies', holds: false, detail: 'no accepted certificate policy' }
  return { ...verdict, trusted: false, findings: [...verdict.findings, failed], failed }
}

const reach = ({ findings }: PathVerdict): number => findings.findIndex(({ holds }) => !holds)

/** Each authority by itself: the intermediates of one lend nothing to another. */
const search = (
  authorities: readonly Authority[],
  { certificate, offered }: OfferedCertificate,
  purpose: TrustPurpose,
  at: Date,
): FoundPath => {
  let best: FoundPath = { verdict: findPath(certificate, { anchors: [], intermediates: [] }, purpose, at) }
  for (const authority of authorities.filter(({ uses }) => uses.includes(USE_OF[purpose]))) {
    const pool = { anchors: authority.anchors, intermediates: [...authority.intermediates, ...offered.slice(0, 4)] }
    const verdict = underPolicies(findPath(certificate, pool, purpose, at), purpose, authority)
    if (verdict.trusted) return { verdict, authority }
    if (reach(verdict) > reach(best.verdict)) best = { verdict }
  }
  return best
}
