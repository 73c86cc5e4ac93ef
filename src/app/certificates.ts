import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { type DatedCertificate, type ExpiryWarning, expiringAt } from '../pki/expiry.ts'
import { statusFetcher } from '../pki/fetch-status.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import { openTrust, type Trust } from '../pki/trust.ts'
import { type CertificateDirectories, openCertificates } from '../policy/certificate-directory.ts'
import type { Governance } from '../policy/governance.ts'
import { loadAuthorities } from '../policy/load-authorities.ts'
import type { BrokerKeyFiles } from '../config/config.ts'

/** Whose certificates are believed, which are registered, and which end soon. */
export interface Certificates {
  readonly trust: Trust
  readonly directories: CertificateDirectories
  readonly expiring: (now: Date) => readonly ExpiryWarning[]
}

export interface CertificatesOptions {
  readonly config: Config
  readonly governance: Governance
  readonly clock: () => Date
  /** Files of edno's own certificates; absent where they were not made yet. */
  readonly own?: BrokerKeyFiles
}

/** Throws `GovernanceRefused` with every authority or registered certificate that is wrong. */
export function openCertificatesOf({ config, governance, clock, own }: CertificatesOptions): Certificates {
  const authorities = loadAuthorities({
    folder: config.governance.trustFolder,
    schemasFolder: join(config.root, 'schemas'),
    environment: config.env,
    developmentCaFile: join(config.dataDirectory, 'pki', 'ca.crt'),
  })
  const trust = openTrust(authorities, { fetch: statusFetcher(), clock })
  const directories = openCertificates(governance, {
    dataDirectory: config.dataDirectory,
    environment: config.env,
    trust,
    now: clock(),
  })
  const dated = [...ownCertificates(config, own), ...directories.dated]
  return { trust, directories, expiring: (now) => expiringAt(dated, now) }
}

function ownCertificates(config: Config, own: BrokerKeyFiles | undefined): readonly DatedCertificate[] {
  const files: (readonly [string, string | undefined])[] = [
    ['tls', own?.tls.certificateFile],
    ['seal', own?.seal.certificateFile],
    ['next seal', own?.nextSeal?.certificateFile],
    ...Object.entries(config.registries).map(
      ([id, { certificateFile }]) => [`client of ${id}`, certificateFile] as const,
    ),
  ]
  return files.flatMap(([use, file]) =>
    file === undefined || !existsSync(file)
      ? []
      : [{ owner: 'edno', use, notAfter: readCertificate(readFileSync(file)).notAfter }],
  )
}
