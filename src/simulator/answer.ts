import { AdapterFault, type OperationInput } from '../adapter-kit/adapter.ts'
import { type ResultPlace, writeExecuteReply } from '../adapter-kit/regix/execute-reply.ts'
import type { ExecuteRequest } from '../adapter-kit/regix/execute-request.ts'
import { matrixPaths } from '../adapter-kit/regix/matrix-paths.ts'
import { readFields } from '../adapter-kit/regix/read-fields.ts'
import { type RegixSigner, signData } from '../adapter-kit/soap/sign-data.ts'
import type { RegixMap } from '../adapter-kit/regix/regix-map.ts'
import { writeFields } from '../adapter-kit/regix/write-fields.ts'
import type { StandInRoute, StandInSoap } from '../adapter-kit/simulator.ts'
import { isSigned } from '../adapter-kit/soap/check-signed.ts'
import { readSoapBody, soapEnvelope } from '../adapter-kit/soap/envelope.ts'
import { readDom } from '../adapter-kit/soap/read-dom.ts'
import { writeXml } from '../adapter-kit/soap/xml-element.ts'
import type { Prepared } from './faults.ts'

/** A question understood: what was asked, and how an answer to it (or to another) is written. */
export interface Question {
  readonly input: OperationInput
  readonly answer: (input: OperationInput, record: object | undefined, callId: number) => Prepared
}

export interface RegixAsked {
  readonly request: ExecuteRequest
  readonly map: RegixMap
  /** Signs where the caller asks for it, as RegiX does. */
  readonly signer: RegixSigner | undefined
  /** Of what goes out of itself. */
  readonly code?: string
}

/** `place`: as the answer to what, and where, it goes out. */
export function regixQuestion({ request, map, signer, code }: RegixAsked, place: ResultPlace): Question {
  const input = readFields(request.argument, map.request) as OperationInput
  const paths = request.returnAccessMatrix ? { matrix: { type: map.response.type, paths: matrixPaths(map) } } : {}
  return {
    input,
    answer: (subject, record, callId) => ({
      mediaType: `${place.entry.mediaType}; charset=utf-8`,
      body: writeExecuteReply(
        {
          callId,
          // The question as the registry understood it: about another person where it confuses two.
          request: subject === input ? request.argument : writeFields(subject, map.request),
          response: responseOf(record, map),
          ...paths,
          ...(code === undefined ? {} : { verificationCode: code }),
          ...(request.signResult && signer !== undefined
            ? { sign: (data: string, namespace: string) => signData(data, namespace, signer) }
            : {}),
        },
        place,
      ),
    }),
  }
}

function responseOf(record: object | undefined, map: RegixMap): ReturnType<typeof writeFields> {
  const rule = map.response.notFound
  if (rule.kind === 'empty') {
    return writeFields(record, record === undefined ? { ...map.response, fields: [] } : map.response)
  }
  const code = record === undefined ? rule.notFound[0] : rule.found[0]
  return writeFields(record ?? {}, {
    ...map.response,
    fields: [...map.response.fields, { wire: rule.wire, constant: code ?? '' }],
  })
}

export const restQuestion = (body: Uint8Array, route: StandInRoute): Question => ({
  input: route.input(JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>),
  answer: (subject, record, callId) => ({
    mediaType: 'application/json',
    body: JSON.stringify({ reference: String(callId), ...route.answer(record, subject) }),
  }),
})

/** Throws an `AdapterFault` for a body that is no SOAP, or that should be signed and is not. */
export function soapQuestion(body: Uint8Array, door: StandInSoap): Question {
  if (door.signed === true && !isSigned(body)) throw new AdapterFault('bad-answer', 'the question is not signed')
  return {
    input: door.input(readSoapBody(body, readDom)),
    answer: (subject, record) => ({
      mediaType: 'text/xml; charset=utf-8',
      body: soapEnvelope(writeXml(door.answer(record, subject), '')),
    }),
  }
}
