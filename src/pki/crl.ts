import * as pkijs from 'pkijs'
import type { ChainCertificate } from './chain-certificate.ts'
import { maySignLists } from './purpose.ts'
import { goodUntil, type Told, type Unclear, unclear } from './revocation-status.ts'
import { signedBy } from './signed-bytes.ts'

/** A revocation list whose signature and reach were judged: serial number (hex) → revoked since. */
export interface ReadCrl {
  readonly revoked: ReadonlyMap<string, Date>
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Where the list covers only what names one of these as its distribution point. */
  readonly points?: readonly string[]
  /** Says nothing of authorities (onlyContainsUserCerts, RFC 5280 §5.2.5). */
  readonly usersOnly?: boolean
}

const POINT = '2.5.29.28'
/** CRL number, authority key, issuer's other names, freshest list: tell nothing that changes what the list means. */
const HARMLESS: ReadonlySet<string> = new Set(['2.5.29.20', '2.5.29.35', '2.5.29.18', '2.5.29.46', POINT])
/** Reason, invalidity date, hold instruction; "certificate issuer" is not here: it makes the entry another authority's. */
const HARMLESS_IN_ENTRY: ReadonlySet<string> = new Set(['2.5.29.21', '2.5.29.24', '2.5.29.23'])

const hex = (octets: ArrayBuffer | Uint8Array): string => Buffer.from(new Uint8Array(octets)).toString('hex')
const withoutZeros = (serial: string): string => serial.replace(/^(00)+(?=..)/, '')

/** Reads a list of `issuer`; why not, where it is not the issuer's, not whole, or cannot be read. Dates are judged later. */
export const readCrl = (bytes: Uint8Array, issuer: ChainCertificate): ReadCrl | Unclear => {
  try {
    const list = pkijs.CertificateRevocationList.fromBER(new Uint8Array(bytes))
    if (!Buffer.from(list.issuer.valueBeforeDecode).equals(issuer.subjectName)) return 'of-other-issuer'
    if (!isSigned(list, issuer)) return 'wrong-signer'
    return readSigned(list)
  } catch {
    return 'not-readable'
  }
}

const isSigned = (list: pkijs.CertificateRevocationList, issuer: ChainCertificate): boolean =>
  maySignLists(issuer) &&
  list.signature.algorithmId === list.signatureAlgorithm.algorithmId &&
  signedBy(issuer.key, list.signatureAlgorithm.algorithmId, list.tbsView, list.signatureValue.valueBlock.valueHexView)

const readSigned = (list: pkijs.CertificateRevocationList): ReadCrl | Unclear => {
  const reach = reachOf(list)
  if (typeof reach === 'string') return reach
  // RFC 5280 §5.1.2.5: every list names its end; one that does not could be of any age.
  if (list.nextUpdate === undefined) return 'stale'
  return {
    revoked: new Map((list.revokedCertificates ?? []).map(rowOf)),
    thisUpdate: list.thisUpdate.value,
    nextUpdate: list.nextUpdate.value,
    ...reach,
  }
}

const hasUnknown = (extensions: readonly pkijs.Extension[], known: ReadonlySet<string>): boolean =>
  extensions.some(({ critical, extnID }) => critical && !known.has(extnID))

/** Which certificates the list is about: all of the issuer, those of some distribution points, or an unknown part. */
const reachOf = (list: pkijs.CertificateRevocationList): Pick<ReadCrl, 'points' | 'usersOnly'> | Unclear => {
  const extensions = list.crlExtensions?.extensions ?? []
  const point = pointOf(extensions)
  // A delta list (2.5.29.27) is critical, and only the changes; so is whatever else is critical and not known here.
  const entries = (list.revokedCertificates ?? []).flatMap((entry) => entry.crlEntryExtensions?.extensions ?? [])
  if (hasUnknown(extensions, HARMLESS) || hasUnknown(entries, HARMLESS_IN_ENTRY) || isPartial(point))
    return 'partial-list'
  return point === undefined ? {} : coverageOf(point)
}

const coverageOf = ({ distributionPoint, onlyContainsUserCerts }: pkijs.IssuingDistributionPoint) => ({
  usersOnly: onlyContainsUserCerts,
  ...(distributionPoint === undefined ? {} : { points: urisOf(distributionPoint) }),
})

/** Throws where there is one that cannot be read: the list is not readable then. */
const pointOf = (extensions: readonly pkijs.Extension[]): pkijs.IssuingDistributionPoint | undefined => {
  const found = extensions.find(({ extnID }) => extnID === POINT)
  return found && pkijs.IssuingDistributionPoint.fromBER(new Uint8Array(found.extnValue.valueBlock.valueHexView))
}

const rowOf = ({ userCertificate, revocationDate }: pkijs.RevokedCertificate): [string, Date] => [
  withoutZeros(hex(userCertificate.valueBlock.valueHexView)),
  revocationDate.value,
]

const isPartial = (point: pkijs.IssuingDistributionPoint | undefined): boolean =>
  point !== undefined &&
  (point.indirectCRL ||
    point.onlyContainsCACerts ||
    point.onlyContainsAttributeCerts ||
    point.onlySomeReasons !== undefined)

const urisOf = (names: pkijs.DistributionPointName): readonly string[] =>
  Array.isArray(names) ? names.filter(({ type }) => type === 6).map(({ value }) => String(value)) : []

/** What a list says of a certificate at `now`; absence from a whole and fresh list is "good". */
export const lookUp = (list: ReadCrl, certificate: ChainCertificate, now: Date): Told => {
  const until = goodUntil(list.thisUpdate, list.nextUpdate, now)
  if (until === undefined) return unclear('stale')
  if (list.points !== undefined && !list.points.some((uri) => certificate.crlAddresses.includes(uri)))
    return unclear('partial-list')
  // A list of people's certificates says nothing of authorities by their absence.
  if (list.usersOnly === true && certificate.basicConstraints?.authority === true) return unclear('partial-list')
  const since = list.revoked.get(withoutZeros(certificate.serialNumber))
  const said = { until, madeAt: list.thisUpdate }
  return since === undefined ? { status: 'good', ...said } : { status: 'revoked', since, ...said }
}
