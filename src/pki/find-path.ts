import type { ChainCertificate } from './chain-certificate.ts'
import type { Purpose } from './purpose.ts'
import { judgePath, type Path, type PathCheck, type PathFinding } from './validate-path.ts'

export interface Pool {
  readonly anchors: readonly ChainCertificate[]
  readonly intermediates: readonly ChainCertificate[]
}

/** A path on which every check holds, or the findings of the one that got furthest. */
export interface PathVerdict {
  readonly trusted: boolean
  readonly path: Path
  readonly findings: readonly PathFinding[]
  /** The first that does not hold. */
  readonly failed?: PathFinding & { readonly check: PathCheck }
}

/** Longest path, and most paths, that are looked at: cross-signed authorities can form many. */
const MAX_LENGTH = 6
const MAX_PATHS = 32

/** By name; by key identifier too, so that an issuer of another name is told as such and not as missing. */
const mayBeIssuer = (certificate: ChainCertificate, issuer: ChainCertificate): boolean =>
  certificate.issuerName.equals(issuer.subjectName) ||
  (certificate.authorityKeyId !== undefined && certificate.authorityKeyId === issuer.subjectKeyId)

/** Depth first; anchors before intermediates, so that the shortest path comes first. */
const extend = (path: Path, pool: Pool, found: Path[]): void => {
  const last = path.at(-1)
  if (last === undefined || path.length >= MAX_LENGTH) return
  const isFresh = (next: ChainCertificate): boolean => path.every(({ sha256 }) => sha256 !== next.sha256)
  const issuers = (among: readonly ChainCertificate[]): readonly ChainCertificate[] =>
    among.filter((next) => found.length < MAX_PATHS && isFresh(next) && mayBeIssuer(last, next))
  for (const anchor of issuers(pool.anchors)) found.push([...path, anchor])
  for (const next of issuers(pool.intermediates)) extend([...path, next], pool, found)
}

const verdictOf = (path: Path, findings: readonly PathFinding[]): PathVerdict => {
  const failed = findings.find(({ holds }) => !holds)
  return { trusted: failed === undefined, path, findings, ...(failed === undefined ? {} : { failed }) }
}

const reach = ({ findings }: PathVerdict): number => findings.findIndex(({ holds }) => !holds)

/** Finds a path from `certificate` to an anchor that is good for `purpose` at `at`. Pure; bounded. */
export const findPath = (certificate: ChainCertificate, pool: Pool, purpose: Purpose, at: Date): PathVerdict => {
  const paths: Path[] = []
  extend([certificate], pool, paths)
  let best = verdictOf([certificate], [{ check: 'anchor', holds: false, detail: 'no known authority issued it' }])
  for (const path of paths) {
    const verdict = verdictOf(path, judgePath(path, purpose, at))
    if (verdict.trusted) return verdict
    if (reach(verdict) > reach(best)) best = verdict
  }
  return best
}
