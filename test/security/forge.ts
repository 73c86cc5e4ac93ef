import { createHash, sign } from 'node:crypto'
import { ECDSA_SHA256, ENVELOPED, EXCLUSIVE_C14N, RSA_SHA256, SHA256 } from '../../src/signature/algorithms.ts'
import type { TestIdentity } from '../support/certificates.ts'

const DS = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'

/** Every piece of a signature that a vector may want otherwise; what is not named is as the profile wants it. */
export interface Wishes {
  readonly c14n?: string
  readonly method?: string
  readonly methodContent?: string
  readonly digestMethod?: string
  readonly digestHash?: string
  readonly digest?: string
  readonly transforms?: string
  /** Attributes of Reference. */
  readonly reference?: string
  readonly references?: (reference: string) => string
  readonly value?: (value: Buffer) => string
  readonly dsaEncoding?: 'der' | 'ieee-p1363'
  readonly keyInfo?: (certificate: string) => string
  /** The whole ds:Signature, after signing. */
  readonly signature?: (signature: string) => string
}

export const transform = (algorithm: string, content = ''): string =>
  `<ds:Transform Algorithm="${algorithm}">${content}</ds:Transform>`
const TRANSFORMS = transform(ENVELOPED) + transform(EXCLUSIVE_C14N)

const asIs = (text: string): string => text
const x509 = (certificate: string): string =>
  `<ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data>`
const base64 = (value: Buffer): string => value.toString('base64')

/** A ds:Signature over a canonical document by whoever `signer` is, truly signed, in whatever form a vector wants. */
export function forge(canonical: string, signer: TestIdentity, wishes: Wishes = {}): string {
  const isRsa = signer.certificate.publicKey.asymmetricKeyType === 'rsa'
  const wanted = {
    ...{
      c14n: EXCLUSIVE_C14N,
      method: isRsa ? RSA_SHA256 : ECDSA_SHA256,
      methodContent: '',
      dsaEncoding: 'ieee-p1363',
    },
    ...{ references: asIs, value: base64, keyInfo: x509, signature: asIs },
    ...wishes,
  }
  const inner =
    `<ds:CanonicalizationMethod Algorithm="${wanted.c14n}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${wanted.method}">${wanted.methodContent}</ds:SignatureMethod>` +
    wanted.references(forgeReference(canonical, wishes))
  const signed = Buffer.from(`<ds:SignedInfo ${DS}>${inner}</ds:SignedInfo>`)
  const dsaEncoding = wishes.dsaEncoding ?? 'ieee-p1363'
  const value = sign('sha256', signed, { key: signer.privateKeyPem, dsaEncoding })
  return wanted.signature(
    `<ds:Signature ${DS}><ds:SignedInfo>${inner}</ds:SignedInfo>` +
      `<ds:SignatureValue>${wanted.value(value)}</ds:SignatureValue>` +
      `<ds:KeyInfo>${wanted.keyInfo(signer.certificate.raw.toString('base64'))}</ds:KeyInfo></ds:Signature>`,
  )
}

function forgeReference(canonical: string, wishes: Wishes): string {
  const digest = createHash(wishes.digestHash ?? 'sha256')
    .update(canonical)
    .digest('base64')
  return (
    `<ds:Reference${wishes.reference ?? ' URI=""'}><ds:Transforms>${wishes.transforms ?? TRANSFORMS}</ds:Transforms>` +
    `<ds:DigestMethod Algorithm="${wishes.digestMethod ?? SHA256}"></ds:DigestMethod>` +
    `<ds:DigestValue>${wishes.digest ?? digest}</ds:DigestValue></ds:Reference>`
  )
}

/** The document with a forged signature in the right place. */
export const forged = (canonical: string, signer: TestIdentity, wishes: Wishes = {}): string =>
  canonical.replace(/<\/Application>$/, () => `${forge(canonical, signer, wishes)}</Application>`)
