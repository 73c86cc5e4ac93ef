import 'reflect-metadata'
import { createHash, KeyObject, webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { TestIdentity } from './certificates.ts'

/** A certificate of an invented person as a КЕП provider would make it; made at run time, never stored. */
export interface PersonWish {
  /** Values of serialNumber in the subject. */
  readonly identifiers?: readonly string[]
  readonly key?: 'rsa' | 'ec'
  /** Certificate policy: how the key is kept (card, cloud, mobile). */
  readonly policy?: string
  readonly notBefore?: string
  readonly notAfter?: string
  readonly isAuthority?: boolean
}

export interface PersonAuthority {
  readonly pem: string
  readonly issue: (wish?: PersonWish) => Promise<TestIdentity>
}

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
}
const SIGNS_DOCUMENTS: x509.KeyUsageFlags = x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation
const SIGNS_CERTIFICATES: x509.KeyUsageFlags = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign
const NAME = [{ C: ['BG'] }, { O: ['Измислен доставчик'] }, { CN: ['Qualified CA NOT FOR PRODUCTION'] }]

export async function makePersonAuthority(): Promise<PersonAuthority> {
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: NAME,
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2099-12-31T00:00:00Z'),
    signingAlgorithm: EC,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(SIGNS_CERTIFICATES, true),
    ],
  })
  return { pem: authority.toString('pem'), issue: (wish = {}) => issue(keys.privateKey, wish) }
}

async function issue(signingKey: webcrypto.CryptoKey, wish: PersonWish): Promise<TestIdentity> {
  const keys = await webcrypto.subtle.generateKey(wish.key === 'rsa' ? RSA : EC, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.create({
    subject: [
      { C: ['BG'] },
      ...(wish.identifiers ?? ['PNOBG-8427029967']).map((value) => ({ '2.5.4.5': [value] })),
      { CN: ['Иван Примеров Измислен'] },
    ],
    issuer: NAME,
    notBefore: new Date(`${wish.notBefore ?? '2026-01-01'}T00:00:00Z`),
    notAfter: new Date(`${wish.notAfter ?? '2027-01-01'}T00:00:00Z`),
    signingAlgorithm: EC,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(wish.isAuthority === true, undefined, true),
      new x509.KeyUsagesExtension(wish.isAuthority === true ? SIGNS_CERTIFICATES : SIGNS_DOCUMENTS, true),
      ...(wish.policy === undefined ? [] : [new x509.CertificatePolicyExtension([wish.policy])]),
    ],
  })
  const certificatePem = made.toString('pem')
  const certificate = new X509Certificate(certificatePem)
  return {
    party: 'person',
    certificatePem,
    privateKeyPem: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate,
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
  }
}
