import type { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ConfigRefused } from '../config/config-refused.ts'
import { pemCertificates } from '../pki/pem-certificates.ts'
import { NotACertificate } from '../pki/pki-errors.ts'

/** What the configuration pins of a registry. @throws ConfigRefused where the file holds no certificate, or a broken one. */
export function registryCertificates(
  registry: string,
  member: 'answerCertificatesFile' | 'callbackCertificatesFile',
  file: string,
): readonly X509Certificate[] {
  const found = readOrNone(readFileSync(file, 'utf8'))
  if (found.length === 0)
    throw new ConfigRefused([`/registries/${registry}/${member} holds no certificate, or a broken one`])
  return found
}

function readOrNone(text: string): readonly X509Certificate[] {
  try {
    return pemCertificates(text)
  } catch (error) {
    if (error instanceof NotACertificate) return []
    throw error
  }
}
