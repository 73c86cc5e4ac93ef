import {
  type CertificateOrder,
  issueAuthority,
  issueCertificate,
  type KeyedCertificate,
} from '../../src/pki/issue-certificate.ts'
import { type Certificate, readCertificate } from '../../src/pki/read-certificate.ts'

const DAY_MS = 86_400_000

/** A leaf as tests want it: PEM texts, and the certificate as edno reads it. */
export interface TestLeaf extends KeyedCertificate {
  readonly read: Certificate
}

export type LeafWish = Partial<Omit<CertificateOrder, 'subject'>> & { readonly organisationIdentifier?: string }

export interface TestPki {
  /** PEM. */
  readonly ca: string
  /** Any leaf under the authority: by default an EC seal that is in force now. */
  readonly leaf: (name: string, wish?: LeafWish) => Promise<TestLeaf>
  /** A leaf whose validity ended yesterday. */
  readonly expired: (name: string, wish?: LeafWish) => Promise<TestLeaf>
  /** A leaf of the same name under an authority nobody knows. */
  readonly stranger: (name: string, wish?: LeafWish) => Promise<TestLeaf>
}

const inForce = (): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Date.now() - DAY_MS),
  notAfter: new Date(Date.now() + 30 * DAY_MS),
})

const orderLeaf = async (authority: KeyedCertificate, name: string, wish: LeafWish = {}): Promise<TestLeaf> => {
  const { organisationIdentifier, ...rest } = wish
  const made = await issueCertificate(authority, {
    subject: {
      commonName: `${name}, test`,
      ...(organisationIdentifier === undefined ? {} : { organisationIdentifier }),
    },
    use: 'seal',
    keyType: 'ec-p256',
    ...inForce(),
    ...rest,
  })
  return { ...made, read: readCertificate(made.certificate) }
}

/** An authority in memory and whatever leaves a test asks for; nothing is written to disk. */
export const testPki = async (): Promise<TestPki> => {
  const authority = await issueAuthority({ commonName: 'test CA' }, inForce())
  const unknown = await issueAuthority({ commonName: 'test CA' }, inForce())
  const ended = { notBefore: new Date(Date.now() - 10 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) }
  return {
    ca: authority.certificate,
    leaf: (name, wish) => orderLeaf(authority, name, wish),
    expired: (name, wish) => orderLeaf(authority, name, { ...wish, ...ended }),
    stranger: (name, wish) => orderLeaf(unknown, name, wish),
  }
}
