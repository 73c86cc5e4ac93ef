import { certificateOf, revocationIssuer, revocationProof, type RevocationSubject } from '../../evidence/layout.ts'
import { type ChainCertificate, readChainCertificate } from '../../pki/chain-certificate.ts'
import { judgeProof } from '../../pki/judge-proof.ts'
import { NotACertificate } from '../../pki/pki-errors.ts'
import type { Told } from '../../pki/revocation-status.ts'
import { judgePath } from '../../pki/validate-path.ts'
import { entryOf } from './commitments.ts'
import { aboutOf, type Files } from './held.ts'
import type { JudgedDocument } from './judge-documents.ts'
import type { JudgedLog, LoggedEntry } from './judge-log.ts'
import type { AuthorityWord, ContainerFinding } from './verdict.ts'

export interface Relying {
  readonly entries: readonly LoggedEntry[]
  readonly log: Pick<JudgedLog, 'stamper'>
  readonly answer: Pick<JudgedDocument, 'signer' | 'stamper'>
  readonly acknowledgement: Pick<JudgedDocument, 'signer'>
}

/**
 * Was a certificate revoked when edno relied on it? By what its issuer, and the authorities above, said then. Whose word counts
 * follows from the certificate itself, which its issuer signed: no pinned key is needed. Of each certificate that signed or stamped.
 */
export function judgeRevocations(files: Files, relying: Relying): JudgedDocument {
  const { entries, log, answer, acknowledgement } = relying
  const judged = [
    judgeRevocation(files, entries),
    ofSigner(files, 'answer', { signer: answer.signer, at: timeOf(entries, 'answered') }),
    ofSigner(files, 'acknowledgement', { signer: acknowledgement.signer, at: timeOf(entries, 'acknowledged') }),
    answer.stamper === undefined ? NOTHING : judgeOne(files, { of: 'answer-stamp', ...answer.stamper }),
    log.stamper === undefined ? NOTHING : judgeOne(files, { of: 'checkpoint-stamp', ...log.stamper }),
  ]
  return { findings: judged.flatMap(({ findings }) => findings), unknown: judged.flatMap(({ unknown }) => unknown) }
}

const NOTHING: JudgedDocument = { findings: [], unknown: [] }

/** Of the application, when edno received it. */
export function judgeRevocation(files: Files, entries: readonly LoggedEntry[]): JudgedDocument {
  const certificate = certificateIn(files, certificateOf('application'))
  if (certificate === undefined) return NOTHING
  return judgeOne(files, { of: 'application', certificate, at: receivedAt(files, entries) })
}

/** Of the certificate under which a signature holds; where that is another than the file of it, or has no time, nothing is told of it. */
function ofSigner(
  files: Files,
  of: 'answer' | 'acknowledgement',
  { signer, at }: { readonly signer: string | undefined; readonly at: Date | undefined },
): JudgedDocument {
  if (signer === undefined) return NOTHING
  const certificate = certificateIn(files, certificateOf(of))
  if (certificate?.sha256 !== signer || at === undefined) return unknownOf(of)
  return judgeOne(files, { of, certificate, at })
}

const unknownOf = (of: RevocationSubject): JudgedDocument => ({ findings: [], unknown: [{ what: `${of}.revocation` }] })

interface Subject {
  readonly of: RevocationSubject
  readonly certificate: ChainCertificate
  readonly at: Date
}

function judgeOne(files: Files, { of, certificate: own, at }: Subject): JudgedDocument {
  const issuers = issuersIn(files, of)
  if (issuers.length === 0) return unknownOf(of)
  const path = [own, ...issuers]
  const purpose = of === 'answer-stamp' || of === 'checkpoint-stamp' ? 'time-stamp' : 'seal'
  const issued = judgePath(path, purpose, at).every(({ holds }) => holds)
  const findings = issuers.map((issuer, index) =>
    judgeWord(files, { of, index }, { certificate: path[index] ?? own, issuer, at }),
  )
  return {
    findings: [
      { what: `${of}.issuers`, holds: issued, about: issuers.map(({ subject }) => subject).join(' < ') },
      ...findings,
    ],
    unknown: [],
  }
}

const MOST_ISSUERS = 6

function issuersIn(files: Files, of: RevocationSubject): readonly ChainCertificate[] {
  const found: ChainCertificate[] = []
  while (found.length < MOST_ISSUERS) {
    const next = certificateIn(files, revocationIssuer(of, found.length + 1))
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
  const logged = timeOf(entries, 'opened')
  if (logged === undefined) return said
  return Math.abs(logged.getTime() - said.getTime()) <= NEAR_MS ? said : logged
}

function timeOf(entries: readonly LoggedEntry[], event: string): Date | undefined {
  const time = entryOf(entries, event)?.['time']
  return typeof time === 'string' ? new Date(time) : undefined
}

interface Judged {
  readonly certificate: ChainCertificate
  readonly issuer: ChainCertificate
  readonly at: Date
}

interface Place {
  readonly of: RevocationSubject
  readonly index: number
}

function judgeWord(files: Files, { of, index }: Place, judged: Judged): ContainerFinding {
  const kind = files.has(revocationProof(of, index + 1, 'ocsp')) ? 'ocsp' : 'crl'
  const bytes = files.get(revocationProof(of, index + 1, kind))
  const told: Told = bytes === undefined ? { status: 'unclear', why: 'no-answer' } : judgeProof({ kind, bytes }, judged)
  const word = wordOf(told, kind, judged)
  return {
    what: index === 0 ? `${of}.not-revoked` : `${of}.issuer-not-revoked`,
    holds: word.why === undefined,
    about: revocationProof(of, index + 1, kind),
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
