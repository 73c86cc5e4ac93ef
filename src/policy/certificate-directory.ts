import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PartyId } from '../model/ids.ts'
import { readBundle } from '../pki/chain-certificate.ts'
import type { DatedCertificate } from '../pki/expiry.ts'
import { spkiSha256 } from '../pki/spki.ts'
import type { OfferedCertificate, Trust } from '../pki/trust.ts'
import type { LocatedMistake } from '../schema/read-yaml.ts'
import type { Governance, Party } from './governance.ts'
import { GovernanceRefused } from './governance-refused.ts'
import { withPinnedKeys } from './pinned-keys.ts'
import type { CertificateFinder, RegisteredCertificate } from './registered-certificate.ts'

export type { CertificateFinder } from './registered-certificate.ts'

export interface CertificateDirectories {
  /** Certificates that sign applications. */
  readonly seals: CertificateFinder
  /** Certificates of connections. */
  readonly connections: CertificateFinder
  /** SHA-256 of each certificate of a party, of both kinds. */
  readonly certificatesOf: (party: PartyId) => readonly string[]
  /** Keys of a party's seals: SHA-256 of each SubjectPublicKeyInfo, lower-case hex. */
  readonly keysOf: (party: PartyId) => readonly string[]
  /** The same of its connections, by which questions of RegiX come. */
  readonly connectionKeysOf: (party: PartyId) => readonly string[]
  /** Files that are named but not there: those parties cannot be told yet. */
  readonly warnings: readonly string[]
  /** All of them, for whoever must be told that they end; of a pinned key the one that lasts longest of those seen. */
  readonly dated: readonly DatedCertificate[]
}

export interface DirectoryOptions {
  /** Absolute; the files of parties are below it. */
  readonly dataDirectory: string
  /** Production refuses certificates of the development PKI. */
  readonly environment: 'development' | 'production'
  /** Judges the path of each certificate; one that is wrong is a mistake, one that is out of its dates a warning. */
  readonly trust: Pick<Trust, 'pathOf'>
  readonly now: Date
}

interface Reading extends DirectoryOptions {
  readonly warnings: string[]
  readonly mistakes: LocatedMistake[]
  readonly dated: DatedCertificate[]
}

type Use = 'tls' | 'seal'

const readFile = (path: string, reading: Reading): OfferedCertificate | undefined => {
  if (!existsSync(path)) {
    reading.warnings.push(`${path} does not exist`)
    return undefined
  }
  try {
    const [certificate, ...offered] = readBundle(readFileSync(path))
    return certificate === undefined ? undefined : { certificate, offered }
  } catch {
    reading.mistakes.push({ file: path, line: 1, message: 'is not a certificate' })
    return undefined
  }
}

/** May this certificate stand for a party? Its end is not judged here: the refusal of whoever uses it says that. */
const isAccepted = (held: OfferedCertificate, use: Use, path: string, reading: Reading): boolean => {
  const refuse = (message: string): false => {
    reading.mistakes.push({ file: path, line: 1, message })
    return false
  }
  if (reading.environment === 'production' && /NOT FOR PRODUCTION/.test(held.certificate.subject))
    return refuse('is a certificate of the development PKI')
  const { failed } = reading.trust.pathOf(held, use === 'seal' ? 'seal' : 'tls-client', reading.now)
  if (failed === undefined) return true
  const where = failed.detail === undefined ? '' : ` (${failed.detail})`
  if (failed.check !== 'dates') return refuse(`is not trusted: ${failed.check}${where}`)
  reading.warnings.push(`${path} is outside its dates${where}`)
  return true
}

/** Notes whose these are; a sentence where one of them is another's. */
const takenBy = (
  id: PartyId,
  names: Readonly<Record<string, string>>,
  owners: Map<string, PartyId>,
): string | undefined => {
  const taken = Object.entries(names).find(([, name]) => (owners.get(name) ?? id) !== id)
  for (const name of Object.values(names)) if (!owners.has(name)) owners.set(name, id)
  return taken === undefined ? undefined : `the same ${taken[0]} stands for ${owners.get(taken[1])} and for ${id}`
}

/**
 * One certificate, and one key, stands for one party; otherwise the signature of one would be taken for that of another.
 */
const registeredFor = (
  parties: Iterable<Party>,
  use: Use,
  owners: Map<string, PartyId>,
  reading: Reading,
): ReadonlyMap<string, RegisteredCertificate> => {
  const found = new Map<string, RegisteredCertificate>()
  for (const { id, certificates } of parties) {
    for (const file of certificates[use]) {
      const path = join(reading.dataDirectory, file)
      const held = readFile(path, reading)
      if (held === undefined || !isAccepted(held, use, path, reading)) continue
      const { sha256, key, notBefore, notAfter } = held.certificate
      const other = takenBy(id, { certificate: sha256, key: spkiSha256(key) }, owners)
      if (other !== undefined) reading.mistakes.push({ file: path, line: 1, message: other })
      reading.dated.push({ owner: id, use, notAfter })
      found.set(sha256, { party: id, key, notBefore, notAfter, held })
    }
  }
  return found
}

const finderOf = (registered: ReadonlyMap<string, RegisteredCertificate>): CertificateFinder => ({
  find: (sha256Hex) => registered.get(sha256Hex),
})

/** Of registered certificates and pinned, each once. */
const keysOf = (
  registered: ReadonlyMap<string, RegisteredCertificate>,
  pinnedBy: (party: PartyId) => readonly string[] | undefined,
): ((party: PartyId) => readonly string[]) => {
  const keys = new Map<PartyId, readonly string[]>()
  for (const { party, key } of registered.values()) keys.set(party, [...(keys.get(party) ?? []), spkiSha256(key)])
  return (party) => [...new Set([...(keys.get(party) ?? []), ...(pinnedBy(party) ?? [])])]
}

/** Pinned keys of all parties; a key stands for one party, whichever way it is registered. */
const pinsFor = (
  parties: Iterable<Party>,
  use: Use,
  owners: Map<string, PartyId>,
  reading: Reading,
): ReadonlyMap<string, PartyId> => {
  const pins = new Map<string, PartyId>()
  for (const { id, certificates } of parties) {
    for (const key of certificates[`${use}Keys`] ?? []) {
      const other = takenBy(id, { key }, owners)
      if (other !== undefined) reading.mistakes.push({ file: `${use}Keys of ${id}`, line: 1, message: other })
      pins.set(key, id)
    }
  }
  return pins
}

/**
 * Notes how long the certificates of a pinned key last, as they come: nobody registers them. One that is not trusted is
 * not noted: anybody can write a certificate over a key that is public.
 */
const lastingOf =
  (use: Use, seen: Map<string, DatedCertificate>, { trust }: DirectoryOptions) =>
  ({ party, key, notBefore, notAfter, held }: RegisteredCertificate): void => {
    const name = `${use} ${spkiSha256(key)}`
    const known = seen.get(name)
    if (known !== undefined && known.notAfter >= notAfter) return
    // As of its own days: whether it has ended already is what is asked.
    if (trust.pathOf(held, use === 'seal' ? 'seal' : 'tls-client', notBefore).failed !== undefined) return
    seen.set(name, { owner: party, use: `pinned ${use}`, notAfter })
  }

/** Reads the certificate files of all parties, suspended ones too. Throws `GovernanceRefused` for a file that is wrong. */
export const openCertificates = (governance: Governance, options: DirectoryOptions): CertificateDirectories => {
  const reading: Reading = { ...options, warnings: [], mistakes: [], dated: [] }
  const owners = new Map<string, PartyId>()
  const parties = [...governance.parties.values()]
  const seals = registeredFor(parties, 'seal', owners, reading)
  const connections = registeredFor(parties, 'tls', owners, reading)
  const pinned = { seal: pinsFor(parties, 'seal', owners, reading), tls: pinsFor(parties, 'tls', owners, reading) }
  const certificatesOf = (party: PartyId) => governance.parties.get(party)?.certificates
  const seen = new Map<string, DatedCertificate>()
  const directories = {
    seals: withPinnedKeys(finderOf(seals), pinned.seal, options.environment, lastingOf('seal', seen, options)),
    connections: withPinnedKeys(
      finderOf(connections),
      pinned.tls,
      options.environment,
      lastingOf('tls', seen, options),
    ),
    certificatesOf: (party: PartyId) =>
      [...seals, ...connections].flatMap(([sha256, each]) => (each.party === party ? [sha256] : [])),
    keysOf: keysOf(seals, (party) => certificatesOf(party)?.sealKeys),
    connectionKeysOf: keysOf(connections, (party) => certificatesOf(party)?.tlsKeys),
    warnings: reading.warnings,
    get dated() {
      return [...reading.dated, ...seen.values()]
    },
  }
  if (reading.mistakes.length > 0) throw new GovernanceRefused(reading.mistakes)
  return directories
}
