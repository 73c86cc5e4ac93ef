import type { PartyId } from '../model/ids.ts'
import { BoundedMap } from '../pki/bounded-map.ts'
import { type ChainCertificate, readChainCertificate } from '../pki/chain-certificate.ts'
import { NotACertificate } from '../pki/pki-errors.ts'
import { spkiSha256 } from '../pki/spki.ts'
import type { CertificateFinder, RegisteredCertificate } from './registered-certificate.ts'

/** Certificates that were found by their key are found by their digest from then on. */
const MAX_LEARNED = 10_000

/**
 * Registered certificates first; then any certificate of a pinned key, which its holder may renew without asking anybody.
 * That it is trusted is judged where it is used, as for every other. A key alone says nothing: `der` is what is presented.
 */
export const withPinnedKeys = (
  registered: CertificateFinder,
  pins: ReadonlyMap<string, PartyId>,
  environment: 'development' | 'production',
  onLearned: (found: RegisteredCertificate) => void = () => undefined,
): CertificateFinder => {
  if (pins.size === 0) return registered
  const learned = new BoundedMap<RegisteredCertificate>(MAX_LEARNED)
  const byKey = (der: Uint8Array): RegisteredCertificate | undefined => {
    const certificate = read(der)
    if (certificate === undefined) return undefined
    const party = pins.get(spkiSha256(certificate.key))
    if (party === undefined) return undefined
    if (environment === 'production' && certificate.subject.includes('NOT FOR PRODUCTION')) return undefined
    const { key, notBefore, notAfter, sha256 } = certificate
    const found = { party, key, notBefore, notAfter, held: { certificate, offered: [] } }
    learned.set(sha256, found)
    onLearned(found)
    return found
  }
  return {
    find: (sha256Hex, der) =>
      registered.find(sha256Hex) ?? learned.get(sha256Hex) ?? (der === undefined ? undefined : byKey(der)),
  }
}

function read(der: Uint8Array): ChainCertificate | undefined {
  try {
    return readChainCertificate(der)
  } catch (error) {
    if (error instanceof NotACertificate) return undefined
    throw error
  }
}
