import type { AnswerCheck, AnswerPart, AnswerProblem, AssembledAnswer } from '../model/exchange.ts'
import type { ServiceRef } from '../model/ids.ts'
import type { Provenance } from '../model/outcome.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { type WritableObject, writeMembers } from '../xml/write-element.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import { writeJson } from './exchange-json.ts'
import { NAMESPACE } from './exchange-schema.ts'

/** The unsigned answer, in exclusive canonical form as it stands: no prefixes, no attributes, no white space between. */
export function writeAnswer(answer: AssembledAnswer): string {
  try {
    return `<Answer xmlns="${NAMESPACE}">${writeMembers(contentOf(answer))}</Answer>`
  } catch (error) {
    // Evidence matched its operation's schema; a name that is no element name is a mistake in that schema.
    if (error instanceof XmlFault) throw new BrokerError('broker.internal', error.message, { cause: error })
    throw error
  }
}

/** Its twin in JSON, unsigned. Evidence keeps the types of its operation's schema. */
export const writeJsonAnswer = (answer: AssembledAnswer): string => writeJson(contentOf(answer))

const contentOf = (answer: AssembledAnswer): WritableObject => ({
  ExchangeId: answer.exchangeId,
  Service: serviceContent(answer.service),
  RequestDigest: answer.requestDigest,
  IssuedAt: answer.issuedAt,
  Status: answer.status,
  Problem: answer.problems.map(problemContent),
  Part: answer.parts.map(partContent),
  Check: answer.checks.map(checkContent),
})

export function serviceContent(ref: ServiceRef): WritableObject {
  const at = ref.lastIndexOf('@')
  return { Id: ref.slice(0, at), Version: Number(ref.slice(at + 1)) }
}

const problemContent = ({ code, title, call }: AnswerProblem): WritableObject => ({
  Code: code,
  Title: { bg: title.bg, en: title.en },
  Call: call,
})

export const partContent = (part: AnswerPart): WritableObject => ({
  Call: part.call,
  Operation: part.operation,
  Outcome: part.outcome,
  Problem: part.problem,
  Provenance: part.provenance === undefined ? undefined : provenanceContent(part.provenance),
  Evidence: part.evidence,
})

const provenanceContent = (provenance: Provenance): WritableObject => ({
  Registry: provenance.registry,
  Operation: provenance.operation,
  AskedAt: provenance.askedAt,
  AsOf: provenance.asOf,
  SourceReference: provenance.sourceReference,
  SignedByRegistry: provenance.signedByRegistry,
  OthersDropped: provenance.othersDropped,
})

const checkContent = ({ id, title, result, calls }: AnswerCheck): WritableObject => ({
  Id: id,
  Title: { bg: title.bg, en: title.en },
  Result: result,
  Call: calls,
})
