import { createHash } from 'node:crypto'
import type { Receipt } from '../exchange-log/receipt.ts'
import { type Finding as ReceiptFinding, type VerifiedReceipt, verifyReceipt } from '../exchange-log/verify-receipt.ts'
import { type Answer, readAnswer } from '../message/read-answer.ts'
import { readHead } from '../message/read-application.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import { formOf } from './form-of.ts'
import { signedContent } from './signed-content.ts'

/** What a consumer, or whoever was given a copy, holds in hands. PEM texts; everything but the answer may be missing. */
export interface HeldEvidence {
  readonly answer: Uint8Array
  readonly brokerCertificate: string
  readonly application?: Uint8Array
  readonly consumerCertificate?: string
  readonly receipt?: Receipt
  /** The log's vkey, known beforehand. */
  readonly logKey?: string
}

export type FindingCode =
  | ReceiptFinding['what']
  | 'answer.signature'
  | 'answer.certificate-dates'
  | 'answer.of-request'
  | 'application.signature'
  | 'application.same-exchange'
  | 'entry.same-exchange'

export interface Finding {
  readonly what: FindingCode
  readonly holds: boolean
}

export interface Verdict {
  /** True only if every finding holds. */
  readonly holds: boolean
  readonly findings: readonly Finding[]
  /** What could not be looked into, because the piece is not there. */
  readonly missing: readonly ('application' | 'consumerCertificate' | 'receipt' | 'logKey')[]
  readonly answer?: Answer
  readonly index?: number
  readonly treeSize?: number
}

/** Offline: signatures, that the answer is to this application, and that the log holds it. No broker, no clock. */
export function verifyExchange(held: HeldEvidence): Verdict {
  const answer = verifiedAnswer(held)
  const receipt = receiptVerdict(held)
  const findings = [
    ...answer.findings,
    ...applicationFindings(held, answer.read),
    ...receiptFindings(receipt, answer.read),
  ]
  const { index, treeSize } = receipt ?? {}
  return {
    holds: findings.every((finding) => finding.holds),
    findings,
    missing: PIECES.filter((name) => held[name] === undefined),
    ...(answer.read === undefined ? {} : { answer: answer.read }),
    ...(index === undefined ? {} : { index }),
    ...(treeSize === undefined ? {} : { treeSize }),
  }
}

const PIECES = ['application', 'consumerCertificate', 'receipt', 'logKey'] as const

/** Those of the log, and that its entry is about this exchange and no other. */
function receiptFindings(receipt: VerifiedReceipt | undefined, answer: Answer | undefined): readonly Finding[] {
  if (receipt?.entry === undefined || answer === undefined) return receipt?.findings ?? []
  const same = receipt.entry.exchangeId === answer.exchangeId
  return [...receipt.findings, { what: 'entry.same-exchange', holds: same }]
}

function verifiedAnswer(held: HeldEvidence): { findings: Finding[]; read?: Answer } {
  const certificate = readCertificate(held.brokerCertificate)
  const content = signedContent(held.answer, certificate, 'answer')
  if (content === undefined) return { findings: [{ what: 'answer.signature', holds: false }] }
  const read = readAnswer(content, formOf(held.answer))
  const at = new Date(read.issuedAt)
  return {
    read,
    findings: [
      { what: 'answer.signature', holds: true },
      { what: 'answer.certificate-dates', holds: at >= certificate.notBefore && at <= certificate.notAfter },
    ],
  }
}

function applicationFindings(held: HeldEvidence, answer: Answer | undefined): Finding[] {
  if (held.application === undefined || answer === undefined) return []
  const digest = createHash('sha256').update(held.application).digest('base64')
  const findings: Finding[] = [{ what: 'answer.of-request', holds: digest === answer.requestDigest }]
  if (held.consumerCertificate === undefined) return findings
  const content = signedContent(held.application, readCertificate(held.consumerCertificate), 'application')
  findings.push({ what: 'application.signature', holds: content !== undefined })
  if (content !== undefined) {
    const { exchangeId } = readHead(content, formOf(held.application))
    findings.push({ what: 'application.same-exchange', holds: exchangeId === answer.exchangeId })
  }
  return findings
}

function receiptVerdict(held: HeldEvidence): VerifiedReceipt | undefined {
  if (held.receipt === undefined || held.logKey === undefined) return undefined
  const { request, answer } = held.receipt.salts
  return verifyReceipt({
    entry: Buffer.from(held.receipt.entry, 'base64url'),
    salts: {
      ...(request === undefined ? {} : { request: Buffer.from(request, 'base64url') }),
      ...(answer === undefined ? {} : { answer: Buffer.from(answer, 'base64url') }),
    },
    proof: held.receipt.proof,
    logKey: held.logKey,
    answer: held.answer,
    ...(held.application === undefined ? {} : { request: held.application }),
  })
}
