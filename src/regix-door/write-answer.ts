import type { RegixMap } from '../adapter-kit/regix/regix-map.ts'
import { writeXml } from '../adapter-kit/soap/xml-element.ts'
import type { AssembledAnswer } from '../model/exchange.ts'
import type { OperationRef } from '../model/ids.ts'
import type { RegixForm } from '../model/regix.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { writeAccessMatrix } from './access-matrix.ts'
import { errorText } from './error-text.ts'
import { ENTRIES } from './names.ts'
import { type Result, writeMembers } from './result-members.ts'
import { type AnsweredTo, writeResult } from './write-envelope.ts'
import { writeResponse } from './write-response.ts'

/** How the operations are written that the answer may be of. */
export interface AnswerParts {
  readonly mapOf: (
    operation: OperationRef,
  ) => { readonly map: RegixMap; readonly fields: readonly string[] } | undefined
  /** edno's own answer in XML, for composite services. */
  readonly writeComposite: (answer: AssembledAnswer) => string
}

export interface WrittenRegixAnswer {
  readonly text: string
  /** What was found is not in it. */
  readonly refused: boolean
}

/** Clients of RegiX take 2 097 152 bytes at most (WCF's setting in all that were read); a signature comes on top. */
export const LARGEST_ANSWER = 2_000_000

type Asked = AssembledAnswer & { readonly regix: NonNullable<AssembledAnswer['regix']> }

/** The unsigned answer as it leaves: the SOAP envelope with its result. */
export function writeRegixAnswer(answer: AssembledAnswer, parts: AnswerParts): WrittenRegixAnswer {
  const { regix } = answer
  if (regix === undefined) throw new BrokerError('broker.internal', 'an answer for RegiX without its form')
  const written = whole({ ...answer, regix }, resultOf({ ...answer, regix }, parts))
  if (Buffer.byteLength(written) <= LARGEST_ANSWER) return { text: written, refused: false }
  const code = 'regix.answer-too-large'
  return { text: whole({ ...answer, regix }, { ready: true, error: errorText(code) }), refused: true }
}

function whole(answer: Asked, result: Result): string {
  const { regix } = answer
  const ids = {
    ...(regix.withoutCallId === true ? {} : { callId: regix.callId }),
    ...(regix.asynchronous && regix.entry === 'v2' ? { verificationCode: answer.exchangeId } : {}),
  }
  return writeResult(answeredTo(regix), writeMembers(regix, { ...result, ...ids }))
}

/** An answer that is fetched later is fetched by `CheckResult`. */
function answeredTo(form: RegixForm): AnsweredTo {
  const asked = form.entry === 'v1' ? 'ExecuteSynchronous' : 'Execute'
  return {
    ...{ entry: form.entry, soap: form.soap, element: form.asynchronous ? 'CheckResult' : asked },
    ...(form.addressed === undefined ? {} : { addressed: form.addressed }),
  }
}

function resultOf(answer: Asked, parts: AnswerParts): Result {
  const code = answer.problems.at(-1)?.code as ProblemCode | undefined
  // What was closed while registries were asked is refused as if it had been before.
  if (code?.startsWith('access.') === true) return { ready: false, error: errorText(code) }
  if (answer.regix.composite === true) {
    const error = code === undefined ? {} : { error: errorText(code) }
    return { ready: true, data: dataOf(answer.regix, { response: parts.writeComposite(answer) }), ...error }
  }
  const [part] = answer.parts
  const known = part && parts.mapOf(part.operation)
  if (code !== undefined || known === undefined)
    return { ready: true, error: errorText(code ?? 'provider.required-missing') }
  return { ready: true, data: singleData(answer, known) }
}

function singleData(
  { regix, parts: [part] }: Asked,
  { map, fields }: NonNullable<ReturnType<AnswerParts['mapOf']>>,
): string {
  const response = writeResponse(map, part?.outcome === 'found' ? (part.evidence ?? {}) : undefined)
  const disclosed = regix.disclosure[part?.call ?? ''] ?? []
  return dataOf(regix, {
    response: writeXml(response, ENTRIES[regix.entry].data),
    ...(regix.returnAccessMatrix ? { matrix: writeAccessMatrix(map, { fields, disclosed }) } : {}),
  })
}

const dataOf = ({ argument }: RegixForm, { response, matrix }: { response: string; matrix?: string }): string =>
  `<Data id="data"><Request id="request">${argument}</Request><Response id="response">${response}</Response>` +
  `${matrix ?? '<Matrix xsi:nil="true"/>'}</Data>`
