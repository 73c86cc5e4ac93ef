import { createHash, type KeyObject } from 'node:crypto'
import type { SignedContent, Signer } from '../model/exchange.ts'
import type { PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { passGate } from '../xml/bytes-gate.ts'
import { canonicalOctets, canonicalOctetsOfTaken } from '../xml/canonicalise.ts'
import { withDocument, type XmlDocument, type XmlElement } from '../xml/parse-xml.ts'
import { elementsNamed, isLast } from '../xml/tree.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { DSIG, signatureHolds } from './algorithms.ts'
import { readSignature } from './read-signature.ts'

/** A certificate that edno knows beforehand; its key is built once. */
export interface RegisteredCertificate {
  readonly party: PartyId
  readonly key: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
}

export interface CertificateDirectory {
  /** By SHA-256 of the DER certificate, lower-case hex. */
  readonly find: (sha256Hex: string) => RegisteredCertificate | undefined
}

/** Which document a seal is expected on. */
export interface SealProfile {
  readonly namespace: string
  readonly root: string
  readonly maxBytes: number
}

const NAMESPACE = 'urn:edno:exchange:1'
export const APPLICATION_SEAL: SealProfile = { namespace: NAMESPACE, root: 'Application', maxBytes: 1_048_576 }
export const ANSWER_SEAL: SealProfile = { namespace: NAMESPACE, root: 'Answer', maxBytes: 8_388_608 }

/**
 * The "seal" profile of enveloped XMLDSig: one signature, last in the root, over the whole document, by a registered
 * certificate that is valid at `at`. Returns the canonical octets that were digested: whoever reads on reads these.
 * Refuses with `request.malformed`, `request.too-large` or `signature.*`, in the order of the steps below.
 */
export function verifySeal(
  bytes: Uint8Array,
  certificates: CertificateDirectory,
  at: Date,
  profile: SealProfile = APPLICATION_SEAL,
): { readonly content: SignedContent; readonly signer: Signer; readonly valueDigest: Uint8Array } {
  try {
    return withDocument(passGate(bytes, profile.maxBytes).bytes, (document) => {
      requireRoot(document.root, profile)
      return verifyDocument(document, certificates, at)
    })
  } catch (error) {
    throw asRefusal(error)
  }
}

function verifyDocument(
  document: XmlDocument,
  certificates: CertificateDirectory,
  at: Date,
): { readonly content: SignedContent; readonly signer: Signer; readonly valueDigest: Uint8Array } {
  const signature = onlySignature(document)
  const claimed = readSignature(signature)
  const certificate = createHash('sha256').update(claimed.certificate).digest('hex')
  const registered = findValid(certificates, certificate, at)
  // The signature value first: until it holds, nobody whom edno knows has asked for the work below.
  const signedInfo = canonicalOctetsOfTaken(claimed.signedInfo)
  if (!signatureHolds(claimed.algorithm, registered.key, signedInfo, claimed.value))
    throw new BrokerError('signature.invalid', 'the signature value does not hold')
  signature.remove()
  const content = canonicalOctets(document)
  if (!createHash('sha256').update(content).digest().equals(claimed.digest))
    throw new BrokerError('signature.invalid', 'the document is not what was signed')
  const valueDigest = createHash('sha256').update(claimed.value).digest()
  return { content: content as SignedContent, signer: { party: registered.party, certificate }, valueDigest }
}

function requireRoot(root: XmlElement, profile: SealProfile): void {
  if (root.name !== profile.root || root.namespaceUri !== profile.namespace)
    throw new BrokerError('request.malformed', `the root is not ${profile.root} in ${profile.namespace}`)
}

const allSignatures = elementsNamed(DSIG, 'Signature')

function onlySignature(document: XmlDocument): XmlElement {
  const [signature, ...others] = allSignatures(document)
  if (signature === undefined) throw new BrokerError('signature.missing', 'there is no ds:Signature')
  if (others.length > 0) throw new BrokerError('signature.structure', 'there is more than one ds:Signature')
  const inRoot = signature.parent?.isSameNode(document.root) === true
  if (!inRoot || !isLast(signature))
    throw new BrokerError('signature.structure', 'ds:Signature is not the last child of the root')
  return signature
}

function findValid(certificates: CertificateDirectory, sha256Hex: string, at: Date): RegisteredCertificate {
  const registered = certificates.find(sha256Hex)
  if (registered === undefined)
    throw new BrokerError('signature.certificate-unknown', 'the certificate is not registered')
  if (at < registered.notBefore || at > registered.notAfter)
    throw new BrokerError('signature.certificate-expired', 'the certificate is outside its validity')
  return registered
}

/** XML that cannot be accepted is the caller's; anything else goes on as it is. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof XmlFault)) return error
  const code = error.kind === 'too-large' ? 'request.too-large' : 'request.malformed'
  return new BrokerError(code, error.message, { cause: error })
}
