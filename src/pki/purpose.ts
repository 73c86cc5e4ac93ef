import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import type { ChainCertificate } from './chain-certificate.ts'

/** What a certificate is asked to be good for. */
export type Purpose = 'seal' | 'personal' | 'tls-client' | 'tls-server' | 'ocsp' | 'time-stamp'

interface Rule {
  /** One of these bits must be set where the extension stands. */
  readonly keyUsage: number
  /** One of these must be named. */
  readonly purposes: readonly string[]
  /** Must the extension stand there? Without it a certificate is good for any purpose (RFC 5280 §4.2.1.12). */
  readonly required: boolean
  /** Must it be critical and name nothing else (RFC 3161 §2.3)? */
  readonly alone: boolean
}

const { digitalSignature, nonRepudiation, keyEncipherment, keyAgreement, keyCertSign } = x509.KeyUsageFlags
const ANY = '2.5.29.37.0'
const CLIENT = '1.3.6.1.5.5.7.3.2'
const lenient = { required: false, alone: false }

const SIGNS_DOCUMENTS = [ANY, CLIENT, '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.36']

/**
 * Qualified seals carry clientAuth and emailProtection, or documentSigning (RFC 9336); a certificate that is only for
 * servers, code, responders or time stamps is no seal.
 */
const RULES: Readonly<Record<Purpose, Rule>> = {
  seal: {
    ...lenient,
    keyUsage: digitalSignature | nonRepudiation,
    purposes: SIGNS_DOCUMENTS,
  },
  // What a person is bound by says so (contentCommitment; ETSI EN 319 412-2 §4.3.2); a certificate for logging in does not.
  personal: { ...lenient, keyUsage: nonRepudiation, purposes: SIGNS_DOCUMENTS },
  'tls-client': { ...lenient, keyUsage: digitalSignature | keyAgreement, purposes: [ANY, CLIENT] },
  'tls-server': {
    ...lenient,
    keyUsage: digitalSignature | keyEncipherment | keyAgreement,
    purposes: [ANY, '1.3.6.1.5.5.7.3.1'],
  },
  // RFC 6960 §4.2.2.2: by id-kp-OCSPSigning itself, not by "any purpose".
  ocsp: {
    keyUsage: digitalSignature | nonRepudiation,
    purposes: ['1.3.6.1.5.5.7.3.9'],
    required: true,
    alone: false,
  },
  'time-stamp': {
    keyUsage: digitalSignature | nonRepudiation,
    purposes: ['1.3.6.1.5.5.7.3.8'],
    required: true,
    alone: true,
  },
}

/** Absent key usage forbids nothing (RFC 5280 §4.2.1.3). */
export const hasKeyUsage = ({ keyUsage }: ChainCertificate, bits: number): boolean =>
  keyUsage === undefined || (keyUsage & bits) !== 0

export const mayCertify = (certificate: ChainCertificate): boolean => hasKeyUsage(certificate, keyCertSign)
export const maySignLists = (certificate: ChainCertificate): boolean =>
  hasKeyUsage(certificate, x509.KeyUsageFlags.cRLSign)
export const keyUsageFits = (certificate: ChainCertificate, purpose: Purpose): boolean =>
  hasKeyUsage(certificate, RULES[purpose].keyUsage)

export const extendedKeyUsageFits = ({ extendedKeyUsage }: ChainCertificate, purpose: Purpose): boolean => {
  const { purposes, required, alone } = RULES[purpose]
  if (extendedKeyUsage === undefined) return !required
  if (alone && !(extendedKeyUsage.critical && extendedKeyUsage.purposes.length === 1)) return false
  return extendedKeyUsage.purposes.some((named) => purposes.includes(named))
}

/**
 * An authority that names purposes confines what it issues to them (the practice of CA/Browser Forum and of OpenSSL). Its own
 * responder is let off: it speaks for this authority only.
 */
export const confinementFits = ({ extendedKeyUsage }: ChainCertificate, purpose: Purpose): boolean =>
  extendedKeyUsage === undefined ||
  purpose === 'ocsp' ||
  extendedKeyUsage.purposes.some((named) => named === ANY || RULES[purpose].purposes.includes(named))
