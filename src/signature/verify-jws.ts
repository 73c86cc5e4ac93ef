import { createHash } from 'node:crypto'
import type { JwsFormat, SignedContent, Signer } from '../model/exchange.ts'
import { spkiSha256 } from '../pki/spki.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { isRecord } from '../schema/json.ts'
import { JsonFault, readStrictJson } from '../schema/strict-json.ts'
import { requireValueForm, signatureHolds } from './algorithms.ts'
import { readHeader } from './jws-header.ts'
import { takeApart } from './jws-parts.ts'
import { type CertificateDirectory, findValid } from './verify-seal.ts'

/** Which document a JWS is expected on. */
export interface JwsProfile {
  /** What `typ` may say, in lower case. */
  readonly types: readonly string[]
  readonly maxBytes: number
}

/** `jose` and `jose+json` are what JAdES software writes where nobody told it the type. */
const GENERIC = ['jose', 'jose+json']
export const APPLICATION_TYPE = 'edno-application+json'
export const ANSWER_TYPE = 'edno-answer+json'
export const APPLICATION_JWS: JwsProfile = { types: [APPLICATION_TYPE, ...GENERIC], maxBytes: 1_048_576 }
export const ANSWER_JWS: JwsProfile = { types: [ANSWER_TYPE], maxBytes: 12_582_912 }

/** As of the bytes gate and the reader of XML. */
const PAYLOAD_LIMITS = { maxDepth: 64, maxEntries: 50_000 }

/**
 * The signature of a party over a JSON document: a JWS in the JAdES profile (docs/signatures.md), by a registered
 * certificate that is valid at `at`. Refuses with `request.malformed`, `request.too-large` or `signature.*`; the order is
 * that of the XML profiles, and the payload is not looked at before its signature holds.
 */
export function verifyJws(
  { bytes, format }: { readonly bytes: Uint8Array; readonly format: JwsFormat },
  certificates: CertificateDirectory,
  at: Date,
  profile: JwsProfile = APPLICATION_JWS,
): { readonly content: SignedContent; readonly signer: Signer; readonly valueDigest: Uint8Array } {
  const { header, payload, value, signingInput } = takeApart(bytes, format, profile.maxBytes)
  const { algorithm, certificate, thumbprint, signedAt } = readHeader(header, profile.types)
  if (value.byteLength === 0) throw new BrokerError('signature.missing', 'the signature is empty')
  requireValueForm(algorithm, value)
  const fingerprint = createHash('sha256').update(certificate).digest()
  const { party, key } = findValid(certificates, { sha256: fingerprint.toString('hex'), der: certificate }, at)
  if (!signatureHolds(algorithm, key, signingInput, value))
    throw new BrokerError('signature.invalid', 'the signature value does not hold')
  if (thumbprint !== fingerprint.toString('base64url'))
    throw new BrokerError('signature.invalid', 'x5t#S256 names another certificate than x5c')
  requireObject(payload)
  return {
    content: payload as SignedContent,
    signer: { party, certificate: fingerprint.toString('hex'), key: spkiSha256(key), claimedAt: signedAt },
    valueDigest: createHash('sha256').update(value).digest(),
  }
}

/** What signed JSON means must not hang on who reads it. */
function requireObject(payload: Uint8Array): void {
  try {
    if (isRecord(readStrictJson(payload, PAYLOAD_LIMITS))) return
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw new BrokerError('request.malformed', `the payload: ${error.message}`, { cause: error })
  }
  throw new BrokerError('request.malformed', 'the payload: an object is expected')
}
