import 'reflect-metadata'
import { createHash, KeyObject, webcrypto, X509Certificate } from 'node:crypto'
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509'
import { partyId } from '../../src/model/ids.ts'
import { fileSealer, type Sealer } from '../../src/signature/seal-xml.ts'
import type { CertificateDirectory, RegisteredCertificate } from '../../src/signature/verify-seal.ts'

export type KeyKind = 'rsa-2048' | 'rsa-1024' | 'p-256' | 'p-384'

/** A self-signed certificate of an invented administration, with its key; made at run time, never stored. */
export interface TestIdentity {
  readonly party: string
  readonly certificatePem: string
  readonly privateKeyPem: string
  readonly certificate: X509Certificate
  /** SHA-256 of the DER certificate, lower-case hex. */
  readonly fingerprint: string
}

const ALGORITHMS = {
  'rsa-2048': rsa(2048),
  'rsa-1024': rsa(1024),
  'p-256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'p-384': { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-256' },
} as const

function rsa(modulusLength: number) {
  return {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  } as const
}

export async function makeIdentity(party: string, kind: KeyKind, notAfter = '2099-12-31'): Promise<TestIdentity> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHMS[kind], true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${party} NOT FOR PRODUCTION`,
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date(`${notAfter}T00:00:00Z`),
    signingAlgorithm: ALGORITHMS[kind],
    keys,
    extensions: [new BasicConstraintsExtension(false)],
  })
  const certificatePem = made.toString('pem')
  const certificate = new X509Certificate(certificatePem)
  return {
    party,
    certificatePem,
    privateKeyPem: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate,
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
  }
}

export const sealerOf = (identity: TestIdentity): Sealer => fileSealer(identity.certificatePem, identity.privateKeyPem)

/** A directory in which these identities are registered. */
export function directoryOf(...identities: readonly TestIdentity[]): CertificateDirectory {
  const known = new Map(identities.map((identity) => [identity.fingerprint, registered(identity)]))
  return { find: (fingerprint) => known.get(fingerprint) }
}

function registered({ party, certificate }: TestIdentity): RegisteredCertificate {
  return {
    party: partyId(party),
    key: certificate.publicKey,
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
  }
}
