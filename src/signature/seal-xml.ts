import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { BrokerError } from '../problem/broker-error.ts'
import { passGate } from '../xml/bytes-gate.ts'
import { canonicalOctets } from '../xml/canonicalise.ts'
import { withDocument } from '../xml/parse-xml.ts'
import { elementsNamed } from '../xml/tree.ts'
import {
  algorithmOf,
  DSIG,
  ENVELOPED,
  EXCLUSIVE_C14N,
  makeSignature,
  SHA256,
  type SignatureAlgorithm,
} from './algorithms.ts'
import { asRefusal } from './verify-enveloped.ts'
import { ANSWER_SEAL } from './verify-seal.ts'

/** Whatever holds a private key: a file, later a hardware module. */
export interface Sealer {
  /** DER of the certificate, base64 without line breaks. */
  readonly certificate: string
  readonly algorithm: SignatureAlgorithm
  /** The bare signature value (for ECDSA in IEEE P1363 form). */
  readonly sign: (octets: Uint8Array) => Uint8Array
}

/** A sealer over PEM texts; refuses with `broker.signing` a key that is not of the certificate or not accepted. */
export function fileSealer(certificatePem: string, privateKeyPem: string): Sealer {
  const certificate = new X509Certificate(certificatePem)
  const key = createPrivateKey(privateKeyPem)
  const algorithm = algorithmOf(key)
  if (algorithm === undefined) throw new BrokerError('broker.signing', 'RSA of 2048 bits or P-256 is expected')
  if (!certificate.checkPrivateKey(key)) throw new BrokerError('broker.signing', 'the key is not of the certificate')
  return {
    certificate: certificate.raw.toString('base64'),
    algorithm,
    sign: (octets) => makeSignature(algorithm, key, octets),
  }
}

const allSignatures = elementsNamed(DSIG, 'Signature')

/**
 * Seals a document: digests its exclusive canonical form and puts ds:Signature before the end tag of the root. Every
 * other byte stays as it was (but a BOM, which is left out). Refuses with `request.malformed` what is not XML that edno
 * accepts, and with `signature.structure` what carries a signature already.
 */
export function sealXml(xml: string | Uint8Array, sealer: Sealer): Uint8Array {
  try {
    const { bytes, rootCloseAt } = passGate(typeof xml === 'string' ? Buffer.from(xml) : xml, ANSWER_SEAL.maxBytes)
    if (rootCloseAt === undefined) throw new BrokerError('request.malformed', 'the root has no content')
    const canonical = withDocument(bytes, (document) => {
      if (allSignatures(document).length > 0) throw new BrokerError('signature.structure', 'it is signed already')
      return canonicalOctets(document)
    })
    return splice(bytes, rootCloseAt, writeSignature(canonical, sealer))
  } catch (error) {
    throw asRefusal(error)
  }
}

/**
 * The same for a text of edno's own writing that **is** in exclusive canonical form already, whose root is not empty and
 * that carries no signature: nothing is parsed. The tests of `message/` hold its writers to that.
 */
export function sealCanonicalXml(canonical: string, sealer: Sealer): Uint8Array {
  const bytes = Buffer.from(canonical)
  return splice(bytes, bytes.lastIndexOf('</'), writeSignature(bytes, sealer))
}

/** Puts the signature where the end tag of the root begins. */
export function splice(bytes: Uint8Array, at: number, signature: string): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(signature), bytes.subarray(at)])
}

function writeSignature(canonical: Uint8Array, sealer: Sealer): string {
  const digest = createHash('sha256').update(canonical).digest('base64')
  const document = writeReference(digest, { attributes: ' URI=""', transforms: [ENVELOPED, EXCLUSIVE_C14N] })
  const signedInfo = writeSignedInfo(sealer.algorithm, [document])
  const value = sealer.sign(Buffer.from(`<ds:SignedInfo xmlns:ds="${DSIG}">${signedInfo}`))
  return (
    `<ds:Signature xmlns:ds="${DSIG}"><ds:SignedInfo>${signedInfo}` +
    `<ds:SignatureValue>${Buffer.from(value).toString('base64')}</ds:SignatureValue>` +
    `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${sealer.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>` +
    '</ds:Signature>'
  )
}

interface ReferenceText {
  /** With the space before each. */
  readonly attributes: string
  /** None: the octets as they are. */
  readonly transforms: readonly string[]
}

/** One Reference in canonical form as it stands, by its SHA-256 (base64). */
export function writeReference(digest: string, { attributes, transforms }: ReferenceText): string {
  const steps = transforms.map((algorithm) => `<ds:Transform Algorithm="${algorithm}"></ds:Transform>`)
  const all = steps.length === 0 ? '' : `<ds:Transforms>${steps.join('')}</ds:Transforms>`
  return (
    `<ds:Reference${attributes}>${all}` +
    `<ds:DigestMethod Algorithm="${SHA256}"></ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`
  )
}

/** What follows the start tag of SignedInfo, in canonical form as it stands. */
export function writeSignedInfo(algorithm: SignatureAlgorithm, references: readonly string[]): string {
  return (
    `<ds:CanonicalizationMethod Algorithm="${EXCLUSIVE_C14N}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${algorithm}"></ds:SignatureMethod>${references.join('')}</ds:SignedInfo>`
  )
}
