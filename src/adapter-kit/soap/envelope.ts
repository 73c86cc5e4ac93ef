import { AdapterFault } from '../adapter.ts'
import { parseXml } from './parse-xml.ts'
import { childNamed, escapeXml, type XmlElement } from './xml-element.ts'

export const SOAP_11 = 'http://schemas.xmlsoap.org/soap/envelope/'
export const SOAP = { '1.1': SOAP_11, '1.2': 'http://www.w3.org/2003/05/soap-envelope' } as const
export type SoapVersion = keyof typeof SOAP

/** Wraps a body; prefix `s:` and the two declarations are what existing RegiX clients search for. */
export const soapEnvelope = (body: string, version: SoapVersion = '1.1', header = ''): string =>
  `<s:Envelope xmlns:s="${SOAP[version]}">${header}<s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
  `xmlns:xsd="http://www.w3.org/2001/XMLSchema">${body}</s:Body></s:Envelope>`

/** A fault for a caller's mistake: the fixed text only, never details of an exception. */
export const soapFault = (text: string, version: SoapVersion = '1.1'): string =>
  soapEnvelope(
    version === '1.1'
      ? `<s:Fault><faultcode>s:Client</faultcode><faultstring>${escapeXml(text)}</faultstring></s:Fault>`
      : '<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code>' +
          `<s:Reason><s:Text xml:lang="bg">${escapeXml(text)}</s:Text></s:Reason></s:Fault>`,
    version,
  )

/** The one element inside a SOAP body, whatever the prefixes. Throws `bad-answer`, also for a SOAP fault. */
export function readSoapBody(bytes: Uint8Array, parse = parseXml, version: SoapVersion = '1.1'): XmlElement {
  const content = bodyContent(parse(bytes), version)
  if (isFault(content, version)) throw new AdapterFault('bad-answer', 'the registry answered a SOAP fault')
  return content
}

export function isSoapFault(bytes: Uint8Array, version: SoapVersion = '1.1'): boolean {
  try {
    return isFault(bodyContent(parseXml(bytes), version), version)
  } catch (error) {
    if (AdapterFault.is(error)) return false
    throw error
  }
}

const isFault = ({ name, namespace }: XmlElement, version: SoapVersion): boolean =>
  name === 'Fault' && namespace === SOAP[version]

function bodyContent(envelope: XmlElement, version: SoapVersion): XmlElement {
  const body = childNamed(envelope, 'Body')
  if (envelope.name !== 'Envelope' || envelope.namespace !== SOAP[version] || body?.namespace !== SOAP[version]) {
    throw new AdapterFault('bad-answer', `the document is not a SOAP ${version} envelope`)
  }
  const [content] = body.children
  if (content === undefined || body.children.length > 1) {
    throw new AdapterFault('bad-answer', 'the SOAP body does not hold exactly one element')
  }
  return content
}
