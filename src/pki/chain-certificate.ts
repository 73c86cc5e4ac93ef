import 'reflect-metadata'
import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { certificateBlocks } from './pem-certificates.ts'
import { NotACertificate } from './pki-errors.ts'

/** All that path validation and revocation need of one certificate, read once. */
export interface ChainCertificate {
  /** SHA-256 of the DER form, lower-case hex. */
  readonly sha256: string
  readonly der: Uint8Array
  /** For people; names are compared by their DER form. */
  readonly subject: string
  readonly subjectName: Buffer
  readonly issuerName: Buffer
  /** Hex, all octets that the certificate has. */
  readonly serialNumber: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly key: KeyObject
  /** For example `ECDSA with SHA-256`. */
  readonly signatureAlgorithm: string
  /** Absent where the extension is: the certificate says nothing then, which is not "no". */
  readonly basicConstraints?: { readonly authority: boolean; readonly pathLength?: number }
  /** Bits of `x509.KeyUsageFlags`. */
  readonly keyUsage?: number
  readonly extendedKeyUsage?: { readonly purposes: readonly string[]; readonly critical: boolean }
  readonly subjectKeyId?: string
  readonly authorityKeyId?: string
  /** Object identifiers of certificatePolicies. */
  readonly policies: readonly string[]
  /** Why its extensions cannot be accepted, for example a critical one that edno does not evaluate. */
  readonly extensionMistake?: string
  /** Addresses that the certificate itself names. */
  readonly ocspAddresses: readonly string[]
  readonly crlAddresses: readonly string[]
  readonly isSignedBy: (key: KeyObject) => boolean
}

/** What edno evaluates, or may safely take note of without evaluating (policies, qualified statements). */
const PROCESSED: ReadonlySet<string> = new Set([
  '2.5.29.14', // subjectKeyIdentifier
  '2.5.29.15', // keyUsage
  '2.5.29.17', // subjectAltName
  '2.5.29.19', // basicConstraints
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.32', // certificatePolicies
  '2.5.29.35', // authorityKeyIdentifier
  '2.5.29.37', // extKeyUsage
  '1.3.6.1.5.5.7.1.1', // authorityInfoAccess
  '1.3.6.1.5.5.7.1.3', // qcStatements
  '1.3.6.1.5.5.7.48.1.5', // id-pkix-ocsp-nocheck
])
/** Narrows what an authority may issue. edno does not evaluate it, so it cannot be passed over even where not critical. */
const NAME_CONSTRAINTS = '2.5.29.30'

const mistakeOf = (extensions: readonly x509.Extension[]): string | undefined => {
  const seen = new Set<string>()
  for (const { type, critical } of extensions) {
    // RFC 5280 §4.2: at most one of a kind.
    if (seen.has(type)) return `the extension ${type} stands twice`
    seen.add(type)
    if (type === NAME_CONSTRAINTS || (critical && !PROCESSED.has(type)))
      return `the extension ${type} is not evaluated by edno`
  }
  return undefined
}

const constraintsOf = (certificate: x509.X509Certificate): Pick<ChainCertificate, 'basicConstraints'> => {
  const found = certificate.getExtension(x509.BasicConstraintsExtension)
  if (found === null) return {}
  const { ca, pathLength } = found
  return { basicConstraints: { authority: ca, ...(pathLength === undefined ? {} : { pathLength }) } }
}

const usagesOf = (certificate: x509.X509Certificate): Pick<ChainCertificate, 'keyUsage' | 'extendedKeyUsage'> => {
  const usage = certificate.getExtension(x509.KeyUsagesExtension)
  const extended = certificate.getExtension(x509.ExtendedKeyUsageExtension)
  return {
    ...(usage === null ? {} : { keyUsage: usage.usages }),
    ...(extended === null
      ? {}
      : { extendedKeyUsage: { purposes: extended.usages.map(String), critical: extended.critical } }),
  }
}

const identifiersOf = (
  certificate: x509.X509Certificate,
): Pick<ChainCertificate, 'subjectKeyId' | 'authorityKeyId'> => {
  const subject = certificate.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId
  const authority = certificate.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId
  return {
    ...(subject === undefined ? {} : { subjectKeyId: subject }),
    ...(authority === undefined ? {} : { authorityKeyId: authority }),
  }
}

const addressesOf = (certificate: x509.X509Certificate): Pick<ChainCertificate, 'ocspAddresses' | 'crlAddresses'> => ({
  ocspAddresses: (certificate.getExtension(x509.AuthorityInfoAccessExtension)?.ocsp ?? [])
    .filter(({ type }) => type === 'url')
    .map(({ value }) => value),
  crlAddresses: (certificate.getExtension(x509.CRLDistributionPointsExtension)?.distributionPoints ?? [])
    .flatMap((point) => point.distributionPoint?.fullName ?? [])
    .flatMap((name) => name.uniformResourceIdentifier ?? []),
})

const algorithmOf = ({ name, hash }: x509.HashedAlgorithm): string =>
  `${name} with ${(hash as { readonly name?: string } | undefined)?.name ?? 'no digest'}`

/** With the octet of zero before a number that would else be negative: the library leaves it out, and questions about a certificate bear it. */
const asWritten = (serialNumber: string): string => (/^[89a-f]/.test(serialNumber) ? `00${serialNumber}` : serialNumber)

/** Reads one certificate, PEM or DER; judges nothing. Throws `NotACertificate`. */
export const readChainCertificate = (text: string | Uint8Array): ChainCertificate => {
  try {
    const certificate = new X509Certificate(text)
    const parsed = new x509.X509Certificate(certificate.raw)
    const mistake = mistakeOf(parsed.extensions)
    return {
      sha256: createHash('sha256').update(certificate.raw).digest('hex'),
      der: certificate.raw,
      subject: certificate.subject.split('\n').join(', '),
      subjectName: Buffer.from(parsed.subjectName.toArrayBuffer()),
      issuerName: Buffer.from(parsed.issuerName.toArrayBuffer()),
      serialNumber: asWritten(parsed.serialNumber.toLowerCase()),
      notBefore: parsed.notBefore,
      notAfter: parsed.notAfter,
      key: certificate.publicKey,
      signatureAlgorithm: algorithmOf(parsed.signatureAlgorithm),
      ...constraintsOf(parsed),
      ...usagesOf(parsed),
      ...identifiersOf(parsed),
      policies: parsed.getExtension(x509.CertificatePolicyExtension)?.policies ?? [],
      ...(mistake === undefined ? {} : { extensionMistake: mistake }),
      ...addressesOf(parsed),
      isSignedBy: (key) => certificate.verify(key),
    }
  } catch (error) {
    throw new NotACertificate('not an X.509 certificate', { cause: error })
  }
}

/** All certificates of a PEM file, in its order, or the one of a DER file. Throws `NotACertificate`. */
export const readBundle = (bytes: Uint8Array): readonly ChainCertificate[] => {
  const blocks = certificateBlocks(Buffer.from(bytes).toString('latin1'))
  return blocks.length === 0 ? [readChainCertificate(bytes)] : blocks.map((block) => readChainCertificate(block))
}
