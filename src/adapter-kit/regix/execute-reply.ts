import { AdapterFault } from '../adapter.ts'
import { readSoapBody, soapEnvelope } from '../soap/envelope.ts'
import { parseXml } from '../soap/parse-xml.ts'
import { childNamed, escapeXml, readFlag, textOf, writeXml, type XmlElement } from '../soap/xml-element.ts'
import { REGIX_DATA, REGIX_SERVICE } from './names.ts'

/** What the caller's RegiX rights say of one answer; `denied` are paths without namespaces, joined with dots. */
export interface AccessMatrix {
  readonly hasAccess: boolean
  readonly denied: readonly string[]
}

/** An answer or an empty one, which only the operation's map can tell apart; errors are thrown. */
export interface ExecuteReply {
  readonly callId: string
  /** The request element as the registry says it understood it. */
  readonly request: XmlElement | undefined
  readonly response: XmlElement | undefined
  readonly matrix: AccessMatrix | undefined
}

/**
 * What RegiX says of itself (ready, errors, the number of the call) is never signed; `Data` is read out of what `verify` gives back, where
 * there is one. Throws `refused` where RegiX refuses, `unavailable` where it or the registry failed, `bad-answer` for the rest. */
export function readExecuteReply(bytes: Uint8Array, verify?: (raw: Uint8Array) => Uint8Array): ExecuteReply {
  const result = resultData(readSoapBody(bytes))
  const ready = flagAt(result, 'IsReady')
  // RegiX gives no codes and its texts can hold personal data: only their fixed beginnings are looked at.
  const error = textOf(result, 'Error')
  if (error !== undefined || flagAt(result, 'HasError') === true) throw failure(error ?? '')
  if (ready !== true) throw new AdapterFault('bad-answer', 'RegiX promises a later answer, which was not asked for')
  const data = dataOf(result, bytes, verify)
  return {
    callId: textOf(result, 'ServiceCallID') ?? 'unknown',
    request: childNamed(data, 'Request')?.children[0],
    response: childNamed(data, 'Response')?.children[0],
    matrix: matrixOf(childNamed(data, 'Matrix')),
  }
}

function dataOf(result: XmlElement, bytes: Uint8Array, verify?: (raw: Uint8Array) => Uint8Array): XmlElement {
  const data = verify === undefined ? childNamed(result, 'Data') : parseXml(verify(bytes))
  if (data === undefined || data.nil) throw new AdapterFault('bad-answer', 'the RegiX reply holds no Data')
  return data
}

function resultData(body: XmlElement): XmlElement {
  const result = body.name === 'ExecuteResponse' ? childNamed(body, 'ExecuteResult') : undefined
  const data = result === undefined ? undefined : childNamed(result, 'ServiceResultData')
  if (data === undefined) throw new AdapterFault('bad-answer', 'the reply is not a RegiX ExecuteResponse')
  return data
}

const failure = (text: string): AdapterFault =>
  /^(Access denied!|Service is disabled!)/.test(text)
    ? new AdapterFault('refused', 'RegiX refused the question')
    : new AdapterFault('unavailable', 'RegiX or the registry reports an error')

function matrixOf(matrix: XmlElement | undefined): AccessMatrix | undefined {
  if (matrix === undefined || matrix.nil) return undefined
  const properties = childNamed(matrix, 'Properties')?.children ?? []
  return {
    hasAccess: accessOf(matrix),
    denied: properties.filter((property) => !accessOf(property)).map(nameOf),
  }
}

/** What is not plainly granted or denied cannot be told from either. */
function accessOf(line: XmlElement): boolean {
  const access = flagAt(line, 'HasAccess')
  if (access === undefined) throw new AdapterFault('bad-answer', 'the access matrix does not say what it grants')
  return access
}

function nameOf(property: XmlElement): string {
  const name = textOf(property, 'Name')
  if (name === undefined) throw new AdapterFault('bad-answer', 'the access matrix denies a field without a name')
  return name
}

/** `undefined` where there is no such child. Throws `bad-answer` for two of them, and for what is no `xs:boolean`. */
function flagAt(element: XmlElement, name: string): boolean | undefined {
  const [one, ...more] = element.children.filter((child) => child.name === name && !child.nil)
  if (one === undefined) return undefined
  const flag = one.children.length === 0 && more.length === 0 ? readFlag(one.text) : undefined
  if (flag === undefined) throw new AdapterFault('bad-answer', `the RegiX reply has an unreadable ${name}`)
  return flag
}

/** The parts of a successful reply, for whoever stands in for RegiX. */
export interface ReplyParts {
  readonly callId: number
  readonly request: XmlElement
  readonly response: XmlElement
  /** Name of the response type and its paths, where the caller asked for the matrix. */
  readonly matrix?: { readonly type: string; readonly paths: readonly string[] }
  /** `Data` → the signature beside it, where the caller asked for one. */
  readonly sign?: (data: string) => string
}

/** Writes the literal shape that existing clients read: prefix `s:`, no prefix inside, `Error` always there. */
export function writeExecuteReply(parts: ReplyParts): string {
  const data =
    `<Data id="data"><Request id="request">${writeXml(parts.request, REGIX_DATA)}</Request>` +
    `<Response id="response">${writeXml(parts.response, REGIX_DATA)}</Response>${writeMatrix(parts.matrix)}</Data>`
  return reply(
    `<IsReady>true</IsReady>${data}${parts.sign?.(data) ?? ''}` +
      `<HasError>false</HasError><Error xsi:nil="true"/><ServiceCallID>${parts.callId}</ServiceCallID>`,
  )
}

/** The registry or its adapter failed: ready, but with an error and without data. */
export const writeExecuteError = (callId: number, text: string): string =>
  reply(
    `<IsReady>true</IsReady><Data xsi:nil="true"/><HasError>true</HasError><Error>${escapeXml(text)}</Error>` +
      `<ServiceCallID>${callId}</ServiceCallID>`,
  )

const reply = (members: string): string =>
  soapEnvelope(
    `<ExecuteResponse xmlns="${REGIX_SERVICE}"><ExecuteResult><ServiceResultData xmlns="${REGIX_DATA}">${members}` +
      '</ServiceResultData></ExecuteResult></ExecuteResponse>',
  )

function writeMatrix(matrix: ReplyParts['matrix']): string {
  if (matrix === undefined) return '<Matrix xsi:nil="true"/>'
  const properties = matrix.paths.map(
    (path) => `<Property><HasAccess>true</HasAccess><Name>${escapeXml(path)}</Name></Property>`,
  )
  return (
    `<Matrix id="AccessMatrix"><HasAccess>true</HasAccess><Name>${escapeXml(matrix.type)}</Name>` +
    `<Properties>${properties.join('')}</Properties></Matrix>`
  )
}
