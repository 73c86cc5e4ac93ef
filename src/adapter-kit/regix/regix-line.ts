import { AdapterFault } from '../adapter.ts'
import type { RegistryHttp } from '../http/registry-http.ts'
import { isSoapFault, soapEnvelope } from '../soap/envelope.ts'
import { addressingOf, type EntryPoint, httpNames } from './entry-point.ts'

const SOAP_FAULT_STATUS = 500

/** The line to one entry point of RegiX. */
export interface RegixLine {
  readonly http: RegistryHttp
  readonly entry: EntryPoint
  /** Of the registry, without the path of the entry point. */
  readonly url: string
  readonly maxAnswerBytes: number | undefined
}

/** Puts one message; what came back, a SOAP fault too. */
export async function send(
  { http, entry, url, maxAnswerBytes }: RegixLine,
  message: { readonly operation: string; readonly body: string },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { contentType, headers } = httpNames(entry, message.operation)
  const answer = await http.post({
    path: entry.path,
    contentType,
    headers,
    body: soapEnvelope(message.body, entry.soap, addressingOf(entry, message.operation, `${url}${entry.path}`)),
    accept: [entry.mediaType],
    readable: SOAP_FAULT_STATUS,
    maxAnswerBytes,
    signal,
  })
  // A fault tells that the question is wrong, so that asking again is of no use; any other 500 may pass.
  if (answer.status === SOAP_FAULT_STATUS && !isSoapFault(answer.body, entry.soap)) {
    throw new AdapterFault('unavailable', `the registry answered with status ${answer.status}`)
  }
  return answer.body
}
