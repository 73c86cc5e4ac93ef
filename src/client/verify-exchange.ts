import { createHash } from 'node:crypto'
import type { CosignedBy } from '../exchange-log/cosignature.ts'
import type { Receipt } from '../exchange-log/receipt.ts'
import { type Finding as ReceiptFinding, type VerifiedReceipt, verifyReceipt } from '../exchange-log/verify-receipt.ts'
import { type Answer, readAnswer } from '../message/read-answer.ts'
import { readHead } from '../message/read-application.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import { formOf } from './form-of.ts'
import { type AnswerStamp, type JudgedStamp, judgeStamp } from './judge-stamp.ts'
import { signedBy, signedContent } from './signed-content.ts'

/** What a consumer, or whoever was given a copy, holds in hands. PEM texts; everything but the answer may be missing. */
export interface HeldEvidence {
  readonly answer: Uint8Array
  readonly brokerCertificate: string
  readonly application?: Uint8Array
  readonly consumerCertificate?: string
  readonly receipt?: Receipt
  /** The log's vkey, known beforehand. */
  readonly logKey?: string
  /** vkeys of witnesses that must have cosigned the checkpoint of the receipt. */
  readonly witnessKeys?: readonly string[]
  /** Authorities whose time stamps are believed; looked at only where the answer carries a stamp. */
  readonly timeStampAuthorities?: string
}

/** What was looked into. */
export type FindingCode =
  | ReceiptFinding['what']
  | 'answer.signature'
  | 'answer.certificate-dates'
  | 'answer.time-stamp'
  | 'answer.time-stamp-authority'
  | 'answer.of-request'
  | 'application.signature'
  | 'application.same-exchange'
  | 'entry.same-exchange'

/** One thing that was looked into, and whether it holds. */
export interface Finding {
  readonly what: FindingCode
  readonly holds: boolean
}

/** Whether an answer is genuine, is the one to its application, and stands in the log; and what was found on the way. */
export interface Verdict {
  /** True only if every finding holds. */
  readonly holds: boolean
  readonly findings: readonly Finding[]
  /** What could not be looked into, because the piece is not there. */
  readonly missing: readonly ('application' | 'consumerCertificate' | 'receipt' | 'logKey' | 'timeStampAuthorities')[]
  readonly answer?: Answer
  /** Present where the answer carries a time stamp that is over its signature. */
  readonly stamp?: AnswerStamp
  readonly index?: number
  readonly treeSize?: number
  /** Of the named witnesses, who cosigned the checkpoint of the receipt, and when. */
  readonly cosigned?: readonly CosignedBy[]
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
  const { index, treeSize, cosigned } = receipt ?? {}
  return {
    holds: findings.every((finding) => finding.holds),
    findings,
    missing: [
      ...PIECES.filter((name) => held[name] === undefined),
      ...(answer.stamp !== undefined && held.timeStampAuthorities === undefined
        ? (['timeStampAuthorities'] as const)
        : []),
    ],
    ...(answer.stamp === undefined ? {} : { stamp: answer.stamp }),
    ...(answer.read === undefined ? {} : { answer: answer.read }),
    ...(index === undefined ? {} : { index }),
    ...(treeSize === undefined ? {} : { treeSize }),
    ...(cosigned === undefined ? {} : { cosigned }),
  }
}

const PIECES = ['application', 'consumerCertificate', 'receipt', 'logKey'] as const

/** Those of the log, and that its entry is about this exchange and no other. */
function receiptFindings(receipt: VerifiedReceipt | undefined, answer: Answer | undefined): readonly Finding[] {
  if (receipt?.entry === undefined || answer === undefined) return receipt?.findings ?? []
  const same = receipt.entry.exchangeId === answer.exchangeId
  return [...receipt.findings, { what: 'entry.same-exchange', holds: same }]
}

interface JudgedAnswer {
  readonly findings: readonly Finding[]
  readonly read?: Answer
  readonly stamp?: AnswerStamp
}

const believedTime = ({ findings, stamp }: JudgedStamp): string | undefined =>
  findings.some(({ what, holds }) => what === 'answer.time-stamp-authority' && holds) ? stamp?.at : undefined

/** edno's certificate is judged at the time of a stamp that is believed, else at the time that the answer names. */
function verifiedAnswer(held: HeldEvidence): JudgedAnswer {
  const certificate = readCertificate(held.brokerCertificate)
  const signed = signedBy(held.answer, certificate, 'answer')
  if (signed === undefined) return { findings: [{ what: 'answer.signature', holds: false }] }
  const read = readAnswer(signed.content, formOf(held.answer))
  const stamped = signed.stamp === undefined ? undefined : judgeStamp(signed.stamp, held.timeStampAuthorities)
  const at = new Date((stamped === undefined ? undefined : believedTime(stamped)) ?? read.issuedAt)
  return {
    read,
    ...(stamped?.stamp === undefined ? {} : { stamp: stamped.stamp }),
    findings: [
      { what: 'answer.signature', holds: true },
      { what: 'answer.certificate-dates', holds: at >= certificate.notBefore && at <= certificate.notAfter },
      ...(stamped?.findings ?? []),
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
    ...(held.witnessKeys === undefined ? {} : { witnessKeys: held.witnessKeys }),
    answer: held.answer,
    ...(held.application === undefined ? {} : { request: held.application }),
  })
}
