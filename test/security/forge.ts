import { createHash, createHmac, sign } from 'node:crypto'
import { DSIG, ECDSA_SHA256, ENVELOPED, EXCLUSIVE_C14N, RSA_SHA256, SHA256 } from '../../src/signature/algorithms.ts'
import { SIGNED_PROPERTIES_TYPE, XADES } from '../../src/signature/read-qualifying.ts'
import type { TestIdentity } from '../support/certificates.ts'

/** How a signature value is written; without a word, as the profile wants it. */
export interface ValueWish {
  /** A literal text instead. */
  readonly text?: string
  readonly zeros?: number
  readonly der?: boolean
  /** HMAC-SHA256 over SignedInfo, keyed with public octets of the certificate. */
  readonly hmac?: 'spki' | 'pem' | 'certificate'
  readonly spelling?: 'short' | 'padded-halves' | 'lines' | 'url' | 'unpadded' | 'loose-bits' | 'trailing'
}

/** What a XAdES signature may be wished to say otherwise. */
export interface XadesWish {
  readonly signatureId?: string
  readonly propertiesId?: string
  readonly target?: string
  /** Attributes of the second Reference. */
  readonly reference?: string
  readonly transforms?: string
  readonly digestHash?: 'sha256' | 'sha512'
  readonly digestMethod?: string
  readonly signingTime?: string
  /** Whole elements instead of SigningTime and SigningCertificateV2. */
  readonly signed?: string
  readonly certDigestMethod?: string
  /** The other of two certificates that SigningCertificateV2 speaks of. */
  readonly certificateOf?: 'attacker'
  /** After SignedSignatureProperties. */
  readonly more?: string
  /** ds:Object, with `{{properties}}` where SignedProperties stand. */
  readonly object?: string
}

/** Every piece of a signature that a vector may want otherwise; what is not named is as the profile wants it. */
export interface Wishes {
  readonly hash?: 'sha256' | 'sha512'
  readonly c14n?: string
  readonly c14nContent?: string
  readonly method?: string
  readonly methodContent?: string
  readonly digestMethod?: string
  readonly digestHash?: string
  readonly digest?: string
  readonly transforms?: string
  /** Attributes of the Reference to the document. */
  readonly reference?: string
  /** `D` the document, `P` the properties, in this order. */
  readonly references?: string
  readonly value?: ValueWish
  /** With `{{certificate}}` where the signer's stands. */
  readonly keyInfo?: string
  readonly xades?: XadesWish
}

export const transform = (algorithm: string, content = ''): string =>
  `<ds:Transform Algorithm="${algorithm}">${content}</ds:Transform>`
const DS = `xmlns:ds="${DSIG}"`
const SEAL_TRANSFORMS = transform(ENVELOPED) + transform(EXCLUSIVE_C14N)
const X509 = '<ds:X509Data><ds:X509Certificate>{{certificate}}</ds:X509Certificate></ds:X509Data>'
const digestOf = (hash: string, octets: string | Uint8Array): string => createHash(hash).update(octets).digest('base64')
const derOf = ({ certificate }: TestIdentity): string => certificate.raw.toString('base64')

/** A ds:Signature over a canonical document by whoever `signer` is, truly signed, in whatever form a vector wants. */
export function forge(canonical: string, signer: TestIdentity, wishes: Wishes = {}, other = signer): string {
  const { xades } = wishes
  const properties = xades === undefined ? '' : forgeProperties(signer, xades, other)
  const inner = signedInfoContent(signer, wishes) + references(wishes, canonical, properties)
  const id = xades === undefined ? '' : ` Id="${xades.signatureId ?? 'sig-1'}"`
  const value = valueOf(`<ds:SignedInfo ${DS}>${inner}</ds:SignedInfo>`, signer, wishes)
  const keyInfo = (wishes.keyInfo ?? X509).replaceAll('{{certificate}}', derOf(signer))
  const object = xades === undefined ? '' : objectOf(xades, properties)
  return (
    `<ds:Signature ${DS}${id}><ds:SignedInfo>${inner}</ds:SignedInfo><ds:SignatureValue>${value}</ds:SignatureValue>` +
    `<ds:KeyInfo>${keyInfo}</ds:KeyInfo>${object}</ds:Signature>`
  )
}

/** The document with a forged signature in the right place. */
export const forged = (canonical: string, signer: TestIdentity, wishes: Wishes = {}, other = signer): string =>
  canonical.replace(/<\/[^<>]+>$/, (end) => forge(canonical, signer, wishes, other) + end)

function signedInfoContent(signer: TestIdentity, wishes: Wishes): string {
  const isRsa = signer.certificate.publicKey.asymmetricKeyType === 'rsa'
  const method = wishes.method ?? (isRsa ? RSA_SHA256 : ECDSA_SHA256)
  return (
    `<ds:CanonicalizationMethod Algorithm="${wishes.c14n ?? EXCLUSIVE_C14N}">${wishes.c14nContent ?? ''}</ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${method}">${wishes.methodContent ?? ''}</ds:SignatureMethod>`
  )
}

function references(wishes: Wishes, canonical: string, properties: string): string {
  const { xades } = wishes
  const parts: Record<string, string> = {
    D: reference(wishes, wishes.reference ?? ' URI=""', canonical, SEAL_TRANSFORMS),
    P: xades === undefined ? '' : propertiesReference(xades, properties),
  }
  const order = wishes.references ?? (xades === undefined ? 'D' : 'DP')
  return Array.from(order, (letter) => parts[letter] ?? '').join('')
}

interface DigestWish {
  readonly transforms?: string
  readonly digestHash?: string
  readonly digestMethod?: string
  readonly digest?: string
}

function reference(wishes: DigestWish, attributes: string, octets: string, transforms: string): string {
  return (
    `<ds:Reference${attributes}><ds:Transforms>${wishes.transforms ?? transforms}</ds:Transforms>` +
    `<ds:DigestMethod Algorithm="${wishes.digestMethod ?? SHA256}"></ds:DigestMethod>` +
    `<ds:DigestValue>${wishes.digest ?? digestOf(wishes.digestHash ?? 'sha256', octets)}</ds:DigestValue></ds:Reference>`
  )
}

const propertiesReference = (xades: XadesWish, properties: string): string =>
  reference(
    xades,
    xades.reference ?? ` Type="${SIGNED_PROPERTIES_TYPE}" URI="#${xades.propertiesId ?? 'props-1'}"`,
    properties,
    transform(EXCLUSIVE_C14N),
  )

/** SignedProperties in exclusive canonical form, as they stand in the document too. */
function forgeProperties(signer: TestIdentity, xades: XadesWish, other: TestIdentity): string {
  const named = xades.certificateOf === undefined ? signer : other
  const signed =
    xades.signed ??
    `<xades:SigningTime>${xades.signingTime ?? '2026-10-05T06:29:00Z'}</xades:SigningTime>` +
      '<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>' +
      `<ds:DigestMethod ${DS} Algorithm="${xades.certDigestMethod ?? SHA256}"></ds:DigestMethod>` +
      `<ds:DigestValue ${DS}>${digestOf('sha256', named.certificate.raw)}</ds:DigestValue>` +
      '</xades:CertDigest></xades:Cert></xades:SigningCertificateV2>'
  return (
    `<xades:SignedProperties xmlns:xades="${XADES}" Id="${xades.propertiesId ?? 'props-1'}">` +
    `<xades:SignedSignatureProperties>${signed}</xades:SignedSignatureProperties>${xades.more ?? ''}</xades:SignedProperties>`
  )
}

const objectOf = (xades: XadesWish, properties: string): string =>
  (
    xades.object ??
    `<ds:Object><xades:QualifyingProperties xmlns:xades="${XADES}" Target="${xades.target ?? `#${xades.signatureId ?? 'sig-1'}`}">` +
      '{{properties}}</xades:QualifyingProperties></ds:Object>'
  ).replaceAll('{{properties}}', () => properties)

function valueOf(signedInfo: string, signer: TestIdentity, { value = {}, hash = 'sha256' }: Wishes): string {
  if (value.text !== undefined) return value.text
  if (value.zeros !== undefined) return Buffer.alloc(value.zeros).toString('base64')
  if (value.hmac !== undefined)
    return createHmac('sha256', publicOctets(signer, value.hmac)).update(signedInfo).digest('base64')
  const dsaEncoding = value.der === true ? 'der' : 'ieee-p1363'
  return spell(sign(hash, Buffer.from(signedInfo), { key: signer.privateKeyPem, dsaEncoding }), value.spelling)
}

function publicOctets({ certificate, certificatePem }: TestIdentity, which: NonNullable<ValueWish['hmac']>) {
  if (which === 'certificate') return certificate.raw
  if (which === 'pem') return certificatePem
  return certificate.publicKey.export({ type: 'spki', format: 'der' })
}

function spell(value: Buffer, spelling: ValueWish['spelling']): string {
  const half = value.byteLength / 2
  const text = value.toString('base64')
  switch (spelling) {
    case undefined:
      return text
    case 'short':
      return value.subarray(1).toString('base64')
    case 'padded-halves':
      return Buffer.concat([Buffer.alloc(1), value.subarray(0, half), Buffer.alloc(1), value.subarray(half)]).toString(
        'base64',
      )
    case 'trailing':
      return Buffer.concat([value, Buffer.alloc(1)]).toString('base64')
    case 'lines':
      return text.replace(/.{64}/g, '$&\r\n')
    case 'url':
      return Buffer.concat([Buffer.from([0xfb, 0xff, 0xfe]), value.subarray(3)]).toString('base64url')
    case 'unpadded':
      return text.replace(/=+$/, '')
    case 'loose-bits':
      return text
        .replace(/.==$/, (end) => `${end.startsWith('B') ? 'C' : 'B'}==`)
        .replace(/([AEIMQUYcgkosw048])=$/, (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=`)
  }
}
