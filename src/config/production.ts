import { readFileSync } from 'node:fs'
import { readCertificate } from '../pki/read-certificate.ts'
import type { ConfigFile, LogLevel } from './config.ts'
import { privateFileMistakes } from './private-files.ts'

const isDevelopmentCertificate = (file: string): boolean => {
  try {
    return /NOT FOR PRODUCTION/.test(readCertificate(readFileSync(file)).subject)
  } catch {
    // A missing or broken file is refused with its own message where the keys are read.
    return false
  }
}

const certificateFiles = (config: ConfigFile): readonly (readonly [string, string])[] => [
  ...(config.keys === undefined
    ? []
    : [
        ['/keys/tls/certificateFile', config.keys.tls.certificateFile] as const,
        ['/keys/seal/certificateFile', config.keys.seal.certificateFile] as const,
        ...(config.keys.nextSeal === undefined
          ? []
          : [['/keys/nextSeal/certificateFile', config.keys.nextSeal.certificateFile] as const]),
        ['/keys/clientAuthoritiesFile', config.keys.clientAuthoritiesFile] as const,
      ]),
  ...Object.entries({ ...config.registries, ...config.registryDatabases }).flatMap(([id, files]) =>
    (['certificateFile', 'caFile'] as const).flatMap((name) => {
      const file = files[name]
      return file === undefined ? [] : [[`/registries/${id}/${name}`, file] as const]
    }),
  ),
  ...Object.entries(config.registries).flatMap(([id, files]) =>
    (['answerCertificatesFile', 'callbackCertificatesFile'] as const).flatMap((name) => {
      const file = files[name]
      return file === undefined ? [] : [[`/registries/${id}/${name}`, file] as const]
    }),
  ),
]

/** Above these stand the alarms, which must reach somebody. */
const DEAF: readonly LogLevel[] = ['fatal', 'silent']

/** What development forgives and production does not. */
export const productionMistakes = (config: ConfigFile): readonly string[] => [
  ...(config.keys === undefined ? ['/keys is required in production'] : []),
  ...(config.simulateRegistries ? ['/simulateRegistries is for development only'] : []),
  ...(config.log.origin === 'edno.invalid/log' ? ['/log/origin must name this log in production'] : []),
  ...(config.access.grantsFrom === 'agreements'
    ? []
    : ['/access/grantsFrom must be agreements in production: nobody but the owner of a registry opens it']),
  ...(DEAF.includes(config.logLevel) ? ['/logLevel must let errors through in production: at least error'] : []),
  ...privateFileMistakes(config),
  ...certificateFiles(config)
    .filter(([, file]) => isDevelopmentCertificate(file))
    .map(([pointer]) => `${pointer} is a certificate of the development PKI`),
]
