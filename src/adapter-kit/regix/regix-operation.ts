import { isDeepStrictEqual } from 'node:util'
import { AdapterFault, type CallContext, type Finding, type OperationInput } from '../adapter.ts'
import { keepFields } from '../keep-fields.ts'
import { askedPaths, type OperationMaker } from '../operation.ts'
import { readAsOf, readSourceReference } from '../provenance-text.ts'
import type { XmlElement } from '../soap/xml-element.ts'
import { fieldAt } from './field-path.ts'
import { entryPointOf } from './entry-point.ts'
import { type ExecuteReply, readResult, requireReady } from './execute-reply.ts'
import { callContextOf, executeBody, type ExecuteRequest } from './execute-request.ts'
import { deniedFields } from './matrix-paths.ts'
import { type Answered, type Asking, askPromised, laterHandler } from './promised-result.ts'
import { readFields } from './read-fields.ts'
import { type RegixMap, readRegixMap, type WireRoot } from './regix-map.ts'
import { type RegixLine, send } from './regix-line.ts'
import { select, wireSteps } from './wire-path.ts'
import { writeFields } from './write-fields.ts'

/** An operation that the registry offers in RegiX: all that is special about it stands in its `regix.json`. */
export const regixOperation: OperationMaker = ({ http, endpoint, manifest, folder }) => {
  const map = readRegixMap(folder)
  const question = literalOf(map.request)
  const line = { http, entry: entryPointOf(endpoint), url: endpoint.url, maxAnswerBytes: manifest.maxAnswerBytes }
  const repeats = (told: XmlElement, asked: XmlElement): boolean =>
    isDeepStrictEqual(readFields(told, question), readFields(asked, question))
  const handler = async (input: OperationInput, context: CallContext): Promise<Finding> => {
    const { reply, body } = await ask({ line, map, timeoutMs: manifest.timeoutMs, repeats }, input, context)
    const response = answerOf(reply, map)
    const wanted = askedPaths(context.fields, manifest)
    refuseDenied(reply, map, wanted)
    const { subject } = manifest
    const echo =
      subject !== 'none' && subject.echo === true ? echoOf(reply.request, question, subject.input) : undefined
    const base = {
      asOf: asOf(response, map),
      sourceReference: readSourceReference(`regix:${reply.callId}`),
      signedByRegistry: context.verifyAnswer !== undefined,
      received: { mediaType: line.entry.mediaType, body },
      ...(echo === undefined ? {} : { echo }),
    }
    if (!hasRecord(response, map)) return { ...base, status: 'not-found' }
    const evidence = keepFields(readFields(response, map.response), wanted)
    return { ...base, status: 'found', evidence } satisfies Finding
  }
  if (map.asynchronous !== true) return handler
  return Object.assign(handler, { later: laterHandler(line, { repeats, fits: (response) => isAnswer(response, map) }) })
}

interface Wire {
  readonly line: RegixLine
  readonly map: RegixMap
  readonly timeoutMs: number
  readonly repeats: Asking['repeats']
}

async function ask(
  { line, map, timeoutMs, repeats }: Wire,
  input: OperationInput,
  context: CallContext,
): Promise<Answered> {
  const { verifyAnswer, later, signal } = context
  const request: ExecuteRequest = {
    operation: map.operation,
    argument: writeFields(input, map.request),
    callContext: callContextOf(context),
    signResult: verifyAnswer !== undefined,
    returnAccessMatrix: true,
  }
  const { entry } = line
  if (map.asynchronous === true) {
    // V1 has no message in which it could send one.
    const callback = later?.callbackUrl === undefined || !entry.acknowledges ? {} : { callbackUrl: later.callbackUrl }
    return askPromised({ line, timeoutMs, context, repeats }, { ...request, asynchronous: true, ...callback })
  }
  const body = await send(line, { operation: entry.ask, body: executeBody(request, entry) }, signal)
  return { reply: requireReady(readResult(body, { operation: entry.ask, entry }, verifyAnswer)), body }
}

function answerOf(reply: ExecuteReply, map: RegixMap): XmlElement {
  const { response } = reply
  if (response === undefined) throw new AdapterFault('bad-answer', 'the RegiX reply holds no Response')
  if (!isAnswer(response, map)) {
    throw new AdapterFault('bad-answer', 'the RegiX reply answers another operation')
  }
  return response
}

const isAnswer = ({ name, namespace }: XmlElement, { response }: RegixMap): boolean =>
  name === response.root && namespace === response.namespace

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
