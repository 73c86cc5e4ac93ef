import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'

/** Who asks, as far as the transport proves it. */
export interface Caller {
  /** IP address; `local` where there is none. */
  readonly address: string
  /** SHA-256 (lower-case hex) of the client certificate whose key the caller proved to hold. */
  readonly certificate?: string
  /** The certificate itself, DER. */
  readonly der?: Uint8Array
}

/** One way in, and how it tells who asks. A listener has exactly one, whatever a request says of itself. */
export type Door = (request: IncomingMessage) => Caller

/** The front door: the certificate of the TLS connection, and no header whatever. */
export const tlsDoor: Door = ({ socket }) =>
  socket instanceof TLSSocket ? tlsCaller(socket) : { address: addressOf(socket.remoteAddress) }

/** The certificate of a connection stays; it is read once, not with every request. */
const known = new WeakMap<TLSSocket, Caller>()

export function tlsCaller(socket: TLSSocket): Caller {
  const before = known.get(socket)
  if (before !== undefined) return before
  const peer = socket.getPeerX509Certificate()
  const caller = {
    address: addressOf(socket.remoteAddress),
    ...(peer === undefined
      ? {}
      : { certificate: peer.fingerprint256.replaceAll(':', '').toLowerCase(), der: peer.raw }),
  }
  known.set(socket, caller)
  return caller
}

/** IPv4 in its own form, also where it came over an IPv6 socket. */
export const addressOf = (address: string | undefined): string => address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? 'local'
