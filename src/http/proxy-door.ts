import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { forwardedCertificate } from '../pki/forwarded-certificate.ts'
import { addressOf, type Caller, type Door } from './door.ts'

/**
 * The door behind a proxy that ends TLS: what the proxy says of its client in headers, each exactly once. Where a secret
 * is set, only a request that carries it is believed; of any other nothing is, and its caller is nobody.
 *
 * `X-Client-Verify: SUCCESS`, `X-Client-Cert` (URL-escaped PEM), `X-Real-IP`, `Edno-Proxy-Secret`.
 */
export function proxyDoor(secret: string | undefined): Door {
  const expected = secret === undefined ? undefined : digest(secret)
  return (request) => {
    const own = addressOf(request.socket.remoteAddress)
    if (expected !== undefined && !timingSafeEqual(digest(only(request, 'edno-proxy-secret') ?? ''), expected))
      return { address: own }
    return callerOf(request, own)
  }
}

function callerOf(request: IncomingMessage, own: string): Caller {
  const told = only(request, 'x-real-ip')
  const address = told !== undefined && isIP(told) !== 0 ? addressOf(told) : own
  const escaped = only(request, 'x-client-verify') === 'SUCCESS' ? only(request, 'x-client-cert') : undefined
  const certificate = escaped === undefined ? undefined : forwardedCertificate(escaped)
  return { address, ...(certificate === undefined ? {} : { certificate: certificate.sha256, der: certificate.der }) }
}

/** A header that stands twice was not written by the proxy alone. */
function only(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name]
  return values?.length === 1 ? values[0] : undefined
}

/** Digests have one length, so that comparing them takes one time. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
