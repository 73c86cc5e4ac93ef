import { SOAP } from '../adapter-kit/soap/envelope.ts'
import { escapeXml } from '../adapter-kit/soap/xml-element.ts'
import type { RegixAddress } from '../model/regix.ts'
import { ADDRESSING, ENTRIES, XSD, XSI } from './names.ts'

/** To which element of a body something answers, and whether it was addressed. */
export interface AnsweredTo extends RegixAddress {
  /** `Execute`, `ExecuteSynchronous`, `CheckResult`, `AcknowledgeResultReceived`. */
  readonly element: string
  readonly addressed?: { readonly messageId?: string }
}

/**
 * The literal shape of WCF, which clients take apart as text: prefix `s:`, both declarations on the Body, and no prefix
 * inside; on one line.
 */
export const writeEnvelope = (to: AnsweredTo, content: string, action = responseAction(to)): string =>
  `<s:Envelope xmlns:s="${SOAP[to.soap]}"${headerOf(to, action)}` +
  `<s:Body xmlns:xsi="${XSI}" xmlns:xsd="${XSD}">${content}</s:Body></s:Envelope>`

const responseAction = ({ entry, element }: AnsweredTo): string => `${ENTRIES[entry].action}${element}Response`

function headerOf({ soap, addressed }: AnsweredTo, action: string): string {
  if (soap === '1.1' || addressed === undefined) return '>'
  const relates =
    addressed.messageId === undefined ? '' : `<a:RelatesTo>${escapeXml(addressed.messageId)}</a:RelatesTo>`
  return ` xmlns:a="${ADDRESSING}"><s:Header><a:Action s:mustUnderstand="1">${action}</a:Action>${relates}</s:Header>`
}

/** What stands around the members of a result: the one in V1, one more in V2. */
function wrapperOf({ entry, element }: AnsweredTo): readonly [string, string] {
  const { namespace, data } = ENTRIES[entry]
  const [start, end] = [
    `<${element}Response xmlns="${namespace}"><${element}Result>`,
    `</${element}Result></${element}Response>`,
  ]
  return entry === 'v1' ? [start, end] : [`${start}<ServiceResultData xmlns="${data}">`, `</ServiceResultData>${end}`]
}

/** A whole answer around the members of a result. */
export function writeResult(to: AnsweredTo, members: string): string {
  const [start, end] = wrapperOf(to)
  return writeEnvelope(to, start + members + end)
}

/** The members of a result that edno wrote, to stand in another answer; undefined where it is none of this entry point's. */
export function membersIn(text: string, to: RegixAddress, elements: readonly string[]): string | undefined {
  for (const element of elements) {
    const [start, end] = wrapperOf({ ...to, element })
    const [from, until] = [text.indexOf(start), text.lastIndexOf(end)]
    if (from !== -1 && until > from) return text.slice(from + start.length, until)
  }
  return undefined
}
