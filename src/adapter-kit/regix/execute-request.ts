import { AdapterFault, type CallContext } from '../adapter.ts'
import { readSoapBody, soapEnvelope } from '../soap/envelope.ts'
import { readDom } from '../soap/read-dom.ts'
import { childNamed, textOf, writeXml, type XmlElement } from '../soap/xml-element.ts'
import type { PromisedAnswer } from '../later-answer.ts'
import { type EntryPoint, V2_BASIC } from './entry-point.ts'

/** Who asks, for which case and on which ground: text that RegiX and the registry keep in their logs. */
export type RegixCallContext = Readonly<Record<string, string>>

/** The exchange's facts under RegiX's names, in the order of its schema; what is unknown is left out. */
export function callContextOf(context: CallContext): RegixCallContext {
  const members: readonly (readonly [string, string | undefined])[] = [
    ['ServiceURI', context.case],
    ['ServiceType', context.service.title],
    ['EmployeeIdentifier', context.official.identifier],
    ['EmployeeNames', context.official.names],
    ['EmployeePosition', context.official.position],
    ['AdministrationOId', context.consumer.oid],
    ['AdministrationName', context.consumer.name],
    ['LawReason', context.legalBasis],
    ['Remark', `edno ${context.exchangeId} ${context.call}`],
  ]
  return Object.fromEntries(members.filter((member): member is [string, string] => member[1] !== undefined))
}

export interface ExecuteRequest {
  readonly operation: string
  /** The operation's own request element. */
  readonly argument: XmlElement
  readonly callContext: RegixCallContext
  readonly signResult: boolean
  readonly returnAccessMatrix: boolean
  /** The answer may come later. */
  readonly asynchronous?: true
  /** Where RegiX may send it then. */
  readonly callbackUrl?: string
}

/** The body of the question. V1 says by the name of its operation what V2 says by a flag. */
export function executeBody(request: ExecuteRequest, entry: EntryPoint): string {
  const later = request.asynchronous === true
  const member = memberIn(entry)
  const members = [
    ...(later && entry.wrappers !== undefined ? [member('RequestProcessing', 'Asynchronous')] : []),
    member('Operation', request.operation),
    element(entry.data, 'Argument', [request.argument]),
    element(
      entry.data,
      'CallContext',
      Object.entries(request.callContext).map(([name, text]) => member(name, text)),
    ),
    ...(request.callbackUrl === undefined ? [] : [member('CallbackURL', request.callbackUrl)]),
    member('SignResult', String(request.signResult)),
    member('ReturnAccessMatrix', String(request.returnAccessMatrix)),
  ]
  return writeXml(
    element(entry.service, later ? entry.begin : entry.ask, [
      element(entry.service, 'request', wrapped(members, entry, entry.wrappers?.request)),
    ]),
    '',
  )
}

/** `CheckResult` and `AcknowledgeResultReceived`. */
export function referenceBody(operation: string, promise: PromisedAnswer, entry: EntryPoint): string {
  const member = memberIn(entry)
  const { reference, proof } = promise
  const members = [
    member('ServiceCallID', reference),
    ...(proof === undefined || entry.wrappers === undefined ? [] : [member('VerificationCode', proof)]),
  ]
  return writeXml(
    element(entry.service, operation, [
      element(entry.service, 'argument', wrapped(members, entry, entry.wrappers?.reference)),
    ]),
    '',
  )
}

const memberIn =
  ({ data }: EntryPoint) =>
  (name: string, text: string): XmlElement =>
    element(data, name, [], text)

const wrapped = (members: readonly XmlElement[], { data }: EntryPoint, name: string | undefined) =>
  name === undefined ? members : [element(data, name, members)]

const element = (namespace: string, name: string, children: readonly XmlElement[], text = ''): XmlElement => ({
  name,
  namespace,
  attributes: {},
  nil: false,
  children,
  text,
})

/** A whole message of V2 over SOAP 1.1. */
export const writeExecute = (request: ExecuteRequest): string => soapEnvelope(executeBody(request, V2_BASIC))

/** The server's side of `writeExecute`. Throws `bad-answer` for a body that is not an `Execute`. */
export const readExecute = (bytes: Uint8Array): ExecuteRequest => readQuestion(readSoapBody(bytes, readDom), V2_BASIC)

/** The same of the element of a body, at either entry point. */
export function readQuestion(execute: XmlElement, entry: EntryPoint): ExecuteRequest {
  const { data, argument } = askedIn(execute, entry)
  const context = childNamed(data, 'CallContext')?.children ?? []
  const callbackUrl = textOf(data, 'CallbackURL')
  return {
    operation: textOf(data, 'Operation') ?? '',
    argument,
    callContext: Object.fromEntries(context.map(({ name, text }) => [name, text.trim()])),
    signResult: flag(data, 'SignResult'),
    returnAccessMatrix: flag(data, 'ReturnAccessMatrix'),
    ...(mayWait(execute, data, entry) ? { asynchronous: true as const } : {}),
    ...(callbackUrl === undefined ? {} : { callbackUrl }),
  }
}

function askedIn(execute: XmlElement, entry: EntryPoint): { readonly data: XmlElement; readonly argument: XmlElement } {
  const data = unwrapped(execute, 'request', entry.wrappers?.request)
  const argument = data === undefined ? undefined : childNamed(data, 'Argument')?.children[0]
  const asks = execute.name === entry.begin || execute.name === entry.ask
  if (!asks || data === undefined || argument === undefined) {
    throw new AdapterFault('bad-answer', 'the document is not a RegiX Execute')
  }
  return { data, argument }
}

const mayWait = ({ name }: XmlElement, data: XmlElement, { begin, ask }: EntryPoint): boolean =>
  begin === ask ? /\bAsynchronous\b/.test(textOf(data, 'RequestProcessing') ?? '') : name === begin

/** The number and the code of a `CheckResult` or an `AcknowledgeResultReceived`. */
export function readReference(asked: XmlElement, entry: EntryPoint): Pick<PromisedAnswer, 'reference' | 'proof'> {
  const data = unwrapped(asked, 'argument', entry.wrappers?.reference)
  const reference = data === undefined ? undefined : textOf(data, 'ServiceCallID')
  if (data === undefined || reference === undefined)
    throw new AdapterFault('bad-answer', 'the document names no ServiceCallID')
  const proof = textOf(data, 'VerificationCode')
  return { reference, ...(proof === undefined ? {} : { proof }) }
}

function unwrapped(asked: XmlElement, name: string, wrapper: string | undefined): XmlElement | undefined {
  const outer = childNamed(asked, name)
  return outer === undefined || wrapper === undefined ? outer : childNamed(outer, wrapper)
}

/** A flag in another namespace than the data's is ignored, as WCF ignores it (some callers send it in none). */
const flag = (data: XmlElement, name: string): boolean => {
  const child = childNamed(data, name)
  return child?.namespace === data.namespace && /^(true|1)$/.test(child.text.trim())
}
