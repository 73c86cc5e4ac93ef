import { type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PartyId } from '../model/ids.ts'
import { type Certificate, readCertificate } from '../pki/read-certificate.ts'
import type { LocatedMistake } from '../schema/read-yaml.ts'
import type { Governance, Party } from './governance.ts'
import { GovernanceRefused } from './governance-refused.ts'

/** A certificate that stands for a party; whoever uses it judges its dates. */
export interface RegisteredCertificate {
  readonly party: PartyId
  readonly key: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
}

export interface CertificateFinder {
  /** By SHA-256 of the DER certificate, lower-case hex. */
  readonly find: (sha256Hex: string) => RegisteredCertificate | undefined
}

export interface CertificateDirectories {
  /** Certificates that sign applications. */
  readonly seals: CertificateFinder
  /** Certificates of connections. */
  readonly connections: CertificateFinder
  /** Files that are named but not there: those parties cannot be told yet. */
  readonly warnings: readonly string[]
}

export interface DirectoryOptions {
  /** Absolute; the files of parties are below it. */
  readonly dataDirectory: string
  /** Production refuses certificates of the development PKI. */
  readonly environment: 'development' | 'production'
}

interface Reading extends DirectoryOptions {
  readonly warnings: string[]
  readonly mistakes: LocatedMistake[]
}

const readFile = (file: string, reading: Reading): Certificate | undefined => {
  const path = join(reading.dataDirectory, file)
  if (!existsSync(path)) {
    reading.warnings.push(`${path} does not exist`)
    return undefined
  }
  try {
    const certificate = readCertificate(readFileSync(path))
    if (reading.environment === 'development' || !/NOT FOR PRODUCTION/.test(certificate.subject)) return certificate
    reading.mistakes.push({ file: path, line: 1, message: 'is a certificate of the development PKI' })
  } catch {
    reading.mistakes.push({ file: path, line: 1, message: 'is not a certificate' })
  }
  return undefined
}

/** One certificate stands for one party; otherwise the signature of one would be taken for that of another. */
const finderOf = (
  parties: Iterable<Party>,
  use: keyof Party['certificates'],
  owners: Map<string, PartyId>,
  reading: Reading,
): CertificateFinder => {
  const found = new Map<string, RegisteredCertificate>()
  for (const { id, certificates } of parties) {
    for (const file of certificates[use]) {
      const certificate = readFile(file, reading)
      if (certificate === undefined) continue
      const owner = owners.get(certificate.sha256) ?? id
      owners.set(certificate.sha256, owner)
      if (owner !== id) {
        const message = `the same certificate stands for ${owner} and for ${id}`
        reading.mistakes.push({ file: join(reading.dataDirectory, file), line: 1, message })
      }
      const { key, notBefore, notAfter } = certificate
      found.set(certificate.sha256, { party: id, key, notBefore, notAfter })
    }
  }
  return { find: (sha256Hex) => found.get(sha256Hex) }
}

/** Reads the certificate files of all parties, suspended ones too. Throws `GovernanceRefused` for a file that is wrong. */
export const openCertificates = (governance: Governance, options: DirectoryOptions): CertificateDirectories => {
  const reading: Reading = { ...options, warnings: [], mistakes: [] }
  const owners = new Map<string, PartyId>()
  const parties = [...governance.parties.values()]
  const directories = {
    seals: finderOf(parties, 'seal', owners, reading),
    connections: finderOf(parties, 'tls', owners, reading),
    warnings: reading.warnings,
  }
  if (reading.mistakes.length > 0) throw new GovernanceRefused(reading.mistakes)
  return directories
}
