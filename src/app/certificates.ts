import { readFileSync } from 'node:fs'
import type { BrokerKeyFiles, Config } from '../config/config.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import type { Service } from '../model/service.ts'
import type { Authority, AuthorityUse } from '../pki/authority.ts'
import { type DatedCertificate, type ExpiryWarning, expiringAt } from '../pki/expiry.ts'
import { statusFetcher } from '../pki/fetch-status.ts'
import { timeStampFetcher } from '../pki/fetch-time-stamp.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import { openTimeStamper, type Relied, type TimeStamper, type TimeStamperOptions } from '../pki/time-stamper.ts'
import { openTrust, type Trust } from '../pki/trust.ts'
import { type CertificateDirectories, openCertificates } from '../policy/certificate-directory.ts'
import type { Governance } from '../policy/governance.ts'
import { loadAuthorities } from '../policy/load-authorities.ts'
import { authoritySource } from './rules.ts'

/** Whose certificates are believed, which are registered, and which end soon. */
export interface Certificates {
  readonly trust: Trust
  readonly directories: CertificateDirectories
  readonly expiring: (now: Date) => readonly ExpiryWarning[]
  /** Registered certificates and edno's own, whenever they end. */
  readonly dated: () => readonly DatedCertificate[]
  /** Where answers are stamped. */
  readonly stamp?: TimeStamper
  /** Where heads of the exchange log are stamped. */
  readonly stampHeads?: TimeStamper
}

export interface CertificatesOptions {
  readonly config: Config
  readonly governance: Governance
  readonly clock: () => Date
  /** Files of edno's own certificates; absent where they were not made yet. */
  readonly own?: BrokerKeyFiles
  /** Of the catalogue, where it is known. */
  readonly services?: readonly Pick<Service, 'ref' | 'applicantSignature'>[]
  /** Told of what is said of those who stamp. */
  readonly relied?: Relied
}

/** Throws `GovernanceRefused` with every authority or registered certificate that is wrong. */
export function openCertificatesOf({
  config,
  governance,
  clock,
  own,
  services = [],
  relied,
}: CertificatesOptions): Certificates {
  const authorities = loadAuthorities(authoritySource(config))
  requireUses(config, authorities, services)
  const trust = openTrust(authorities, { fetch: statusFetcher(), clock })
  const directories = openCertificates(governance, {
    dataDirectory: config.dataDirectory,
    environment: config.env,
    trust,
    now: clock(),
  })
  const ours = ownCertificates(config, own)
  const stamp = stamperOf(config, { trust, clock, ...(relied === undefined ? {} : { relied }) })
  return {
    trust,
    directories,
    expiring: (now) => expiringAt([...ours, ...directories.dated], now),
    dated: () => [...ours, ...directories.dated],
    ...(stamp === undefined || config.answers.profile === 'seal' ? {} : { stamp }),
    ...(stamp === undefined || config.log.stamps === undefined ? {} : { stampHeads: stamp }),
  }
}

/** What could never succeed is a mistake at start, not a refusal of every caller. */
function requireUses(
  { answers, log }: Config,
  authorities: readonly Authority[],
  services: NonNullable<CertificatesOptions['services']>,
): void {
  const isUsed = (use: AuthorityUse): boolean => authorities.some(({ uses }) => uses.includes(use))
  const wanting = services.filter(({ applicantSignature }) => applicantSignature === 'required').map(({ ref }) => ref)
  const mistakes = [
    ...(wanting.length === 0 || isUsed('applicants')
      ? []
      : [
          `${wanting.join(', ')} requires the signature of the applicant, and no authority of the trust folder has uses: [applicants]`,
        ]),
    ...(answers.profile === 'seal' || isUsed('time-stamps')
      ? []
      : ['/answers/profile takes time stamps, and no authority of the trust folder has uses: [time-stamps]']),
    ...(log.stamps === undefined || isUsed('time-stamps')
      ? []
      : ['/log/stamps takes time stamps, and no authority of the trust folder has uses: [time-stamps]']),
  ]
  if (mistakes.length > 0) throw new ConfigRefused(mistakes)
}

const STAMP_TIMEOUT_MS = 3000

function stamperOf(
  { timeStamps }: Config,
  judging: Pick<TimeStamperOptions, 'trust' | 'clock' | 'relied'>,
): TimeStamper | undefined {
  if (timeStamps === undefined) return undefined
  const { url, policy, timeoutMs = STAMP_TIMEOUT_MS } = timeStamps
  const fetch = timeStampFetcher(url, timeoutMs)
  return openTimeStamper({ fetch, ...judging, ...(policy === undefined ? {} : { policy }) })
}

function ownCertificates(config: Config, own: BrokerKeyFiles | undefined): readonly DatedCertificate[] {
  // Those of the development PKI are named by no setting.
  const keys = config.keys === undefined ? undefined : '/keys'
  const files: (readonly [string, string | undefined, string | undefined])[] = [
    ['tls', own?.tls.certificateFile, keys && `${keys}/tls`],
    ['seal', own?.seal.certificateFile, keys && `${keys}/seal`],
    ['next seal', own?.nextSeal?.certificateFile, keys && `${keys}/nextSeal`],
    ...Object.entries({ ...config.registries, ...config.registryDatabases }).map(
      ([id, { certificateFile }]) => [`client of ${id}`, certificateFile, `/registries/${id}`] as const,
    ),
  ]
  return files.flatMap(([use, file, below]) => {
    const notAfter = file === undefined ? undefined : endOf(file)
    if (notAfter === undefined) return []
    return [{ owner: 'edno', use, notAfter, ...(below === undefined ? {} : { setting: `${below}/certificateFile` }) }]
  })
}

/** Undefined for what is refused with its own message where the keys are read. */
function endOf(file: string): Date | undefined {
  try {
    return readCertificate(readFileSync(file)).notAfter
  } catch {
    return undefined
  }
}
