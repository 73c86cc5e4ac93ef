import { createHash } from 'node:crypto'
import type { JwsFormat } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { algOf } from './jws-algorithms.ts'
import type { Sealer } from './seal-xml.ts'

export interface JwsWishes {
  readonly format: JwsFormat
  /** `typ`: what is signed. */
  readonly type: string
  /** The claimed time of signing (sigT). */
  readonly at: Date
}

/** Seals a JSON text, as it stands, in the JAdES profile of docs/signatures.md. */
export function sealJws(json: string | Uint8Array, sealer: Sealer, { format, type, at }: JwsWishes): Uint8Array {
  const alg = algOf(sealer.algorithm)
  if (alg === undefined) throw new BrokerError('broker.signing', 'the algorithm of the seal has no name in JWS')
  const header = {
    alg,
    typ: type,
    x5c: [sealer.certificate],
    'x5t#S256': createHash('sha256').update(Buffer.from(sealer.certificate, 'base64')).digest('base64url'),
    sigT: at.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    crit: ['sigT'],
  }
  const parts = { protected: encode(JSON.stringify(header)), payload: encode(json) }
  const input = `${parts.protected}.${parts.payload}`
  const signature = Buffer.from(sealer.sign(Buffer.from(input))).toString('base64url')
  return Buffer.from(format === 'jws' ? `${input}.${signature}` : JSON.stringify({ ...parts, signature }))
}

const encode = (content: string | Uint8Array): string =>
  (typeof content === 'string' ? Buffer.from(content) : Buffer.from(content)).toString('base64url')
