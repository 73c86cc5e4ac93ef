import { createPrivateKey, X509Certificate } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CertificateSubject, KeyedCertificate } from './issue-certificate.ts'
import { PkiUnusable } from './pki-errors.ts'

/** Renewed when it would end within this time. */
const RENEW_MS = 3 * 86_400_000
const LOCK_PATIENCE_MS = 20_000
const LOCK_STALE_MS = 15_000

interface Content {
  readonly text: string
  readonly mode: number
  /** Wait for the disk: for what cannot be made anew. */
  readonly durable: boolean
}

/** Under a name of its own first, so that a crash leaves the old file or the new one, never half of one. */
const writeWhole = (file: string, { text, mode, durable }: Content): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}.draft`
  rmSync(draft, { force: true })
  const handle = openSync(draft, 'wx', mode)
  try {
    writeSync(handle, text)
    if (durable) fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(draft, file)
}

export interface KeptFiles {
  readonly files: { readonly certificateFile: string; readonly keyFile: string }
  readonly now: Date
  /** PEM of the issuer; absent for an authority, which issued itself. */
  readonly issuer?: string
  /** Where given, the certificate must name this subject. */
  readonly subject?: CertificateSubject
}

const read = (kept: KeptFiles): KeyedCertificate | undefined => {
  const { certificateFile, keyFile } = kept.files
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined
  return { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
}

const namesSubject = (certificate: X509Certificate, subject: CertificateSubject | undefined): boolean => {
  if (subject === undefined) return true
  const named: Readonly<Record<string, unknown>> = certificate.toLegacyObject().subject
  return named['CN'] === subject.commonName && named['organizationIdentifier'] === subject.organisationIdentifier
}

const isGood = (found: KeyedCertificate, { issuer, now, subject }: KeptFiles): boolean => {
  try {
    const certificate = new X509Certificate(found.certificate)
    const issuedBy = new X509Certificate(issuer ?? found.certificate)
    return (
      new Date(certificate.validFrom) <= now &&
      new Date(certificate.validTo).getTime() - now.getTime() > RENEW_MS &&
      certificate.checkPrivateKey(createPrivateKey(found.key)) &&
      certificate.verify(issuedBy.publicKey) &&
      namesSubject(certificate, subject)
    )
  } catch {
    // Unreadable is not good: it is made anew.
    return false
  }
}

/** The key and certificate in the files if they are good, or new ones, written there. The key file has mode 0600. */
export const keepKeyed = async (kept: KeptFiles, make: () => Promise<KeyedCertificate>): Promise<KeyedCertificate> => {
  const found = read(kept)
  if (found !== undefined && isGood(found, kept)) return found
  const made = await make()
  // The key first: after a crash in between the pair does not match, and is made anew.
  writeWhole(kept.files.keyFile, { text: made.key, mode: 0o600, durable: false })
  writeWhole(kept.files.certificateFile, { text: made.certificate, mode: 0o644, durable: false })
  return made
}

/** Writes the file only where there is none: what it holds cannot be made anew without loss. */
export const makeOnce = (file: string, make: () => string): void => {
  if (!existsSync(file)) writeWhole(file, { text: make(), mode: 0o600, durable: true })
}

const tryLock = (lock: string): boolean => {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new PkiUnusable(`${lock} cannot be made`, { cause: error })
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

/** Two processes that start at once on one folder take turns; the lock of one that died is taken over. */
export const underLock = async (folder: string, work: () => Promise<void>): Promise<void> => {
  const lock = join(folder, '.lock')
  const since = Date.now()
  while (!tryLock(lock)) {
    if (Date.now() - since > LOCK_PATIENCE_MS) throw new PkiUnusable(`${lock} is held by another process`)
    await wait(50)
  }
  try {
    await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}
