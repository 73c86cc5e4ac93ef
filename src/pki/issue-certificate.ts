import 'reflect-metadata'
import { createPrivateKey, generateKeyPair, type KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { promisify } from 'node:util'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto as Crypto)

export type KeyType = 'ec-p256' | 'rsa-2048'
/** What the certificate is for; decides key usage and extended key usage. */
export type CertificateUse = 'server' | 'client' | 'seal' | 'time-stamp'

export interface CertificateSubject {
  readonly commonName: string
  readonly organisation?: string
  /** organizationIdentifier (OID 2.5.4.97, ETSI EN 319 412-1), for example `NTRBG-999999995`. */
  readonly organisationIdentifier?: string
}

export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** A certificate with its private key, both PEM; the key is PKCS #8. */
export interface KeyedCertificate {
  readonly certificate: string
  readonly key: string
}

export interface CertificateOrder extends Validity {
  readonly subject: CertificateSubject
  readonly use: CertificateUse
  readonly keyType: KeyType
  /** Names of a server: DNS names and IP addresses. */
  readonly hosts?: readonly string[]
}

const generate = promisify(generateKeyPair)

const makeKeys = (type: KeyType): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> =>
  type === 'rsa-2048' ? generate('rsa', { modulusLength: 2048 }) : generate('ec', { namedCurve: 'prime256v1' })

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Authorities have EC P-256 keys. */
const signingKeyOf = (authority: KeyedCertificate): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' }),
    EC,
    false,
    ['sign'],
  )

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

const nameOf = (subject: CertificateSubject): x509.JsonName => [
  ...(subject.organisation === undefined ? [] : [{ O: [subject.organisation] }]),
  ...(subject.organisationIdentifier === undefined ? [] : [{ '2.5.4.97': [subject.organisationIdentifier] }]),
  { CN: [subject.commonName] },
]

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
const serialNumber = (): string => `4${randomBytes(16).toString('hex').slice(1)}`

const { digitalSignature, keyCertSign, cRLSign, nonRepudiation } = x509.KeyUsageFlags

const useExtensions = (order: CertificateOrder): x509.Extension[] => {
  if (order.use === 'seal') return [new x509.KeyUsagesExtension(digitalSignature | nonRepudiation, true)]
  if (order.use === 'time-stamp')
    // RFC 3161 §2.3: critical, and nothing else.
    return [
      new x509.KeyUsagesExtension(digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.timeStamping], true),
    ]
  const purpose = order.use === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth
  const names = (order.hosts ?? []).map(
    (value): x509.JsonGeneralName => (/^[\d.]+$|:/.test(value) ? { type: 'ip', value } : { type: 'dns', value }),
  )
  return [
    new x509.KeyUsagesExtension(digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([purpose]),
    ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
  ]
}

/** Makes a key and a certificate for it, issued by `authority`. The dates are as ordered, also where they lie in the past. */
export const issueCertificate = async (
  authority: KeyedCertificate,
  order: CertificateOrder,
): Promise<KeyedCertificate> => {
  const keys = await makeKeys(order.keyType)
  const publicKey = new x509.PublicKey(keys.publicKey.export({ type: 'spki', format: 'der' }))
  const issuer = new x509.X509Certificate(authority.certificate)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(order.subject),
    issuer: issuer.subjectName.toJSON(),
    notBefore: order.notBefore,
    notAfter: order.notAfter,
    signingAlgorithm: EC,
    publicKey,
    signingKey: await signingKeyOf(authority),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...useExtensions(order),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key: pemOf(keys.privateKey) }
}

/** Makes a self-signed authority (EC P-256) that may issue end-entity certificates only. */
export const issueAuthority = async (subject: CertificateSubject, validity: Validity): Promise<KeyedCertificate> => {
  const keys = await makeKeys('ec-p256')
  const publicKey = new x509.PublicKey(keys.publicKey.export({ type: 'spki', format: 'der' }))
  const key = pemOf(keys.privateKey)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(subject),
    issuer: nameOf(subject),
    notBefore: validity.notBefore,
    notAfter: validity.notAfter,
    signingAlgorithm: EC,
    publicKey,
    signingKey: await signingKeyOf({ certificate: '', key }),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key }
}
