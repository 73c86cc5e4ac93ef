import { randomUUID } from 'node:crypto'
import type { SoapVersion } from '../soap/envelope.ts'
import { escapeXml } from '../soap/xml-element.ts'
import { REGIX_DATA, REGIX_SERVICE, TEMPURI } from './names.ts'

/** One of the two doors of RegiX, as its clients see it. */
export interface EntryPoint {
  /** Below the host. */
  readonly path: string
  readonly soap: SoapVersion
  readonly mediaType: string
  /** Of the elements around the members of a question or a result. */
  readonly service: string
  /** Of those members. */
  readonly data: string
  /** Before the name of an operation. */
  readonly action: string
  /** What stands around the members, in a question and in a result; V1 has nothing there. */
  readonly wrappers?: { readonly request: string; readonly result: string; readonly reference: string }
  /** The operation that answers at once, and the one that may promise an answer. */
  readonly ask: string
  readonly begin: string
  /** Does it take notice that an answer arrived? */
  readonly acknowledges: boolean
}

export const V2_BASIC: EntryPoint = {
  path: '/RegiXEntryPointV2.svc/basic',
  soap: '1.1',
  mediaType: 'text/xml',
  service: REGIX_SERVICE,
  data: REGIX_DATA,
  action: `${REGIX_SERVICE}/IRegiXEntryPointV2/`,
  wrappers: {
    request: 'ServiceRequestData',
    result: 'ServiceResultData',
    reference: 'ServiceCheckResultArgument',
  },
  ask: 'Execute',
  begin: 'Execute',
  acknowledges: true,
}

export const V1: EntryPoint = {
  path: '/RegiXEntryPoint.svc',
  soap: '1.2',
  mediaType: 'application/soap+xml',
  service: TEMPURI,
  data: TEMPURI,
  action: `${TEMPURI}IRegiXEntryPoint/`,
  ask: 'ExecuteSynchronous',
  begin: 'Execute',
  acknowledges: false,
}

export const entryPointOf = ({ entryPoint }: { readonly entryPoint?: 'v1' }): EntryPoint =>
  entryPoint === 'v1' ? V1 : V2_BASIC

/** How an operation is named on the wire: in SOAP 1.1 by a header of HTTP, in 1.2 by a parameter of the media type. */
export function httpNames(entry: EntryPoint, operation: string) {
  const action = `"${entry.action}${operation}"`
  return entry.soap === '1.1'
    ? { contentType: `${entry.mediaType}; charset=utf-8`, headers: { SOAPAction: action } }
    : { contentType: `${entry.mediaType}; charset=utf-8; action=${action}`, headers: {} }
}

const ADDRESSING = 'http://www.w3.org/2005/08/addressing'

/** WS-Addressing 1.0, which goes with SOAP 1.2 here; answers go back on the line that asked. */
export const addressingOf = (entry: EntryPoint, operation: string, to: string): string =>
  entry.soap === '1.1'
    ? ''
    : `<s:Header xmlns:a="${ADDRESSING}"><a:Action s:mustUnderstand="1">${entry.action}${operation}</a:Action>` +
      `<a:MessageID>urn:uuid:${randomUUID()}</a:MessageID>` +
      `<a:ReplyTo><a:Address>${ADDRESSING}/anonymous</a:Address></a:ReplyTo>` +
      `<a:To s:mustUnderstand="1">${escapeXml(to)}</a:To></s:Header>`
