import { createHash, type KeyObject, sign, verify } from 'node:crypto'
import { BrokerError } from '../problem/broker-error.ts'

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const EXCLUSIVE_C14N_WITH_COMMENTS = 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments'
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
export const SHA512 = 'http://www.w3.org/2001/04/xmlenc#sha512'

/** The closed list. HMAC, SHA-1, DSA and everything unknown are not on it, and no switch puts them there. */
export type SignatureAlgorithm =
  | 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
  | 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'
  | 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'
  | 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512'
export const RSA_SHA256: SignatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
export const RSA_SHA512: SignatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'
export const ECDSA_SHA256: SignatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'
export const ECDSA_SHA512: SignatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512'

type Hash = 'sha256' | 'sha512'
type KeyKind = 'rsa' | 'ec'

const SCHEMES: ReadonlyMap<string, { readonly hash: Hash; readonly key: KeyKind }> = new Map([
  [RSA_SHA256, { hash: 'sha256', key: 'rsa' }],
  [RSA_SHA512, { hash: 'sha512', key: 'rsa' }],
  [ECDSA_SHA256, { hash: 'sha256', key: 'ec' }],
  [ECDSA_SHA512, { hash: 'sha512', key: 'ec' }],
])
const DIGESTS: ReadonlyMap<string, { readonly hash: Hash; readonly octets: number }> = new Map([
  [SHA256, { hash: 'sha256', octets: 32 }],
  [SHA512, { hash: 'sha512', octets: 64 }],
])

export const isSignatureAlgorithm = (uri: string): uri is SignatureAlgorithm => SCHEMES.has(uri)

const MIN_RSA_BITS = 2048
/** r and s of P-256, 32 octets each (IEEE P1363; XMLDSig 1.1 §6.4.3). */
const P256_VALUE_OCTETS = 64

function kindOf(key: KeyObject): KeyKind | undefined {
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS) return 'rsa'
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') return 'ec'
  return undefined
}

/** The algorithm a key of edno or a party signs with; undefined for keys that are not accepted. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  const kind = kindOf(key)
  if (kind === undefined) return undefined
  return kind === 'rsa' ? RSA_SHA256 : ECDSA_SHA256
}

/** Is `value` the signature over `octets`? Refuses with `signature.algorithm` where key, algorithm and form do not fit. */
export function signatureHolds(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  octets: Uint8Array,
  value: Uint8Array,
): boolean {
  const scheme = SCHEMES.get(algorithm)
  if (scheme === undefined || scheme.key !== kindOf(key))
    throw new BrokerError('signature.algorithm', 'the key of the certificate does not fit the algorithm')
  // The encoding is of ECDSA; for RSA it means nothing.
  return verify(scheme.hash, octets, { key, dsaEncoding: 'ieee-p1363' }, value)
}

/** An ECDSA value is r and s side by side; DER and padded forms are refused before any key is looked up. */
export function requireValueForm(algorithm: SignatureAlgorithm, value: Uint8Array): void {
  if (SCHEMES.get(algorithm)?.key === 'ec' && value.byteLength !== P256_VALUE_OCTETS)
    throw new BrokerError('signature.algorithm', `an ECDSA value has ${P256_VALUE_OCTETS} octets (IEEE P1363)`)
}

/** The bare value, as XMLDSig writes it; SHA-256, as `algorithmOf` says of the key. */
export function makeSignature(algorithm: SignatureAlgorithm, key: KeyObject, octets: Uint8Array): Uint8Array {
  const hash = SCHEMES.get(algorithm)?.hash ?? 'sha256'
  return sign(hash, octets, { key, dsaEncoding: 'ieee-p1363' })
}

/** A digest as a document claims it. */
export interface Digest {
  readonly hash: Hash
  readonly value: Uint8Array
}

/** Octets of a digest by the URI of its method; undefined for one off the list. */
export const digestOctets = (uri: string): number | undefined => DIGESTS.get(uri)?.octets

/** A digest of the right length by a method of the list. */
export function digestBy(uri: string, value: Uint8Array): Digest | undefined {
  const method = DIGESTS.get(uri)
  return method?.octets === value.byteLength ? { hash: method.hash, value } : undefined
}

export const digestHolds = ({ hash, value }: Digest, octets: Uint8Array): boolean =>
  createHash(hash).update(octets).digest().equals(value)
