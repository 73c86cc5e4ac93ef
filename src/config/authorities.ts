import { readFileSync } from 'node:fs'
import { pemCertificates } from '../pki/pem-certificates.ts'
import { NotACertificate } from '../pki/pki-errors.ts'
import type { ConfigFile } from './config.ts'

/** True for a PEM bundle of at least one certificate and no broken one. Other text between them does no harm. */
export const holdsCertificates = (bundle: string): boolean => {
  try {
    return pemCertificates(bundle).length > 0
  } catch (error) {
    if (error instanceof NotACertificate) return false
    throw error
  }
}

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // A missing file stops edno where it is read; one that is there and names nobody would not.
    return undefined
  }
}

const judge = (pointer: string, file: string): readonly string[] => {
  const bundle = readIfThere(file)
  return bundle === undefined || holdsCertificates(bundle)
    ? []
    : [`${pointer} (${file}) holds no certificate in PEM, or a broken one`]
}

/** Whom edno trusts must be said in so many words: no file of authorities may be without one. */
export const authorityMistakes = ({
  keys,
  registries,
  registryDatabases,
  callbacks,
}: ConfigFile): readonly string[] => [
  ...(keys === undefined ? [] : judge('/keys/clientAuthoritiesFile', keys.clientAuthoritiesFile)),
  ...Object.entries({ ...registries, ...registryDatabases }).flatMap(([id, { caFile }]) =>
    caFile === undefined ? [] : judge(`/registries/${id}/caFile`, caFile),
  ),
  ...(callbacks.caFile === undefined ? [] : judge('/callbacks/caFile', callbacks.caFile)),
]
