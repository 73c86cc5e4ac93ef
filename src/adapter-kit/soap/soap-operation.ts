import { AdapterFault, type CallContext, type Finding, type OperationInput } from '../adapter.ts'
import { keepFields } from '../keep-fields.ts'
import { askedPaths, type OperationMaker } from '../operation.ts'
import { readAsOf, readSourceReference } from '../provenance-text.ts'
import { isSoapFault, readSoapBody, soapEnvelope } from './envelope.ts'
import { signEnvelope } from './ws-security.ts'
import { writeXml, type XmlElement } from './xml-element.ts'

const SOAP_TYPE = 'text/xml'
const FAULT_STATUS = 500

/** What the adapter reads out of the body of an answer. */
export interface SoapReading {
  /** All fields; `undefined` where the registry says that it has no record. */
  readonly evidence: object | undefined
  /** The registry's number of this answer. */
  readonly reference: string
  /** ISO date or instant; the time of the answer where the registry states none. */
  readonly asOf?: string
  /** The identifier the registry says it was asked about. */
  readonly echo?: string
}

/** How an operation stands on the wire of a SOAP 1.1 service: one element in the body each way, over mutual TLS. */
export interface SoapWire {
  /** Appended to the registry's URL. */
  readonly path: string
  /** The header `SOAPAction`. */
  readonly action: string
  /** The element in the body for a question. */
  readonly question: (input: OperationInput, context: CallContext) => XmlElement
  /** The element that an answer's body must hold. */
  readonly answer: { readonly name: string; readonly namespace: string }
  /** Called with that element; may throw an `AdapterFault`. */
  readonly read: (answer: XmlElement) => SoapReading
  /** `x509`: body and time stamp are signed (WS-Security) with the key by which edno proves itself to the registry. */
  readonly security?: 'x509'
}

/** An operation of a SOAP service other than RegiX; a fault is never "no record". */
export const soapOperation =
  (wire: SoapWire): OperationMaker =>
  ({ http, endpoint, manifest }) =>
  async (input, context): Promise<Finding> => {
    const envelope = soapEnvelope(writeXml(wire.question(input, context), ''))
    const reply = await http.post({
      path: wire.path,
      contentType: `${SOAP_TYPE}; charset=utf-8`,
      headers: { SOAPAction: `"${wire.action}"` },
      body: wire.security === 'x509' ? signEnvelope(envelope, endpoint, new Date()) : envelope,
      accept: [SOAP_TYPE],
      readable: FAULT_STATUS,
      maxAnswerBytes: manifest.maxAnswerBytes,
      signal: context.signal,
    })
    // A fault tells that the question is wrong, so that asking again is of no use; any other 500 may pass.
    if (reply.status === FAULT_STATUS && !isSoapFault(reply.body))
      throw new AdapterFault('unavailable', `the registry answered with status ${reply.status}`)
    const { evidence, reference, asOf = new Date().toISOString(), echo } = wire.read(answerOf(reply.body, wire))
    const base = {
      asOf: readAsOf(asOf),
      sourceReference: readSourceReference(reference),
      signedByRegistry: false,
      received: { mediaType: SOAP_TYPE, body: reply.body },
      ...(echo === undefined ? {} : { echo }),
    }
    if (evidence === undefined) return { ...base, status: 'not-found' }
    return { ...base, status: 'found', evidence: keepFields(evidence, askedPaths(context.fields, manifest)) }
  }

function answerOf(bytes: Uint8Array, { answer }: SoapWire): XmlElement {
  const body = readSoapBody(bytes)
  if (body.name !== answer.name || body.namespace !== answer.namespace)
    throw new AdapterFault('bad-answer', `the registry's answer is not a ${answer.name}`)
  return body
}
