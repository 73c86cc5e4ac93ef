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
  /** organizationIdentifier: a seal of a legal person. */
  readonly organisation?: string
  readonly usage?: x509.KeyUsageFlags
  readonly purposes?: readonly string[]
}

export interface PersonAuthority {
  readonly pem: string
  readonly issue: (wish?: PersonWish) => Promise<TestIdentity>
  /** A revocation list (DER) that names these. */
  readonly list: (revoked: readonly TestIdentity[]) => Promise<Uint8Array>
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
const nameOf = (who: string): x509.JsonName => [
  { C: ['BG'] },
  { O: [who] },
  { CN: ['Qualified CA NOT FOR PRODUCTION'] },
]
const DAY_MS = 86_400_000

export async function makePersonAuthority(who = 'Измислен доставчик'): Promise<PersonAuthority> {
  const name = nameOf(who)
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2099-12-31T00:00:00Z'),
    signingAlgorithm: EC,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(SIGNS_CERTIFICATES, true),
    ],
  })
  const list = async (revoked: readonly TestIdentity[]): Promise<Uint8Array> => {
    const made = await x509.X509CrlGenerator.create({
      issuer: authority.subject,
      thisUpdate: new Date(Date.now() - DAY_MS),
      nextUpdate: new Date(Date.now() + DAY_MS),
      entries: revoked.map(({ certificate }) => ({
        serialNumber: certificate.serialNumber,
        revocationDate: new Date('2026-01-02T00:00:00Z'),
        // Without a reason its library writes an empty list of extensions, which no list may hold (RFC 5280 §5.3).
        reason: x509.X509CrlReason.keyCompromise,
      })),
      signingAlgorithm: EC,
      signingKey: keys.privateKey,
    })
    return new Uint8Array(made.rawData)
  }
  return { pem: authority.toString('pem'), issue: (wish = {}) => issue({ key: keys.privateKey, name }, wish), list }
}

interface Issuer {
  readonly key: webcrypto.CryptoKey
  readonly name: x509.JsonName
}

const usageOf = ({ isAuthority, usage }: PersonWish): x509.KeyUsageFlags =>
  usage ?? (isAuthority === true ? SIGNS_CERTIFICATES : SIGNS_DOCUMENTS)

async function issue(issuer: Issuer, wish: PersonWish): Promise<TestIdentity> {
  const keys = await webcrypto.subtle.generateKey(wish.key === 'rsa' ? RSA : EC, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.create({
    subject: [
      { C: ['BG'] },
      ...(wish.identifiers ?? ['PNOBG-8427029967']).map((value) => ({ '2.5.4.5': [value] })),
      ...(wish.organisation === undefined ? [] : [{ '2.5.4.97': [wish.organisation] }]),
      { CN: ['Иван Примеров Измислен'] },
    ],
    issuer: issuer.name,
    notBefore: new Date(`${wish.notBefore ?? '2026-01-01'}T00:00:00Z`),
    notAfter: new Date(`${wish.notAfter ?? '2027-01-01'}T00:00:00Z`),
    signingAlgorithm: EC,
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    extensions: [
      new x509.BasicConstraintsExtension(wish.isAuthority === true, undefined, true),
      new x509.KeyUsagesExtension(usageOf(wish), true),
      ...(wish.purposes === undefined ? [] : [new x509.ExtendedKeyUsageExtension([...wish.purposes])]),
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
