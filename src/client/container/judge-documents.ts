import { createHash } from 'node:crypto'
import { certificateOf, saltOf } from '../../evidence/layout.ts'
import { type Answer, readAnswer } from '../../message/read-answer.ts'
import { readHead } from '../../message/read-application.ts'
import { type Certificate, readCertificate } from '../../pki/read-certificate.ts'
import { NotACertificate } from '../../pki/pki-errors.ts'
import { BrokerError } from '../../problem/broker-error.ts'
import { carriedBySoap, verifySoapSignature } from '../../signature/verify-soap-signature.ts'
import { formOf } from '../form-of.ts'
import { type AnswerStamp, type JudgedStamp, judgeStamp, type Stamper } from '../judge-stamp.ts'
import { signedBy, signedContent } from '../signed-content.ts'
import { entryOf, opensTo } from './commitments.ts'
import { documentAt, type Files, saltAt } from './held.ts'
import { isSoap } from './is-soap.ts'
import type { LoggedEntry } from './judge-log.ts'
import type { ContainerFinding, Pins, Unknown } from './verdict.ts'

export interface JudgedDocument {
  readonly findings: readonly ContainerFinding[]
  readonly unknown: readonly Unknown[]
  readonly stamp?: AnswerStamp
  /** SHA-256 (hex) of the certificate under which its signature holds. */
  readonly signer?: string
  readonly stamper?: Stamper
}

export function certificateAt(files: Files, path: string): Certificate | undefined {
  const pem = files.get(path)
  if (pem === undefined) return undefined
  try {
    return readCertificate(pem)
  } catch (error) {
    if (error instanceof NotACertificate) return undefined
    throw error
  }
}

/** Was it asked: the signature, that the log names its certificate, and that the entries commit to these bytes. */
export function judgeApplication(files: Files, entries: readonly LoggedEntry[], exchangeId: string): JudgedDocument {
  const bytes = documentAt(files, 'application')
  if (bytes === undefined) return { findings: [], unknown: [{ what: 'application.absent' }] }
  const opened = entryOf(entries, 'opened')
  const commitments = ['opened', 'answered'].flatMap((event) => entryOf(entries, event)?.['requestCommit'] ?? [])
  const committed = { bytes, salt: 'request', what: 'request.commitment', commitments } as const
  if (isSoap(bytes)) return judgeMessage(bytes, opened, (findings) => withCommitments(findings, files, committed))
  const certificate = certificateAt(files, certificateOf('application'))
  const content = certificate && signedContent(bytes, certificate, 'application')
  const findings: ContainerFinding[] = [{ what: 'application.signature', holds: content !== undefined }]
  if (content !== undefined)
    findings.push({
      what: 'application.same-exchange',
      holds: readHead(content, formOf(bytes)).exchangeId === exchangeId,
    })
  if (opened !== undefined && certificate !== undefined)
    findings.push({ what: 'application.signer', holds: opened['signerCertificate'] === certificate.sha256 })
  return withCommitments(findings, files, committed)
}

/** A question of RegiX: signed by WS-Security with the certificate that it carries, or by nobody. */
function judgeMessage(
  bytes: Buffer,
  opened: Readonly<Record<string, unknown>> | undefined,
  judged: (findings: readonly ContainerFinding[]) => JudgedDocument,
): JudgedDocument {
  const der = carriedBySoap(bytes, bytes.length)
  if (der === undefined) return unsigned('application.unsigned', judged([]))
  const signer = createHash('sha256').update(der).digest('hex')
  return judged([
    { what: 'application.signature', holds: isSignedMessage(bytes, der) },
    ...(opened === undefined
      ? []
      : [{ what: 'application.signer' as const, holds: opened['signerCertificate'] === signer }]),
  ])
}

function isSignedMessage(bytes: Buffer, der: Uint8Array): boolean {
  try {
    const { key } = readCertificate(der)
    verifySoapSignature(bytes, { keyOf: () => key, maxBytes: bytes.length })
    return true
  } catch (error) {
    if (error instanceof BrokerError || error instanceof NotACertificate) return false
    throw error
  }
}

const unsigned = (what: 'application.unsigned' | 'answer.unsigned', judged: JudgedDocument): JudgedDocument => ({
  ...judged,
  unknown: [...judged.unknown, { what }],
})

/** Was it answered so: edno's signature, to this application, and that the closing entry commits to these bytes. */
export function judgeAnswer(
  files: Files,
  entries: readonly LoggedEntry[],
  exchangeId: string,
  pins: Pins,
): JudgedDocument {
  const bytes = documentAt(files, 'answer')
  if (bytes === undefined) return { findings: [], unknown: [{ what: 'answer.absent' }] }
  const closing = entryOf(entries, 'answered')
  const commitments = closing === undefined ? [] : [closing['answerCommit']]
  const committing = { bytes, salt: 'answer', what: 'answer.commitment', commitments } as const
  if (isSoap(bytes)) return unsigned('answer.unsigned', withCommitments([], files, committing))
  const own = certificateAt(files, certificateOf('answer'))
  const certificates = pins.seals.length === 0 ? (own === undefined ? [] : [own]) : pins.seals.map(readCertificate)
  const signed = judgeSigned(bytes, certificates, pins)
  const { answer: said, findings: judged, unknown, ...about } = signed
  const findings = [...judged]
  const request = documentAt(files, 'application')
  if (said !== undefined) {
    findings.push({ what: 'answer.same-exchange', holds: said.exchangeId === exchangeId })
    if (request !== undefined)
      findings.push({ what: 'answer.of-request', holds: sha256(request) === said.requestDigest })
  }
  const committed = withCommitments(findings, files, committing)
  return { ...about, findings: committed.findings, unknown: [...committed.unknown, ...unknown] }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')

interface SignedAnswer extends JudgedDocument {
  readonly answer?: Answer
}

/** The certificate is judged at the time of a stamp that is believed, else at the time that the answer names. */
function judgeSigned(bytes: Buffer, certificates: readonly Certificate[], pins: Pins): SignedAnswer {
  const found = certificates.flatMap((certificate) => {
    const signed = signedBy(bytes, certificate, 'answer')
    return signed === undefined ? [] : [{ certificate, signed }]
  })[0]
  if (found === undefined) return { findings: [{ what: 'answer.signature', holds: false }], unknown: [] }
  const { certificate, signed } = found
  const answer = readAnswer(signed.content, formOf(bytes))
  const stamped = signed.stamp && judgeStamp(signed.stamp, pins.timeStampAuthorities)
  const at = new Date(believedTime(stamped) ?? answer.issuedAt)
  const inDates = at >= certificate.notBefore && at <= certificate.notAfter
  return {
    answer,
    signer: certificate.sha256,
    findings: [
      { what: 'answer.signature', holds: true },
      { what: 'answer.certificate-dates', holds: inDates },
      ...(stamped?.findings ?? []),
    ],
    ...stampOf(stamped, pins),
    ...(stamped?.stamper === undefined ? {} : { stamper: stamped.stamper }),
  }
}

const believedTime = (stamped: JudgedStamp | undefined): string | undefined =>
  stamped?.findings.some(({ what, holds }) => what === 'answer.time-stamp-authority' && holds) === true
    ? stamped.stamp?.at
    : undefined

function stampOf(stamped: JudgedStamp | undefined, pins: Pins): Pick<JudgedDocument, 'unknown' | 'stamp'> {
  if (stamped?.stamp === undefined) return { unknown: [] }
  const unknown: Unknown[] = pins.timeStampAuthorities === undefined ? [{ what: 'time-stamp.authority' }] : []
  return { unknown, stamp: stamped.stamp }
}

interface Committed {
  readonly bytes: Uint8Array
  readonly salt: 'request' | 'answer'
  readonly what: 'request.commitment' | 'answer.commitment'
  readonly commitments: readonly unknown[]
}

function withCommitments(
  findings: readonly ContainerFinding[],
  files: Files,
  { bytes, salt: name, what, commitments }: Committed,
): JudgedDocument {
  const salt = saltAt(files, saltOf(name))
  if (commitments.length === 0) return { findings, unknown: [] }
  if (salt === undefined) return { findings, unknown: [{ what: 'salts.absent', about: saltOf(name) }] }
  const holds = commitments.every((commitment) => opensTo(commitment, salt, bytes))
  return { findings: [...findings, { what, holds }], unknown: [] }
}
