import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { BrokerError } from '../problem/broker-error.ts'
import type { Door } from './door.ts'
import { problemOf } from './render-problem.ts'
import type { Watch } from './watch.ts'

/** Probes of the platform that runs edno: holding them back would have a healthy process ended. */
const PROBES: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz'])

/** Before anything else looks at a request: who asks too much is sent away, at the least cost there is. */
export function gate(app: RequestListener, door: Door, watch: Watch): RequestListener {
  return (request, response) => {
    if (PROBES.has(request.url)) {
      app(request, response)
      return
    }
    watch.admit(door(request), request.method === 'POST').then(
      (held) => {
        if (held === undefined) app(request, response)
        else if (held.again) waitAtTheDoor(request, () => sendAway(request, response, held.seconds))
        else sendAway(request, response, held.seconds)
      },
      () => response.destroy(),
    )
  }
}

const WAIT_MS = 1000

/** Who was told to wait and comes again at once waits on the line; nothing more is read from this connection meanwhile. */
function waitAtTheDoor({ socket }: IncomingMessage, then: () => void): void {
  socket.pause()
  setTimeout(() => {
    socket.resume()
    then()
  }, WAIT_MS)
}

const TOO_MUCH = new BrokerError('request.rate-limited', 'too many requests of this caller')
const ready = (language: 'bg' | 'en') => {
  const text = JSON.stringify(problemOf(TOO_MUCH, language))
  return { text, length: Buffer.byteLength(text) }
}
const BODIES = { bg: ready('bg'), en: ready('en') }

function sendAway(request: IncomingMessage, response: ServerResponse, waitSeconds: number): void {
  const language = /^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'bg'
  const body = BODIES[language]
  response.writeHead(429, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Language': language,
    'Content-Length': body.length,
    'Retry-After': waitSeconds,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  // A text goes out in one piece with the head, octets would be a second write.
  response.end(body.text)
}
