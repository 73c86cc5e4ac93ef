import { BrokerError } from '../problem/broker-error.ts'
import type { AssembledSupplement } from '../model/supplement.ts'
import { type WritableObject, writeMembers } from '../xml/write-element.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { writeJson } from './exchange-json.ts'
import { NAMESPACE } from './exchange-schema.ts'
import { partContent, serviceContent } from './write-answer.ts'

/** The unsigned supplement, in exclusive canonical form as it stands, like the answer that it belongs to. */
export function writeSupplement(supplement: AssembledSupplement): string {
  try {
    return `<Supplement xmlns="${NAMESPACE}">${writeMembers(contentOf(supplement))}</Supplement>`
  } catch (error) {
    if (error instanceof XmlFault) throw new BrokerError('broker.internal', error.message, { cause: error })
    throw error
  }
}

/** Its twin in JSON, unsigned. */
export const writeJsonSupplement = (supplement: AssembledSupplement): string => writeJson(contentOf(supplement))

const contentOf = (supplement: AssembledSupplement): WritableObject => ({
  ExchangeId: supplement.exchangeId,
  Service: serviceContent(supplement.service),
  AnswerDigest: supplement.answerDigest,
  IssuedAt: supplement.issuedAt,
  Part: partContent(supplement.part),
})
