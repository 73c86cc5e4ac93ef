import type {
  AnswerCheck,
  AnswerPart,
  AnswerProblem,
  AnswerStatus,
  AssembledAnswer,
  SignedFormat,
} from '../model/exchange.ts'
import { exchangeId, operationRef, serviceRef } from '../model/ids.ts'
import type { CheckResult, OutcomeKind, Provenance } from '../model/outcome.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { passGate } from '../xml/bytes-gate.ts'
import type { ElementObject } from '../xml/element-json.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { readByJsonSchema } from './exchange-json.ts'
import { readBySchema } from './exchange-schema.ts'
import { objectAt, objectsAt, optionalTextAt, textAt, textsAt } from './fields.ts'

/** An answer as its document says; evidence values are texts. */
export type Answer = Omit<AssembledAnswer, 'stage' | 'consumer' | 'format'>

const MAX_BYTES = 8_388_608

/**
 * Reads an answer, signed or not; **verify first** and give the octets that the verifier returned.
 * Refuses with `request.malformed` or `request.schema`.
 */
export function readAnswer(bytes: Uint8Array, format: SignedFormat = 'xml'): Answer {
  if (format !== 'xml') return toAnswer(readByJsonSchema(bytes, 'Answer'))
  try {
    return toAnswer(readBySchema(passGate(bytes, MAX_BYTES).bytes, 'Answer'))
  } catch (error) {
    if (error instanceof XmlFault) throw new BrokerError('request.malformed', error.message, { cause: error })
    throw error
  }
}

/** The schema has judged every value that is only named here. */
function toAnswer(read: ElementObject): Answer {
  const service = objectAt(read, 'Service')
  return {
    exchangeId: exchangeId(textAt(read, 'ExchangeId')),
    service: serviceRef(textAt(service, 'Id'), Number(textAt(service, 'Version'))),
    requestDigest: textAt(read, 'RequestDigest'),
    issuedAt: textAt(read, 'IssuedAt'),
    status: textAt(read, 'Status') as AnswerStatus,
    problems: objectsAt(read, 'Problem').map(toProblem),
    parts: objectsAt(read, 'Part').map(toPart),
    checks: objectsAt(read, 'Check').map(toCheck),
  }
}

const toTitle = (from: ElementObject) => {
  const title = objectAt(from, 'Title')
  return { bg: textAt(title, 'bg'), en: textAt(title, 'en') }
}

function toProblem(from: ElementObject): AnswerProblem {
  const call = optionalTextAt(from, 'Call')
  return { code: textAt(from, 'Code'), title: toTitle(from), ...(call === undefined ? {} : { call }) }
}

function toPart(from: ElementObject): AnswerPart {
  const problem = optionalTextAt(from, 'Problem')
  return {
    call: textAt(from, 'Call'),
    operation: operationRef(textAt(from, 'Operation')),
    outcome: textAt(from, 'Outcome') as OutcomeKind,
    ...(problem === undefined ? {} : { problem }),
    ...(from['Provenance'] === undefined ? {} : { provenance: toProvenance(objectAt(from, 'Provenance')) }),
    ...(from['Evidence'] === undefined ? {} : { evidence: objectAt(from, 'Evidence') }),
  }
}

function toProvenance(from: ElementObject): Provenance {
  return {
    registry: textAt(from, 'Registry'),
    operation: operationRef(textAt(from, 'Operation')),
    askedAt: textAt(from, 'AskedAt'),
    asOf: textAt(from, 'AsOf'),
    sourceReference: textAt(from, 'SourceReference'),
    signedByRegistry: textAt(from, 'SignedByRegistry') === 'true',
    othersDropped: textAt(from, 'OthersDropped') === 'true',
  }
}

function toCheck(from: ElementObject): AnswerCheck {
  return {
    id: textAt(from, 'Id'),
    title: toTitle(from),
    result: textAt(from, 'Result') as CheckResult,
    calls: textsAt(from, 'Call'),
  }
}
