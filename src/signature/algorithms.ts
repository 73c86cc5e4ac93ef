import { type KeyObject, sign, verify } from 'node:crypto'
import { BrokerError } from '../problem/broker-error.ts'

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

/** The closed list. HMAC, SHA-1, DSA and everything unknown are not on it, and no switch puts them there. */
export type SignatureAlgorithm =
  | 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
  | 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'
export const RSA_SHA256: SignatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
export const ECDSA_SHA256: SignatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'

export const isSignatureAlgorithm = (uri: string): uri is SignatureAlgorithm =>
  uri === RSA_SHA256 || uri === ECDSA_SHA256

const MIN_RSA_BITS = 2048
/** r and s of P-256, 32 octets each (IEEE P1363; XMLDSig 1.1 §6.4.3). */
const P256_VALUE_OCTETS = 64

/** The algorithm a key of edno or a party signs with; undefined for keys that are not accepted. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS) return RSA_SHA256
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') return ECDSA_SHA256
  return undefined
}

/** Is `value` the signature over `octets`? Refuses with `signature.algorithm` where key, algorithm and form do not fit. */
export function signatureHolds(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  octets: Uint8Array,
  value: Uint8Array,
): boolean {
  if (algorithmOf(key) !== algorithm)
    throw new BrokerError('signature.algorithm', 'the key of the certificate does not fit the algorithm')
  if (algorithm === RSA_SHA256) return verify('sha256', octets, key, value)
  return verify('sha256', octets, { key, dsaEncoding: 'ieee-p1363' }, value)
}

/** An ECDSA value is r and s side by side; DER and padded forms are refused before any key is looked up. */
export function requireValueForm(algorithm: SignatureAlgorithm, value: Uint8Array): void {
  if (algorithm === ECDSA_SHA256 && value.byteLength !== P256_VALUE_OCTETS)
    throw new BrokerError('signature.algorithm', `an ECDSA value has ${P256_VALUE_OCTETS} octets (IEEE P1363)`)
}

/** The bare value, as XMLDSig writes it. */
export function makeSignature(algorithm: SignatureAlgorithm, key: KeyObject, octets: Uint8Array): Uint8Array {
  return algorithm === RSA_SHA256
    ? sign('sha256', octets, key)
    : sign('sha256', octets, { key, dsaEncoding: 'ieee-p1363' })
}
