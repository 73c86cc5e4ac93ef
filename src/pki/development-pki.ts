import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CertificateOrder, CertificateSubject, KeyedCertificate } from './issue-certificate.ts'
import { keepKeyed, makeOnce, underLock } from './key-files.ts'
import { newRandomKey, newSigningKey } from './secret-keys.ts'

/** A party as far as its certificates are concerned. */
export interface CertifiedParty {
  readonly id: string
  readonly eik?: string
}

export interface KeyFiles {
  readonly certificateFile: string
  readonly keyFile: string
}

/** Absolute file names; every file exists and is good for more than three days. */
export interface DevelopmentPki {
  readonly caFile: string
  readonly broker: {
    /** The server's certificate of the front door. */
    readonly tls: KeyFiles
    /** The client's certificate towards registries. */
    readonly client: KeyFiles
    /** The key that signs answers. */
    readonly seal: KeyFiles
    /** Authorities whose client certificates the front door lets in: the development CA. */
    readonly clientAuthoritiesFile: string
    /** Ed25519, PKCS #8 PEM. */
    readonly logKeyFile: string
    /** 32 random bytes, 64 hex digits: the key that wraps the keys of stored payloads. */
    readonly payloadKeyFile: string
    /** 32 random bytes, 64 hex digits: marks officials. */
    readonly searchKeyFile: string
    /** Ed25519, PKCS #8 PEM: signs callbacks. */
    readonly callbackKeyFile: string
  }
  /** The server's certificate of the simulated registries. */
  readonly registries: KeyFiles
  /** With which they sign their answers; RSA, as RegiX does. */
  readonly registrySeal: KeyFiles
  /** For a time-stamping authority beside edno, to try answers in XAdES-B-T with. */
  readonly stamps: KeyFiles
  readonly parties: ReadonlyMap<string, { readonly tls: KeyFiles; readonly seal: KeyFiles }>
}

export interface DevelopmentPkiOptions {
  /** Absolute; made with mode 0700. */
  readonly folder: string
  readonly parties: readonly CertifiedParty[]
  readonly now: Date
}

const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3650
const LEAF_DAYS = 90
/** Clocks of two machines differ; a certificate made now must be good there too. */
const BACKDATE_MS = 3_600_000
const LOOPBACK = ['localhost', '127.0.0.1', '::1']
const MARK = 'NOT FOR PRODUCTION'
/** Both signature algorithms live in the demonstration: this party seals with RSA, the others with EC. */
const RSA_SEAL = 'troyan'

const filesAt = (folder: string, name: string): KeyFiles => ({
  certificateFile: join(folder, `${name}.crt`),
  keyFile: join(folder, `${name}.key`),
})

const subjectOf = (name: string, eik?: string): CertificateSubject => ({
  organisation: `edno development, ${MARK}`,
  commonName: `${name}, ${MARK}`,
  ...(eik === undefined ? {} : { organisationIdentifier: `NTRBG-${eik}` }),
})

interface Leaf extends Pick<CertificateOrder, 'subject' | 'use' | 'keyType' | 'hosts'> {
  readonly files: KeyFiles
}

const brokerLeaves = (folder: string): readonly Leaf[] => {
  const leaf = (name: string, use: Leaf['use'], keyType: Leaf['keyType'], hosts?: readonly string[]): Leaf => ({
    files: filesAt(join(folder, 'broker'), name),
    subject: subjectOf(`edno broker ${name}`),
    use,
    keyType,
    ...(hosts === undefined ? {} : { hosts }),
  })
  // WS-Security, by which SOAP registries are asked, takes RSA alone.
  const client = leaf('client', 'client', 'rsa-2048')
  return [leaf('tls', 'server', 'ec-p256', LOOPBACK), client, leaf('seal', 'seal', 'ec-p256')]
}

const registriesLeaf = (folder: string): Leaf => ({
  files: filesAt(join(folder, 'registries'), 'tls'),
  subject: subjectOf('simulated registries'),
  use: 'server',
  keyType: 'ec-p256',
  hosts: LOOPBACK,
})

const registrySealLeaf = (folder: string): Leaf => ({
  files: filesAt(join(folder, 'registries'), 'seal'),
  subject: subjectOf('simulated registries, seal'),
  use: 'seal',
  keyType: 'rsa-2048',
})

const stampsLeaf = (folder: string): Leaf => ({
  files: filesAt(join(folder, 'stamps'), 'tsa'),
  subject: subjectOf('time stamps'),
  use: 'time-stamp',
  keyType: 'ec-p256',
})

const partyLeaves = (folder: string, party: CertifiedParty): readonly Leaf[] => {
  const place = join(folder, 'parties', party.id)
  return [
    {
      files: filesAt(place, 'tls'),
      subject: subjectOf(`${party.id} tls`, party.eik),
      use: 'client',
      keyType: 'ec-p256',
    },
    {
      files: filesAt(place, 'seal'),
      subject: subjectOf(`${party.id} seal`, party.eik),
      use: 'seal',
      keyType: party.id === RSA_SEAL ? 'rsa-2048' : 'ec-p256',
    },
  ]
}

const validFor = (now: Date, days: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(now.getTime() - BACKDATE_MS),
  notAfter: new Date(now.getTime() + days * DAY_MS),
})

/** Loaded only where something must be issued: most starts find everything in place. */
const issuing = (): Promise<typeof import('./issue-certificate.ts')> => import('./issue-certificate.ts')

const keepAuthority = (folder: string, now: Date): Promise<KeyedCertificate> =>
  keepKeyed({ files: filesAt(folder, 'ca'), now }, async () =>
    (await issuing()).issueAuthority(subjectOf('edno development CA'), validFor(now, AUTHORITY_DAYS)),
  )

const keepLeaf = (leaf: Leaf, authority: KeyedCertificate, now: Date): Promise<KeyedCertificate> =>
  keepKeyed({ files: leaf.files, now, issuer: authority.certificate, subject: leaf.subject }, async () =>
    (await issuing()).issueCertificate(authority, { ...leaf, ...validFor(now, LEAF_DAYS) }),
  )

const layout = (options: DevelopmentPkiOptions): DevelopmentPki => {
  const broker = join(options.folder, 'broker')
  const caFile = filesAt(options.folder, 'ca').certificateFile
  return {
    caFile,
    broker: {
      tls: filesAt(broker, 'tls'),
      client: filesAt(broker, 'client'),
      seal: filesAt(broker, 'seal'),
      clientAuthoritiesFile: caFile,
      logKeyFile: join(broker, 'log.key'),
      payloadKeyFile: join(broker, 'payload.key'),
      searchKeyFile: join(broker, 'search.key'),
      callbackKeyFile: join(broker, 'callback.key'),
    },
    registries: filesAt(join(options.folder, 'registries'), 'tls'),
    registrySeal: filesAt(join(options.folder, 'registries'), 'seal'),
    stamps: filesAt(join(options.folder, 'stamps'), 'tsa'),
    parties: new Map(
      options.parties.map(({ id }) => {
        const place = join(options.folder, 'parties', id)
        return [id, { tls: filesAt(place, 'tls'), seal: filesAt(place, 'seal') }]
      }),
    ),
  }
}

/**
 * Makes what is missing, renews what ends within three days, leaves the rest: a second run changes nothing. The log key,
 * the payload key, the search key and the key of callbacks are made once and never replaced. Never for production. Throws `PkiUnusable`, or the file system's error.
 */
export const ensureDevelopmentPki = async (options: DevelopmentPkiOptions): Promise<DevelopmentPki> => {
  const { folder, now } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const files = layout(options)
  await underLock(folder, async () => {
    const authority = await keepAuthority(folder, now)
    const leaves = [
      ...brokerLeaves(folder),
      registriesLeaf(folder),
      registrySealLeaf(folder),
      stampsLeaf(folder),
      ...options.parties.flatMap((party) => partyLeaves(folder, party)),
    ]
    await Promise.all(leaves.map((leaf) => keepLeaf(leaf, authority, now)))
    makeOnce(files.broker.logKeyFile, newSigningKey)
    makeOnce(files.broker.callbackKeyFile, newSigningKey)
    makeOnce(files.broker.payloadKeyFile, newRandomKey)
    makeOnce(files.broker.searchKeyFile, newRandomKey)
  })
  return files
}
