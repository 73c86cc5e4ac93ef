import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ConfigRefused } from './config-refused.ts'

const KEY = '/applicantAuthoritiesFile'
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * Certificates (PEM) of the authorities that applicants' certificates may come from; empty where none are configured.
 * Throws `ConfigRefused` for a file that holds anything but authorities, and where `required` names services that could
 * never be used without one.
 */
export function readApplicantAuthorities(file: string | undefined, required: readonly string[]): string {
  if (file === undefined) {
    if (required.length === 0) return ''
    throw new ConfigRefused([`${KEY} is missing: ${required.join(', ')} requires the signature of the applicant`])
  }
  const text = readText(file)
  const found = text.match(PEM) ?? []
  if (found.length === 0 || !found.every(isAuthority))
    throw new ConfigRefused([`${KEY} must hold certificates of authorities in PEM and nothing else`])
  return text
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new ConfigRefused([`${KEY} cannot be read`])
  }
}

function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca
  } catch {
    return false
  }
}
