import { type KeyObject, X509Certificate } from 'node:crypto'
import { NotACertificate } from './pki-errors.ts'

/** What edno needs to know of a certificate; the rest stays in it. */
export interface Certificate {
  /** SHA-256 of the DER form, lower-case hex: by this a certificate is registered and found. */
  readonly sha256: string
  readonly derBase64: string
  readonly key: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  /** RFC 2253-like, one line. */
  readonly subject: string
}

const parse = (pem: string | Uint8Array): X509Certificate => {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new NotACertificate('not an X.509 certificate', { cause: error })
  }
}

/** Reads one certificate, PEM or DER. Judges neither its dates nor its issuer. Throws `NotACertificate`. */
export const readCertificate = (pem: string | Uint8Array): Certificate => {
  const certificate = parse(pem)
  return {
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    derBase64: certificate.raw.toString('base64'),
    key: certificate.publicKey,
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    subject: certificate.subject.split('\n').join(', '),
  }
}
