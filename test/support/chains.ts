import 'reflect-metadata'
import { KeyObject, randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { type ChainCertificate, readChainCertificate } from '../../src/pki/chain-certificate.ts'

x509.cryptoProvider.set(webcrypto as Crypto)

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000
const { digitalSignature, keyCertSign, cRLSign, nonRepudiation } = x509.KeyUsageFlags

export const NOW = new Date('2030-06-15T12:00:00Z')

/** A certificate with its key, as tests of paths want them: as right or as wrong as was wished. */
export interface Made {
  readonly pem: string
  readonly keyPem: string
  readonly keys: webcrypto.CryptoKeyPair
  readonly read: ChainCertificate
}

export interface Wish {
  /** Absent for a certificate that issues itself. */
  readonly issuer?: Made
  /** A name other than the issuer's. */
  readonly issuerName?: string
  /** Keys to be certified again, for cross-signed authorities and renewals. */
  readonly keys?: webcrypto.CryptoKeyPair
  readonly from?: Date
  readonly until?: Date
  /** Instead of the usual ones; undefined members leave an extension out. */
  readonly constraints?: x509.BasicConstraintsExtension | 'none'
  readonly usage?: x509.KeyUsageFlags | 'none'
  readonly more?: readonly x509.Extension[]
  readonly hash?: 'SHA-1' | 'SHA-256'
}

const usageOf = (usage: Wish['usage'], usual: x509.Extension): x509.Extension[] => {
  if (usage === undefined) return [usual]
  return usage === 'none' ? [] : [new x509.KeyUsagesExtension(usage, true)]
}

const extensionsOf = async (
  wish: Wish,
  keys: webcrypto.CryptoKeyPair,
  authority: boolean,
): Promise<x509.Extension[]> => {
  const constraints = wish.constraints ?? new x509.BasicConstraintsExtension(authority, undefined, true)
  const usual = authority
    ? new x509.KeyUsagesExtension(keyCertSign | cRLSign, true)
    : new x509.KeyUsagesExtension(digitalSignature | nonRepudiation, true)
  return [
    ...(constraints === 'none' ? [] : [constraints]),
    ...usageOf(wish.usage, usual),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(wish.issuer?.keys.publicKey ?? keys.publicKey),
    ...(wish.more ?? []),
  ]
}

const make = async (name: string, wish: Wish, authority: boolean): Promise<Made> => {
  const keys = wish.keys ?? (await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']))
  const certificate = await x509.X509CertificateGenerator.create({
    // Its first bit is set, as that of half of the numbers that authorities draw.
    serialNumber: `8f${randomBytes(8).toString('hex')}`,
    subject: `CN=${name}`,
    issuer: wish.issuerName ?? wish.issuer?.read.subject ?? `CN=${name}`,
    notBefore: wish.from ?? new Date(NOW.getTime() - 30 * DAY_MS),
    notAfter: wish.until ?? new Date(NOW.getTime() + 365 * DAY_MS),
    signingAlgorithm: { ...EC, hash: wish.hash ?? 'SHA-256' },
    publicKey: keys.publicKey,
    signingKey: (wish.issuer?.keys ?? keys).privateKey,
    extensions: await extensionsOf(wish, keys, authority),
  })
  const pem = certificate.toString('pem')
  const keyPem = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
  return { pem, keyPem, keys, read: readChainCertificate(pem) }
}

export const makeAuthority = (name: string, wish: Wish = {}): Promise<Made> => make(name, wish, true)
export const makeLeaf = (name: string, wish: Wish): Promise<Made> => make(name, wish, false)
