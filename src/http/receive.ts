import express, { type Request, type RequestHandler } from 'express'
import type { ReceivedRequest } from '../model/exchange.ts'
import type { PartyId } from '../model/ids.ts'
import { formatOf } from '../model/media-types.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { JsonFault, readStrictJson } from '../schema/strict-json.ts'

/** The binding of signed documents: bytes as they came, and what the transport proved. Nothing of the content is judged here. */
export function receiveSigned(request: Request, connection: PartyId, receivedAt: Date): ReceivedRequest {
  const body: unknown = request.body
  const format = formatOf(mediaTypeOf(request))
  if (format === undefined) throw new BrokerError('request.media-type', 'Content-Type: no format of edno')
  if (!Buffer.isBuffer(body) || body.length === 0) throw new BrokerError('request.malformed', 'the body is empty')
  return { stage: 'received', format, proof: 'signature', bytes: body, receivedAt, connection }
}

/** Of the one Content-Type: Node reads the first of two, a proxy before it may have read the other. */
function mediaTypeOf({ headers, headersDistinct }: Request): string {
  if ((headersDistinct['content-type']?.length ?? 0) > 1)
    throw new BrokerError('request.media-type', 'Content-Type: stands twice')
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Far more than any body of the contract has; the schema is the contract's business. */
const JSON_LIMITS = { maxDepth: 16, maxEntries: 200_000 }

/** A body of JSON that means one thing only. */
export function receiveJson(request: Request): unknown {
  const body: unknown = request.body
  if (!Buffer.isBuffer(body)) throw new BrokerError('request.body', 'the body is empty')
  try {
    return readStrictJson(body, JSON_LIMITS)
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw new BrokerError('request.body', `the body: ${error.message}`, { cause: error })
  }
}

/** What a form of a page sends. */
export const FORM = 'application/x-www-form-urlencoded'

/** A form in which every field stands once. */
export function receiveForm(request: Request): Readonly<Record<string, string>> {
  const body: unknown = request.body
  const fields = [...new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '')]
  if (new Set(fields.map(([name]) => name)).size < fields.length)
    throw new BrokerError('request.body', 'the body: a field stands twice')
  return Object.fromEntries(fields)
}

/** Before the body is read: of a kind that is taken here, in UTF-8, not compressed, not announced to be longer than the limit. */
export function requireMedia(request: Request, accepts: readonly string[], limitBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes)
    throw new BrokerError('request.too-large', `the limit is ${limitBytes} bytes`)
  const [, ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  if (!accepts.includes(mediaTypeOf(request)))
    throw new BrokerError('request.media-type', `Content-Type: ${accepts.join(' or ')} is expected`)
  const charset = parameters.map((p) => p.trim()).find((p) => p.startsWith('charset='))
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset))
    throw new BrokerError('request.media-type', 'charset: only utf-8 is accepted')
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new BrokerError('request.media-type', 'Content-Encoding: a compressed body is not accepted')
}

/** Bytes as they are, none of them read before who sends them is known. */
export function readBody(limitBytes: number): RequestHandler {
  const read: RequestHandler = express.raw({ type: () => true, limit: limitBytes, inflate: false })
  return (request, response, next) => {
    void read(request, response, (error?: unknown) => {
      next(error === undefined ? undefined : bodyProblem(error, limitBytes))
    })
  }
}

/** What the body reader reports, in edno's words. */
function bodyProblem(error: unknown, limitBytes: number): unknown {
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
