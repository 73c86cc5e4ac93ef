import { AdapterFault } from '../adapter.ts'
import { parseXml } from './parse-xml.ts'
import { childNamed, escapeXml, type XmlElement } from './xml-element.ts'

export const SOAP_11 = 'http://schemas.xmlsoap.org/soap/envelope/'

/** Wraps a body; prefix `s:` and the two declarations are what existing RegiX clients search for. */
export const soapEnvelope = (body: string): string =>
  `<s:Envelope xmlns:s="${SOAP_11}"><s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
  `xmlns:xsd="http://www.w3.org/2001/XMLSchema">${body}</s:Body></s:Envelope>`

/** A fault for a caller's mistake: the fixed text only, never details of an exception. */
export const soapFault = (text: string): string =>
  soapEnvelope(`<s:Fault><faultcode>s:Client</faultcode><faultstring>${escapeXml(text)}</faultstring></s:Fault>`)

/** The one element inside a SOAP 1.1 body, whatever the prefixes. Throws `bad-answer`, also for a SOAP fault. */
export function readSoapBody(bytes: Uint8Array, parse = parseXml): XmlElement {
  const content = bodyContent(parse(bytes))
  if (isFault(content)) throw new AdapterFault('bad-answer', 'the registry answered a SOAP fault')
  return content
}

export function isSoapFault(bytes: Uint8Array): boolean {
  try {
    return isFault(bodyContent(parseXml(bytes)))
  } catch (error) {
    if (AdapterFault.is(error)) return false
    throw error
  }
}

const isFault = ({ name, namespace }: XmlElement): boolean => name === 'Fault' && namespace === SOAP_11

function bodyContent(envelope: XmlElement): XmlElement {
  const body = childNamed(envelope, 'Body')
  if (envelope.name !== 'Envelope' || envelope.namespace !== SOAP_11 || body?.namespace !== SOAP_11) {
    throw new AdapterFault('bad-answer', 'the document is not a SOAP 1.1 envelope')
  }
  const [content] = body.children
  if (content === undefined || body.children.length > 1) {
    throw new AdapterFault('bad-answer', 'the SOAP body does not hold exactly one element')
  }
  return content
}
