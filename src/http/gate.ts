import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { BrokerError } from '../problem/broker-error.ts'
import type { Door } from './door.ts'
import { problemOf } from './render-problem.ts'
import type { HeldBack, Watch } from './watch.ts'

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

/** Who was told to wait and comes again all the same loses the connection, and a new one is counted (`knocks.ts`). */
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
    ...(held.again ? { Connection: 'close' } : {}),
  })
  // A text goes out in one piece with the head, octets would be a second write.
  response.end(body.text)
}
