import { AdapterFault } from '../adapter.ts'
import { readSoapBody, soapEnvelope } from '../soap/envelope.ts'
import { parseXml } from '../soap/parse-xml.ts'
import { type EntryPoint, V2_BASIC } from './entry-point.ts'
import { childNamed, escapeXml, readFlag, textOf, writeXml, type XmlElement } from '../soap/xml-element.ts'

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

/** RegiX has the question, and will have the answer later. */
export interface PendingReply {
  readonly pending: { readonly callId: string; readonly verificationCode?: string }
}

type Verify = (raw: Uint8Array, namespace: string) => Uint8Array

/** How a result comes in: as the answer to which operation, at which entry point. */
export interface ResultPlace {
  readonly operation: string
  readonly entry: EntryPoint
}

/** The answer to an `Execute` that asked for one at once, by V2 over SOAP 1.1. Throws as `readResult`, and `bad-answer` for a promise. */
export const readExecuteReply = (bytes: Uint8Array, verify?: Verify): ExecuteReply =>
  requireReady(readResult(bytes, { operation: V2_BASIC.ask, entry: V2_BASIC }, verify))

export function requireReady(result: ExecuteReply | PendingReply): ExecuteReply {
  if ('pending' in result)
    throw new AdapterFault('bad-answer', 'RegiX promises a later answer, which was not asked for')
  return result
}

/**
 * What RegiX says of itself (ready, errors, the number of the call) is never signed; `Data` is read out of what `verify` gives back, where
 * there is one. Throws `refused` where RegiX refuses, `unavailable` where it or the registry failed, `bad-answer` for the rest. */
export function readResult(bytes: Uint8Array, place: ResultPlace, verify?: Verify): ExecuteReply | PendingReply {
  const result = resultData(readSoapBody(bytes, parseXml, place.entry.soap), place)
  const ready = flagAt(result, 'IsReady')
  // RegiX gives no codes and its texts can hold personal data: only their fixed beginnings are looked at.
  const error = textOf(result, 'Error')
  if (error !== undefined || flagAt(result, 'HasError') === true) throw failure(error ?? '')
  if (ready !== true) return pendingOf(result)
  const data = dataOf(result, verify === undefined ? undefined : verify(bytes, place.entry.data))
  return {
    callId: textOf(result, 'ServiceCallID') ?? 'unknown',
    request: childNamed(data, 'Request')?.children[0],
    response: childNamed(data, 'Response')?.children[0],
    matrix: matrixOf(childNamed(data, 'Matrix')),
  }
}

function pendingOf(result: XmlElement): PendingReply {
  const callId = textOf(result, 'ServiceCallID') ?? ''
  if (!/^[1-9]\d{0,19}$/.test(callId))
    throw new AdapterFault('bad-answer', 'RegiX is not ready, and gives no number to ask again by')
  const verificationCode = textOf(result, 'VerificationCode')
  return { pending: { callId, ...(verificationCode === undefined ? {} : { verificationCode }) } }
}

function dataOf(result: XmlElement, signed: Uint8Array | undefined): XmlElement {
  const data = signed === undefined ? childNamed(result, 'Data') : parseXml(signed)
  if (data === undefined || data.nil) throw new AdapterFault('bad-answer', 'the RegiX reply holds no Data')
  return data
}

/** An answer that RegiX sends of itself is a question to whoever takes it. */
function resultData(body: XmlElement, { operation, entry }: ResultPlace): XmlElement {
  const [element, member] =
    operation === CALLBACK ? [CALLBACK, 'request'] : [`${operation}Response`, `${operation}Result`]
  const result = body.name === element ? childNamed(body, member) : undefined
  const wrapper = entry.wrappers?.result
  const data = result === undefined || wrapper === undefined ? result : childNamed(result, wrapper)
  if (data === undefined) throw new AdapterFault('bad-answer', `the message is not a RegiX ${element}`)
  return data
}

/** What RegiX calls at the address that it was told, in V2. */
export const CALLBACK = 'ExecuteCallback'

/** To which promise a message of RegiX belongs, and whether it ends it, by an answer or otherwise; nothing of this is signed. */
export function readCallbackHead(bytes: Uint8Array): {
  readonly callId: string
  readonly verificationCode?: string
  readonly ready: boolean
  readonly answers: boolean
} {
  const result = resultData(readSoapBody(bytes), { operation: CALLBACK, entry: V2_BASIC })
  const verificationCode = textOf(result, 'VerificationCode')
  const failed = textOf(result, 'Error') !== undefined || flagAt(result, 'HasError') === true
  const ready = flagAt(result, 'IsReady') === true
  return {
    callId: textOf(result, 'ServiceCallID') ?? '',
    ...(verificationCode === undefined ? {} : { verificationCode }),
    ready,
    answers: ready && !failed,
  }
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
  /** `Data`, and the namespace in which it stands → the signature beside it, where the caller asked for one. */
  readonly sign?: (data: string, namespace: string) => string
  /** Where RegiX sends the answer of itself. */
  readonly verificationCode?: string
}

const EXECUTE: ResultPlace = { operation: V2_BASIC.ask, entry: V2_BASIC }

/** Writes the literal shape that existing clients read: prefix `s:`, no prefix inside, `Error` always there. */
export function writeExecuteReply(parts: ReplyParts, place: ResultPlace = EXECUTE): string {
  const { data: namespace } = place.entry
  const data =
    `<Data id="data"><Request id="request">${writeXml(parts.request, namespace)}</Request>` +
    `<Response id="response">${writeXml(parts.response, namespace)}</Response>${writeMatrix(parts.matrix)}</Data>`
  return reply(
    place,
    `<IsReady>true</IsReady>${data}${parts.sign?.(data, namespace) ?? ''}` +
      `<HasError>false</HasError><Error xsi:nil="true"/><ServiceCallID>${parts.callId}</ServiceCallID>` +
      codeOf(parts.verificationCode),
  )
}

const codeOf = (code: string | undefined): string =>
  code === undefined ? '' : `<VerificationCode>${escapeXml(code)}</VerificationCode>`

/** The answer is not there yet. V1's `Execute` says no more than the number. */
export function writePending(callId: number, verificationCode: string, place: ResultPlace): string {
  const { entry, operation } = place
  const number = `<ServiceCallID>${callId}</ServiceCallID>`
  const noError = '<HasError>false</HasError><Error xsi:nil="true"/>'
  if (entry.wrappers === undefined && operation === entry.begin) return reply(place, `${number}${noError}`)
  const code = codeOf(entry.wrappers === undefined ? undefined : verificationCode)
  return reply(place, `<IsReady>false</IsReady><Data xsi:nil="true"/>${noError}${number}${code}`)
}

/** The registry or its adapter failed: ready, but with an error and without data. */
export const writeExecuteError = (callId: number, text: string): string =>
  reply(
    EXECUTE,
    `<IsReady>true</IsReady><Data xsi:nil="true"/><HasError>true</HasError><Error>${escapeXml(text)}</Error>` +
      `<ServiceCallID>${callId}</ServiceCallID>`,
  )

function reply({ operation, entry }: ResultPlace, members: string): string {
  const [element, member] =
    operation === CALLBACK ? [CALLBACK, 'request'] : [`${operation}Response`, `${operation}Result`]
  const wrapper = entry.wrappers?.result
  const content = wrapper === undefined ? members : `<${wrapper} xmlns="${entry.data}">${members}</${wrapper}>`
  return soapEnvelope(`<${element} xmlns="${entry.service}"><${member}>${content}</${member}></${element}>`, entry.soap)
}

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
