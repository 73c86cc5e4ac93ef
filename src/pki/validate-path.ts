import type { KeyObject } from 'node:crypto'
import type { ChainCertificate } from './chain-certificate.ts'
import { confinementFits, extendedKeyUsageFits, keyUsageFits, mayCertify, type Purpose } from './purpose.ts'

/** The checks of RFC 5280 §6 as edno names them, in the order in which they are judged. */
export const PATH_CHECKS = [
  'anchor',
  'names',
  'signatures',
  'algorithms',
  'extensions',
  'basic-constraints',
  'path-length',
  'key-usage',
  'extended-key-usage',
  'dates',
] as const
/** And what is asked of a person's certificate besides, by what its authority is believed for. */
export type PathCheck = (typeof PATH_CHECKS)[number] | 'policies'

export interface PathFinding {
  readonly check: PathCheck
  readonly holds: boolean
  /** For people; names certificates by their subject only where that is an authority. */
  readonly detail?: string
}

/** A path from the certificate judged (first) to an anchor (last). */
export type Path = readonly ChainCertificate[]

const ALGORITHMS: ReadonlySet<string> = new Set(
  ['RSASSA-PKCS1-v1_5', 'ECDSA'].flatMap((name) => ['256', '384', '512'].map((bits) => `${name} with SHA-${bits}`)),
)
const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])
const MIN_RSA_BITS = 2048

const isStrong = ({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): boolean =>
  asymmetricKeyType === 'rsa'
    ? (details?.modulusLength ?? 0) >= MIN_RSA_BITS
    : asymmetricKeyType === 'ec' && CURVES.has(details?.namedCurve)

const isSelfIssued = ({ subjectName, issuerName }: ChainCertificate): boolean => subjectName.equals(issuerName)

const nameOf = (path: Path, index: number): string =>
  index === 0 ? 'the certificate itself' : `the authority ${path[index]?.subject ?? ''}`

/** Holds where `holds` does for every certificate of the path; else says which one breaks it. */
const each = (path: Path, check: PathCheck, holds: (at: number, certificate: ChainCertificate) => boolean) => {
  const broken = path.findIndex((certificate, at) => !holds(at, certificate))
  return broken < 0 ? { check, holds: true } : { check, holds: false, detail: nameOf(path, broken) }
}

/** How many authorities stand between this one and the certificate judged; those that issued themselves do not count. */
const authoritiesBelow = (path: Path, at: number): number =>
  path.slice(1, at).filter((certificate) => !isSelfIssued(certificate)).length

/** The anchor's own signature is not judged: it is trusted because the operator put it there. */
const byIssuer = (path: Path, judge: (certificate: ChainCertificate, issuer: ChainCertificate) => boolean) => {
  return (at: number, certificate: ChainCertificate): boolean => {
    const issuer = path[at + 1]
    return issuer === undefined || judge(certificate, issuer)
  }
}

const isRole = (at: number, { basicConstraints }: ChainCertificate): boolean =>
  at === 0 ? basicConstraints?.authority !== true : basicConstraints?.authority === true

/**
 * Judges one path at `at`, check by check; every check is judged, so that a mistake is told whole. The first finding that
 * does not hold names the refusal. `path` ends with an anchor. Pure.
 */
export const judgePath = (path: Path, purpose: Purpose, at: Date): readonly PathFinding[] => [
  { check: 'anchor', holds: path.length > 1 },
  each(
    path,
    'names',
    byIssuer(path, (certificate, issuer) => certificate.issuerName.equals(issuer.subjectName)),
  ),
  each(
    path,
    'signatures',
    byIssuer(path, (certificate, issuer) => certificate.isSignedBy(issuer.key)),
  ),
  each(
    path,
    'algorithms',
    (index, { key, signatureAlgorithm }) =>
      isStrong(key) && (index === path.length - 1 || ALGORITHMS.has(signatureAlgorithm)),
  ),
  each(path, 'extensions', (_, { extensionMistake }) => extensionMistake === undefined),
  each(path, 'basic-constraints', isRole),
  each(path, 'path-length', (index, { basicConstraints }) => {
    return index === 0 || authoritiesBelow(path, index) <= (basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY)
  }),
  each(path, 'key-usage', (index, certificate) =>
    index === 0 ? keyUsageFits(certificate, purpose) : mayCertify(certificate),
  ),
  each(path, 'extended-key-usage', (index, certificate) =>
    index === 0 ? extendedKeyUsageFits(certificate, purpose) : confinementFits(certificate, purpose),
  ),
  each(path, 'dates', (_, { notBefore, notAfter }) => at >= notBefore && at <= notAfter),
]
