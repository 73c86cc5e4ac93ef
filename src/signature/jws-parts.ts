import type { JwsFormat } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { isRecord } from '../schema/json.ts'
import { JsonFault, readStrictJson } from '../schema/strict-json.ts'
import { structure } from './elements.ts'

/** A JWS taken apart. Nothing of it is proven yet. */
export interface JwsParts {
  /** Octets of the protected header. */
  readonly header: Uint8Array
  readonly payload: Uint8Array
  readonly value: Uint8Array
  /** What the value is over: header and payload as they were sent (RFC 7515 §5.1). */
  readonly signingInput: Uint8Array
}

/** With four certificates of several kilobytes each. */
const MAX_HEADER_OCTETS = 65_536
const MAX_VALUE_OCTETS = 1024

/** Refuses with `request.malformed`, `request.too-large`, `signature.missing` or `signature.structure`. */
export function takeApart(bytes: Uint8Array, format: JwsFormat, maxBytes: number): JwsParts {
  if (bytes.byteLength > maxBytes) throw new BrokerError('request.too-large', `more than ${maxBytes} bytes`)
  const [header, payload, value] = format === 'jws' ? compactTexts(bytes) : flattenedTexts(bytes)
  return {
    header: decode(header, MAX_HEADER_OCTETS, 'the protected header'),
    payload: decode(payload, maxBytes, 'the payload'),
    value: decode(value, MAX_VALUE_OCTETS, 'the signature'),
    signingInput: Buffer.from(`${header}.${payload}`, 'latin1'),
  }
}

type Texts = readonly [header: string, payload: string, value: string]

/** RFC 7515 §7.1; five parts would be an encrypted JWE. */
function compactTexts(bytes: Uint8Array): Texts {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  if (/[^A-Za-z0-9_.-]/.test(text))
    throw new BrokerError('request.malformed', 'not a compact JWS: base64url without padding and dots are expected')
  const [header = '', payload, value, ...others] = text.split('.', 4)
  if (payload === undefined || value === undefined)
    throw new BrokerError('signature.missing', 'there is no third part with a signature')
  if (others.length > 0) throw structure('JWS: three parts are expected')
  return [header, payload, value]
}

const FLATTENED_LIMITS = { maxDepth: 4, maxEntries: 64 }
const MEMBERS = ['protected', 'payload', 'signature']

/** RFC 7515 §7.2.2 without an unprotected header; `signatures` would be the general serialisation. */
function flattenedTexts(bytes: Uint8Array): Texts {
  const jws = readFlattened(bytes)
  if (!Object.hasOwn(jws, 'signature') && !Object.hasOwn(jws, 'signatures'))
    throw new BrokerError('signature.missing', 'there is no member "signature"')
  const { protected: header, payload, signature } = jws
  if (!Object.keys(jws).every((name) => MEMBERS.includes(name)))
    throw structure('JWS: protected, payload and signature are expected, and nothing else')
  if (typeof header !== 'string' || typeof payload !== 'string' || typeof signature !== 'string')
    throw structure('JWS: protected, payload and signature are texts')
  return [header, payload, signature]
}

function readFlattened(bytes: Uint8Array): Record<string, unknown> {
  try {
    const read = readStrictJson(bytes, FLATTENED_LIMITS)
    if (isRecord(read)) return read
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw new BrokerError('request.malformed', `not a flattened JWS: ${error.message}`, { cause: error })
  }
  throw new BrokerError('request.malformed', 'not a flattened JWS: an object is expected')
}

/** Node decodes leniently; what it read is written again, and only the very same spelling is accepted (RFC 7515 §2). */
function decode(text: string, maxOctets: number, what: string): Uint8Array {
  const octets = text.length > maxOctets * 2 ? undefined : Buffer.from(text, 'base64url')
  if (octets === undefined || octets.byteLength > maxOctets) throw structure(`JWS: ${what} is too long`)
  if (octets.toString('base64url') !== text) throw structure(`JWS: ${what} is not base64url in its one spelling`)
  return octets
}
