import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { BrokerError } from '../problem/broker-error.ts'
import type { HttpSettings } from './broker.ts'
import type { Door } from './door.ts'
import { problemOf } from './render-problem.ts'
import type { HeldBack } from './watch.ts'

/** Probes of the platform that runs edno: holding them back would have a healthy process ended. */
const PROBES: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz'])

/** Before anything else looks at a request: who asks too much is sent away, at the least cost there is. */
export function gate(
  app: RequestListener,
  door: Door,
  { watch, onRefused }: Pick<HttpSettings, 'watch' | 'onRefused'>,
): RequestListener {
  return (request, response) => {
    if (PROBES.has(request.url)) {
      app(request, response)
      return
    }
    watch.admit(door(request), request.method === 'POST').then(
      (held) => {
        if (held !== undefined) onRefused(TOO_MUCH.code)
        if (held === undefined) app(request, response)
        else if (held.often) waitAtTheDoor(request, () => sendAway(request, response, held))
        else sendAway(request, response, held)
      },
      () => response.destroy(),
    )
  }
}

const TOO_MUCH = new BrokerError('request.rate-limited', 'too many requests of this caller')
const ready = (language: 'bg' | 'en') => {
  const text = JSON.stringify(problemOf(TOO_MUCH, language))
  return { text, length: Buffer.byteLength(text) }
}
const BODIES = { bg: ready('bg'), en: ready('en') }

const WAIT_MS = 1000

/** Who comes far too often waits on the line; nothing more is read from this connection meanwhile. */
function waitAtTheDoor({ socket }: IncomingMessage, then: () => void): void {
  socket.pause()
  setTimeout(() => {
    socket.resume()
    then()
  }, WAIT_MS)
}

/** More than this is not read for the sake of a connection that is kept: it is ended with the answer. */
const MAX_UNREAD_BYTES = 65_536

const isLong = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > MAX_UNREAD_BYTES

/** The connection stays: a new one would cost more than the answer. */
function sendAway(request: IncomingMessage, response: ServerResponse, held: HeldBack): void {
  const language = /^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'bg'
  const body = BODIES[language]
  response.writeHead(429, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Language': language,
    'Content-Length': body.length,
    'Retry-After': held.seconds,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(isLong(request) ? { Connection: 'close' } : {}),
  })
  // A text goes out in one piece with the head, octets would be a second write.
  response.end(body.text)
}
