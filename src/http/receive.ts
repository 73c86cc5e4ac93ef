import type { Request } from 'express'
import type { ReceivedRequest } from '../model/exchange.ts'
import type { PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'

/** The XML binding: bytes as they came, and what the transport proved. Nothing of the content is judged here. */
export function receiveXml(request: Request, connection: PartyId, receivedAt: Date): ReceivedRequest {
  const body: unknown = request.body
  if (!Buffer.isBuffer(body) || body.length === 0) throw new BrokerError('request.malformed', 'the body is empty')
  return { stage: 'received', format: 'xml', proof: 'signature', bytes: body, receivedAt, connection }
}

/** A body of JSON, in UTF-8; its schema is the contract's business. */
export function receiveJson(request: Request): unknown {
  const body: unknown = request.body
  if (!Buffer.isBuffer(body)) throw new BrokerError('request.body', 'the body is empty')
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw new BrokerError('request.body', 'the body is not JSON in UTF-8', { cause: error })
  }
}

/** Before the body is read: of a kind that is taken here, in UTF-8, not compressed, not announced to be longer than the limit. */
export function requireMedia(request: Request, accepts: readonly string[], limitBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes)
    throw new BrokerError('request.too-large', `the limit is ${limitBytes} bytes`)
  const [mediaType = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  if (!accepts.includes(mediaType.trim()))
    throw new BrokerError('request.media-type', `Content-Type: ${accepts.join(' or ')} is expected`)
  const charset = parameters.map((p) => p.trim()).find((p) => p.startsWith('charset='))
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset))
    throw new BrokerError('request.media-type', 'charset: only utf-8 is accepted')
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new BrokerError('request.media-type', 'Content-Encoding: a compressed body is not accepted')
}

/** What the body reader reports, in edno's words. */
export function bodyProblem(error: unknown, limitBytes: number): unknown {
  const type: unknown = error instanceof Error && 'type' in error ? error.type : undefined
  switch (type) {
    case 'entity.too.large':
      return new BrokerError('request.too-large', `the limit is ${limitBytes} bytes`)
    case 'request.aborted':
    case 'request.size.invalid':
      return new BrokerError('request.malformed', 'the body is shorter or longer than it was announced')
    default:
      return error
  }
}
