import { AdapterFault, type CallContext, type Finding, type OperationInput } from '../adapter.ts'
import type { RegistryHttp } from '../http/registry-http.ts'
import { keepFields } from '../keep-fields.ts'
import { askedPaths, type OperationMaker } from '../operation.ts'
import { isSoapFault } from '../soap/envelope.ts'
import { readAsOf, readSourceReference } from '../provenance-text.ts'
import type { XmlElement } from '../soap/xml-element.ts'
import { fieldAt } from './field-path.ts'
import { type ExecuteReply, readExecuteReply } from './execute-reply.ts'
import { callContextOf, writeExecute } from './execute-request.ts'
import { deniedFields } from './matrix-paths.ts'
import { EXECUTE_ACTION, V2_BASIC_PATH } from './names.ts'
import { readFields } from './read-fields.ts'
import { type RegixMap, readRegixMap, type WireRoot } from './regix-map.ts'
import { select, wireSteps } from './wire-path.ts'
import { writeFields } from './write-fields.ts'

const SOAP_FAULT_STATUS = 500
const SOAP_TYPE = 'text/xml'

/** An operation that the registry offers in RegiX: all that is special about it stands in its `regix.json`. */
export const regixOperation: OperationMaker = ({ http, manifest, folder }) => {
  const map = readRegixMap(folder)
  const question = literalOf(map.request)
  return async (input, context) => {
    const { reply, body } = await ask({ http, map, maxAnswerBytes: manifest.maxAnswerBytes }, input, context)
    const response = answerOf(reply, map)
    const wanted = askedPaths(context.fields, manifest)
    refuseDenied(reply, map, wanted)
    const echo = manifest.subject.echo === true ? echoOf(reply.request, question, manifest.subject.input) : undefined
    const base = {
      asOf: asOf(response, map),
      sourceReference: readSourceReference(`regix:${reply.callId}`),
      signedByRegistry: context.verifyAnswer !== undefined,
      received: { mediaType: SOAP_TYPE, body },
      ...(echo === undefined ? {} : { echo }),
    }
    if (!hasRecord(response, map)) return { ...base, status: 'not-found' }
    const evidence = keepFields(readFields(response, map.response), wanted)
    return { ...base, status: 'found', evidence } satisfies Finding
  }
}

interface Wire {
  readonly http: RegistryHttp
  readonly map: RegixMap
  readonly maxAnswerBytes: number | undefined
}

async function ask(
  { http, map, maxAnswerBytes }: Wire,
  input: OperationInput,
  context: CallContext,
): Promise<{ readonly reply: ExecuteReply; readonly body: Uint8Array }> {
  const body = writeExecute({
    operation: map.operation,
    argument: writeFields(input, map.request),
    callContext: callContextOf(context),
    signResult: context.verifyAnswer !== undefined,
    returnAccessMatrix: true,
  })
  const answer = await http.post({
    path: V2_BASIC_PATH,
    contentType: 'text/xml; charset=utf-8',
    headers: { SOAPAction: `"${EXECUTE_ACTION}"` },
    body,
    accept: [SOAP_TYPE],
    readable: SOAP_FAULT_STATUS,
    maxAnswerBytes,
    signal: context.signal,
  })
  // A fault tells that the question is wrong, so that asking again is of no use; any other 500 may pass.
  if (answer.status === SOAP_FAULT_STATUS && !isSoapFault(answer.body)) {
    throw new AdapterFault('unavailable', `the registry answered with status ${answer.status}`)
  }
  return { reply: readExecuteReply(answer.body, context.verifyAnswer), body: answer.body }
}

function answerOf(reply: ExecuteReply, map: RegixMap): XmlElement {
  const { response } = reply
  if (response === undefined) throw new AdapterFault('bad-answer', 'the RegiX reply holds no Response')
  if (response.name !== map.response.root || response.namespace !== map.response.namespace) {
    throw new AdapterFault('bad-answer', 'the RegiX reply answers another operation')
  }
  return response
}

function refuseDenied(reply: ExecuteReply, map: RegixMap, wanted: readonly string[]): void {
  // It was asked for: without it a field that RegiX denies would look like one that is empty.
  if (reply.matrix === undefined) throw new AdapterFault('bad-answer', 'the RegiX reply holds no access matrix')
  if (!reply.matrix.hasAccess) throw new AdapterFault('refused', 'RegiX denies the whole answer')
  const denied = deniedFields(map, reply.matrix.denied, wanted)
  if (denied.length > 0) throw new AdapterFault('refused', `RegiX denies the fields ${denied.join(', ')}`)
}

/** Of a question, what stands in it as it was given. One object for each operation: what is read by it is prepared once. */
const literalOf = (request: RegixMap['request']): WireRoot => ({
  ...request,
  fields: request.fields.filter(({ transform }) => transform === undefined),
})

/** The identifier the registry says it was asked about. */
function echoOf(request: XmlElement | undefined, question: WireRoot, input: string): string | undefined {
  if (request === undefined) throw new AdapterFault('bad-answer', 'the RegiX reply does not repeat the question')
  const value = fieldAt(readFields(request, question), input)
  return typeof value === 'string' ? value : undefined
}

function hasRecord(response: XmlElement, map: RegixMap): boolean {
  const rule = map.response.notFound
  if (rule.kind === 'empty') return !isEmpty(response)
  const code = textAt(response, rule.wire, map)
  if (code !== undefined && rule.notFound.includes(code)) return false
  if (code !== undefined && rule.found.includes(code)) return true
  throw new AdapterFault('bad-answer', `the answer has an unknown code in ${rule.wire}`, { at: rule.wire })
}

const isEmpty = (element: XmlElement): boolean => element.text.trim() === '' && element.children.every(isEmpty)

function textAt(element: XmlElement, wire: string, map: RegixMap): string | undefined {
  const [one, ...more] = select(element, wireSteps(wire, map.response.namespaces))
  if (more.length > 0) throw new AdapterFault('bad-answer', `the answer has more than one ${wire}`, { at: wire })
  return one?.text.trim()
}

function asOf(response: XmlElement, map: RegixMap): string {
  const stated = map.response.asOf === undefined ? undefined : textAt(response, map.response.asOf, map)
  return stated === undefined || stated === '' ? new Date().toISOString() : readAsOf(stated)
}
