import { certificateOf, revocationIssuer, revocationProof } from '../../evidence/layout.ts'
import { type ChainCertificate, readChainCertificate } from '../../pki/chain-certificate.ts'
import { judgeProof } from '../../pki/judge-proof.ts'
import { NotACertificate } from '../../pki/pki-errors.ts'
import type { Told } from '../../pki/revocation-status.ts'
import { judgePath } from '../../pki/validate-path.ts'
import { entryOf } from './commitments.ts'
import { aboutOf, type Files } from './held.ts'
import type { JudgedDocument } from './judge-documents.ts'
import type { LoggedEntry } from './judge-log.ts'
import type { AuthorityWord, ContainerFinding } from './verdict.ts'

const UNKNOWN: JudgedDocument = { findings: [], unknown: [{ what: 'application.revocation' }] }

/**
 * Was the certificate that signed the application revoked when edno received it? By what its issuer, and the authorities above,
 * said then. Whose word counts follows from the certificate itself, which its issuer signed: no pinned key is needed.
 */
export function judgeRevocation(files: Files, entries: readonly LoggedEntry[]): JudgedDocument {
  const own = certificateIn(files, certificateOf('application'))
  if (own === undefined) return { findings: [], unknown: [] }
  const issuers = issuersIn(files)
  if (issuers.length === 0) return UNKNOWN
  const at = receivedAt(files, entries)
  const path = [own, ...issuers]
  const issued = judgePath(path, 'seal', at).every(({ holds }) => holds)
  const findings = issuers.map((issuer, index) =>
    judgeWord(files, index, { certificate: path[index] ?? own, issuer, at }),
  )
  return {
    findings: [
      { what: 'application.issuers', holds: issued, about: issuers.map(({ subject }) => subject).join(' < ') },
      ...findings,
    ],
    unknown: [],
  }
}

const MOST_ISSUERS = 6

function issuersIn(files: Files): readonly ChainCertificate[] {
  const found: ChainCertificate[] = []
  while (found.length < MOST_ISSUERS) {
    const next = certificateIn(files, revocationIssuer(found.length + 1))
    if (next === undefined) break
    found.push(next)
  }
  return found
}

function certificateIn(files: Files, path: string): ChainCertificate | undefined {
  const pem = files.get(path)
  if (pem === undefined) return undefined
  try {
    return readChainCertificate(pem)
  } catch (error) {
    if (error instanceof NotACertificate) return undefined
    throw error
  }
}

/** Between the time that the container names and that of the entry lies no more than edno's work, and what clocks differ by. */
const NEAR_MS = 300_000

/** The log bears the time of the opening entry; what the container says besides may not lie far from it. */
function receivedAt(files: Files, entries: readonly LoggedEntry[]): Date {
  const named = Date.parse(aboutOf(files)['receivedAt'] ?? '')
  // Nothing was good in 1970.
  const said = new Date(Number.isNaN(named) ? 0 : named)
  const time = entryOf(entries, 'opened')?.['time']
  if (typeof time !== 'string') return said
  const logged = new Date(time)
  return Math.abs(logged.getTime() - said.getTime()) <= NEAR_MS ? said : logged
}

interface Judged {
  readonly certificate: ChainCertificate
  readonly issuer: ChainCertificate
  readonly at: Date
}

function judgeWord(files: Files, index: number, judged: Judged): ContainerFinding {
  const kind = files.has(revocationProof(index + 1, 'ocsp')) ? 'ocsp' : 'crl'
  const bytes = files.get(revocationProof(index + 1, kind))
  const told: Told = bytes === undefined ? { status: 'unclear', why: 'no-answer' } : judgeProof({ kind, bytes }, judged)
  const word = wordOf(told, kind, judged)
  return {
    what: index === 0 ? 'application.not-revoked' : 'application.issuer-not-revoked',
    holds: word.why === undefined,
    about: revocationProof(index + 1, kind),
    word,
  }
}

/** What was revoked later was good then. */
function wordOf(told: Told, kind: AuthorityWord['kind'], { issuer, at }: Judged): AuthorityWord {
  const said = { kind, by: issuer.subject }
  if (told.status === 'unclear') return { ...said, why: told.why }
  const dated = { ...said, at: told.madeAt.toISOString() }
  return told.status === 'revoked' && told.since <= at ? { ...dated, why: 'revoked' } : dated
}
