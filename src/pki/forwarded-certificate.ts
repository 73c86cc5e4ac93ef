import { createHash, X509Certificate } from 'node:crypto'

/** Longer than any certificate of a client, shorter than what Node takes as headers. */
const LONGEST = 12_288
const PEM = /^-----BEGIN CERTIFICATE-----\n((?:[A-Za-z0-9+/=]{1,76}\n)+)-----END CERTIFICATE-----\n?$/

/**
 * A certificate, with its SHA-256 (lower-case hex), that travels as URL-escaped PEM: one block, canonical base64, one DER
 * certificate and nothing after it. Undefined for anything else.
 */
export function forwardedCertificate(
  escaped: string,
): { readonly sha256: string; readonly der: Uint8Array } | undefined {
  if (escaped.length > LONGEST) return undefined
  const base64 = PEM.exec(unescaped(escaped) ?? '')?.[1]?.replaceAll('\n', '')
  if (base64 === undefined) return undefined
  const der = Buffer.from(base64, 'base64')
  if (der.toString('base64') !== base64) return undefined
  return isOneCertificate(der) ? { sha256: createHash('sha256').update(der).digest('hex'), der } : undefined
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function isOneCertificate(der: Buffer): boolean {
  try {
    return new X509Certificate(der).raw.equals(der)
  } catch {
    return false
  }
}
