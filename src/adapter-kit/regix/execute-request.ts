import { AdapterFault, type CallContext } from '../adapter.ts'
import { readSoapBody, soapEnvelope } from '../soap/envelope.ts'
import { readDom } from '../soap/read-dom.ts'
import { childNamed, textOf, writeXml, type XmlElement } from '../soap/xml-element.ts'
import { REGIX_DATA, REGIX_SERVICE } from './names.ts'

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
}

export function writeExecute(request: ExecuteRequest): string {
  const member = (name: string, text: string): XmlElement => element(name, [], text)
  const data = element('ServiceRequestData', [
    member('Operation', request.operation),
    element('Argument', [request.argument]),
    element(
      'CallContext',
      Object.entries(request.callContext).map(([name, text]) => member(name, text)),
    ),
    member('SignResult', String(request.signResult)),
    member('ReturnAccessMatrix', String(request.returnAccessMatrix)),
  ])
  return soapEnvelope(`<Execute xmlns="${REGIX_SERVICE}"><request>${writeXml(data, REGIX_SERVICE)}</request></Execute>`)
}

const element = (name: string, children: readonly XmlElement[], text = ''): XmlElement => ({
  name,
  namespace: REGIX_DATA,
  attributes: {},
  nil: false,
  children,
  text,
})

/** The server's side of `writeExecute`. Throws `bad-answer` for a body that is not an `Execute`. */
export function readExecute(bytes: Uint8Array): ExecuteRequest {
  const execute = readSoapBody(bytes, readDom)
  const request = childNamed(execute, 'request')
  const data = request === undefined ? undefined : childNamed(request, 'ServiceRequestData')
  const argument = data === undefined ? undefined : childNamed(data, 'Argument')?.children[0]
  if (execute.name !== 'Execute' || data === undefined || argument === undefined) {
    throw new AdapterFault('bad-answer', 'the document is not a RegiX Execute')
  }
  const context = childNamed(data, 'CallContext')?.children ?? []
  return {
    operation: textOf(data, 'Operation') ?? '',
    argument,
    callContext: Object.fromEntries(context.map(({ name, text }) => [name, text.trim()])),
    signResult: flag(data, 'SignResult'),
    returnAccessMatrix: flag(data, 'ReturnAccessMatrix'),
  }
}

/** A flag in another namespace than the data's is ignored, as WCF ignores it (some callers send it in none). */
const flag = (data: XmlElement, name: string): boolean => {
  const child = childNamed(data, name)
  return child?.namespace === data.namespace && /^(true|1)$/.test(child.text.trim())
}
