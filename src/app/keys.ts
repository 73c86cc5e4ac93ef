import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrokerKeyFiles, Config, RegistryConfig, RegistryDatabaseConfig } from '../config/config.ts'
import { type BrokerSecrets, readSecrets } from '../config/read-secrets.ts'
import { type DatedSealer, datedSealer } from '../signature/dated-sealer.ts'
import { type CertifiedParty, type DevelopmentPki, ensureDevelopmentPki } from '../pki/development-pki.ts'

/** Below the data directory: the log's public key (vkey), for whoever verifies receipts. */
export const LOG_KEY_FILE = 'log.vkey'

/** edno's own keys, and in development the PKI they come from. */
export interface Keys {
  readonly files: BrokerKeyFiles
  readonly secrets: BrokerSecrets
  readonly development?: DevelopmentPki
}

/** Configured key files; in development, where none are configured, a PKI of our own below the data directory. */
export async function loadKeys(config: Config, parties: readonly CertifiedParty[], now: Date): Promise<Keys> {
  makeDataDirectory(config)
  if (config.keys !== undefined) return { files: config.keys, secrets: readSecrets(config.keys) }
  const development = await developmentPki(config, parties, now)
  const { tls, seal, logKeyFile, payloadKeyFile, searchKeyFile, callbackKeyFile } = development.broker
  const own = { tls, seal, logKeyFile, payloadKeyFile, searchKeyFile, callbackKeyFile }
  const files = { ...own, clientAuthoritiesFile: development.caFile }
  return { files, secrets: readSecrets(files, 'the development PKI'), development }
}

/** Where the development PKI of this data directory is; made on first use. `EDNO_ENV=production` never gets here. */
export function developmentPki(config: Config, parties: readonly CertifiedParty[], now: Date): Promise<DevelopmentPki> {
  makeDataDirectory(config)
  return ensureDevelopmentPki({ folder: join(config.dataDirectory, 'pki'), parties, now })
}

/** Enterable, so that the database's own user reaches its part of it; what is secret has closed folders inside. */
export const makeDataDirectory = ({ dataDirectory }: Config): void =>
  void mkdirSync(dataDirectory, { recursive: true, mode: 0o755 })

export interface EndpointPem {
  readonly url: string
  readonly ca: string
  readonly certificate: string
  readonly key: string
  readonly password?: string
  readonly entryPoint?: 'v1'
}

/** What is not named is empty: only a registry that is a database can do without. */
export const readEndpoint = (files: RegistryConfig | RegistryDatabaseConfig): EndpointPem => {
  const textOf = (file: string | undefined): string => (file === undefined ? '' : readFileSync(file, 'utf8'))
  const password = 'passwordFile' in files ? textOf(files.passwordFile).trim() : ''
  return {
    url: files.url,
    ca: textOf(files.caFile),
    certificate: textOf(files.certificateFile),
    key: textOf(files.keyFile),
    ...(password === '' ? {} : { password }),
    ...('entryPoint' in files ? { entryPoint: files.entryPoint } : {}),
  }
}

/** The seal in use first, then the one that follows. */
export const sealersOf = ({ secrets }: Keys): readonly DatedSealer[] =>
  [secrets.seal, ...(secrets.nextSeal === undefined ? [] : [secrets.nextSeal])].map(({ certificate, key }) =>
    datedSealer(certificate, key.reveal()),
  )
