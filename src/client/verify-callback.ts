import { createPublicKey, type KeyObject, verify } from 'node:crypto'

/** A callback that edno signed. */
export interface Callback {
  readonly type: string
  readonly exchangeId: string
  /** Of a citizen portal: by which it knows whom the exchange was about. */
  readonly subscription?: string
  /** When it happened; ISO instant. */
  readonly timestamp: string
}

/** A callback as it reached the receiver, and what it is judged by. */
export interface ReceivedCallback {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Exactly as received. */
  readonly body: string
  /** `whpk_…`: from the trust document of edno (`GET /v1/trust`). */
  readonly keys: readonly string[]
  readonly now: Date
}

const TOLERANCE_SECONDS = 300
const SIGNATURE = /^v1a,([A-Za-z0-9+/]{86}==)$/
const PUBLIC_KEY = /^whpk_([A-Za-z0-9+/]{43}=)$/

/**
 * Verifies a callback by the Standard Webhooks specification, asymmetrically: what it tells, or undefined where it is not
 * edno's, was changed, or is too old. A receiver keeps the `webhook-id` for as long and takes each one once.
 */
export function verifyCallback({ headers, body, keys, now }: ReceivedCallback): Callback | undefined {
  const [id, at, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers[name])
  if (typeof id !== 'string' || typeof at !== 'string' || typeof signatures !== 'string') return undefined
  if (!/^\d{1,12}$/.test(at) || Math.abs(now.getTime() / 1000 - Number(at)) > TOLERANCE_SECONDS) return undefined
  const text = Buffer.from(`${id}.${at}.${body}`)
  const offered = signatures.split(' ').flatMap((signature) => SIGNATURE.exec(signature)?.[1] ?? [])
  const holds = keys
    .flatMap(keyOf)
    .some((key) => offered.some((signature) => verify(null, text, key, Buffer.from(signature, 'base64'))))
  return holds ? read(body) : undefined
}

function keyOf(text: string): readonly KeyObject[] {
  const [, octets] = PUBLIC_KEY.exec(text) ?? []
  if (octets === undefined) return []
  const x = Buffer.from(octets, 'base64').toString('base64url')
  return [createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })]
}

function read(body: string): Callback {
  const { type, timestamp, data } = JSON.parse(body) as Omit<Callback, 'exchangeId' | 'subscription'> & {
    readonly data: Pick<Callback, 'exchangeId' | 'subscription'>
  }
  const { exchangeId, subscription } = data
  return { type, timestamp, exchangeId, ...(subscription === undefined ? {} : { subscription }) }
}
