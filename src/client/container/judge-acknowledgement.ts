import { ACKNOWLEDGEMENT } from '../../evidence/layout.ts'
import type { Acknowledgement } from '../../model/acknowledgement.ts'
import { BrokerError } from '../../problem/broker-error.ts'
import { sha256Hex } from '../../schema/canonical-json.ts'
import { ACKNOWLEDGEMENT_TYPE, readAcknowledgement } from '../../signature/acknowledgement.ts'
import { type RecordedStatement, verifyRecordedStatement } from '../../signature/statement.ts'
import { entryOf } from './commitments.ts'
import { documentAt, type Files, textAt } from './held.ts'
import type { JudgedDocument } from './judge-documents.ts'
import type { LoggedEntry } from './judge-log.ts'

/** Did the answer reach the consumer: its signature over the digest of this answer, and the entry that names it. */
export function judgeAcknowledgement(
  files: Files,
  entries: readonly LoggedEntry[],
  exchangeId: string,
): JudgedDocument {
  const jws = textAt(files, ACKNOWLEDGEMENT)
  if (jws === undefined) return { findings: [], unknown: [{ what: 'acknowledgement.absent' }] }
  const entry = entryOf(entries, 'acknowledged')
  const signed = verified(jws, entry?.['time'])
  if (signed === undefined) return { findings: [{ what: 'acknowledgement.signature', holds: false }], unknown: [] }
  const answer = documentAt(files, 'answer')
  const of = answer !== undefined && signed.said.answer === sha256Hex(answer) && signed.said.exchangeId === exchangeId
  return {
    findings: [
      { what: 'acknowledgement.signature', holds: true },
      { what: 'acknowledgement.of-answer', holds: of },
      // The log says that this was a certificate of the consumer, or of its delegate, when it came.
      {
        what: 'acknowledgement.entry',
        holds:
          entry?.['acknowledgement'] === sha256Hex(jws) &&
          entry['signerCertificate'] === signed.certificate &&
          entry['by'] === signed.said.by,
      },
    ],
    unknown: [],
    signer: signed.certificate,
  }
}

interface SignedAcknowledgement extends RecordedStatement {
  readonly said: Acknowledgement
}

/** By the certificate that it carries, in whose dates the entry stands. */
function verified(jws: string, time: unknown): SignedAcknowledgement | undefined {
  const at = new Date(typeof time === 'string' ? time : Number.NaN)
  if (Number.isNaN(at.getTime())) return undefined
  const signed = verifyRecordedStatement(jws, ACKNOWLEDGEMENT_TYPE, at)
  if (signed === undefined) return undefined
  try {
    return { ...signed, said: readAcknowledgement(signed.payload) }
  } catch (error) {
    if (error instanceof BrokerError) return undefined
    throw error
  }
}
