import { createHash, type KeyObject } from 'node:crypto'
import type { SignedContent, Signer } from '../model/exchange.ts'
import type { PartyId } from '../model/ids.ts'
import { spkiSha256 } from '../pki/spki.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { XmlElement } from '../xml/parse-xml.ts'
import { verifyEnveloped } from './verify-enveloped.ts'

/** A certificate that edno knows beforehand; its key is built once. */
export interface RegisteredCertificate {
  readonly party: PartyId
  readonly key: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
}

export interface CertificateDirectory {
  /** By SHA-256 of the DER certificate, lower-case hex; with the certificate itself also by a pinned key. */
  readonly find: (sha256Hex: string, der?: Uint8Array) => RegisteredCertificate | undefined
}

/** Which document a seal is expected on. */
export interface SealProfile {
  readonly namespace: string
  readonly root: string
  readonly maxBytes: number
  /** May a time stamp stand beside the signature? */
  readonly stamps?: boolean
}

/** What a party signed, and who it was. */
export interface VerifiedSeal {
  readonly content: SignedContent
  readonly signer: Signer
  readonly valueDigest: Uint8Array
  /** The time stamp of an answer, unjudged: its token (DER), and what it must be over. */
  readonly stamp?: { readonly token: Uint8Array; readonly over: Uint8Array }
}

const NAMESPACE = 'urn:edno:exchange:1'
export const APPLICATION_SEAL: SealProfile = { namespace: NAMESPACE, root: 'Application', maxBytes: 1_048_576 }
export const ANSWER_SEAL: SealProfile = { namespace: NAMESPACE, root: 'Answer', maxBytes: 8_388_608, stamps: true }
export const SUPPLEMENT_SEAL: SealProfile = { ...ANSWER_SEAL, root: 'Supplement' }

/**
 * The signature of a party over its document, in either profile (docs/signatures.md), by a registered certificate that
 * is valid at `at`. Refuses with `request.malformed`, `request.too-large` or `signature.*`.
 */
export function verifySeal(
  bytes: Uint8Array,
  certificates: CertificateDirectory,
  at: Date,
  profile: SealProfile = APPLICATION_SEAL,
): VerifiedSeal {
  let signer: Signer | undefined
  const { content, claimedAt, valueDigest, stamp } = verifyEnveloped(bytes, {
    maxBytes: profile.maxBytes,
    stamps: profile.stamps === true,
    requireRoot: (root) => requireRoot(root, profile),
    keyOf: (der) => {
      const certificate = createHash('sha256').update(der).digest('hex')
      const { party, key } = findValid(certificates, { sha256: certificate, der }, at)
      signer = { party, certificate, key: spkiSha256(key) }
      return key
    },
  })
  if (signer === undefined) throw new BrokerError('broker.internal', 'a signature without a certificate')
  return {
    content,
    signer: claimedAt === undefined ? signer : { ...signer, claimedAt },
    valueDigest,
    ...(stamp === undefined ? {} : { stamp }),
  }
}

function requireRoot(root: XmlElement, profile: SealProfile): void {
  if (root.name !== profile.root || root.namespaceUri !== profile.namespace)
    throw new BrokerError('request.malformed', `the root is not ${profile.root} in ${profile.namespace}`)
}

export function findValid(
  certificates: CertificateDirectory,
  presented: { readonly sha256: string; readonly der: Uint8Array },
  at: Date,
): RegisteredCertificate {
  const registered = certificates.find(presented.sha256, presented.der)
  if (registered === undefined)
    throw new BrokerError('signature.certificate-unknown', 'the certificate is not registered')
  if (at < registered.notBefore || at > registered.notAfter)
    throw new BrokerError('signature.certificate-expired', 'the certificate is outside its validity')
  return registered
}
