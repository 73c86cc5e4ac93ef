import { X509Certificate } from 'node:crypto'
import { BrokerError } from '../problem/broker-error.ts'
import { isSignatureAlgorithm, signatureHolds } from './algorithms.ts'
import { decodeBase64 } from './base64.ts'
import {
  type ContainerSignature,
  type SignedFile,
  signedOctets,
  writeContainerSignature,
} from './container-signature.ts'

/** More than the patterns below let through. */
const MAX_OCTETS = 16_384
const VALUE = /<ds:SignatureValue>([A-Za-z0-9+/=]{1,2048})<\/ds:SignatureValue>/
const CERTIFICATE = /<ds:X509Certificate>([A-Za-z0-9+/=]{1,16384})<\/ds:X509Certificate>/
const ALGORITHM = /<ds:SignatureMethod Algorithm="([^"<>]{1,200})">/
const SIGNED_AT = /<xades:SigningTime>([0-9TZ:.-]{20,30})<\/xades:SigningTime>/
const REFERENCE =
  /<ds:Reference Id="File\d+" URI="([\w./-]+)"><ds:DigestMethod Algorithm="[^"<>]+"><\/ds:DigestMethod><ds:DigestValue>([A-Za-z0-9+/=]{44})</g
const MIME_TYPE = /<xades:MimeType>([\w./+-]+)<\/xades:MimeType>/g

/** A signature whose value holds under the certificate that it carries; whose that is, and what the files are, is judged elsewhere. */
export interface VerifiedContainerSignature extends ContainerSignature {
  readonly der: Uint8Array
}

/**
 * Nothing is interpreted: what the text seems to say is written again, and must be the very same text. So there is one
 * spelling, and no room for a second signature, a transform, or a reference that readers understand differently.
 * Undefined where the text is no such signature, or its value does not hold.
 */
export function verifyContainerSignature(bytes: Uint8Array): VerifiedContainerSignature | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  const [, value = ''] = VALUE.exec(text) ?? []
  const says = readSignature(text)
  if (says === undefined || writeContainerSignature(says, value) !== text) return undefined
  const [der, octets] = [decodeBase64(says.certificate, MAX_OCTETS), decodeBase64(value, MAX_OCTETS)]
  return der !== undefined && octets !== undefined && holds(says, der, octets) ? { ...says, der } : undefined
}

function holds(says: ContainerSignature, der: Uint8Array, value: Uint8Array): boolean {
  try {
    const { publicKey } = new X509Certificate(der)
    return signatureHolds(says.algorithm, publicKey, signedOctets(says), value)
  } catch (error) {
    if (error instanceof BrokerError || isCryptoError(error)) return false
    throw error
  }
}

/** A certificate that OpenSSL does not take for one. */
const isCryptoError = (error: unknown): boolean => error instanceof Error && 'code' in error

function readSignature(text: string): ContainerSignature | undefined {
  const [, certificate] = CERTIFICATE.exec(text) ?? []
  const [, algorithm] = ALGORITHM.exec(text) ?? []
  const [, signedAt] = SIGNED_AT.exec(text) ?? []
  const types = [...text.matchAll(MIME_TYPE)].map(([, type = '']) => type)
  const files = [...text.matchAll(REFERENCE)].map(
    ([, path = '', digest = ''], at): SignedFile => ({ path, digest, mediaType: types[at] ?? '' }),
  )
  if (certificate === undefined || algorithm === undefined || signedAt === undefined) return undefined
  return isSignatureAlgorithm(algorithm) ? { certificate, algorithm, signedAt, files } : undefined
}
