import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** When it was whole, on the monotonic clock. */
  readonly at: number
}

export interface Receiver {
  readonly port: number
  readonly received: Received[]
  /** Connections that were made, also those that never spoke. */
  readonly connections: () => number
  readonly close: () => Promise<void>
}

type Reply = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A consumer's receiver of callbacks on loopback: keeps what it is told, and answers as a test wants. */
export async function startReceiver(
  tls: { readonly certificate: string; readonly key: string },
  reply: Reply = (_request, response) => void response.writeHead(204).end(),
): Promise<Receiver> {
  const received: Received[] = []
  let connections = 0
  const server = createServer({ cert: tls.certificate, key: tls.key }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      received.push({ path: request.url ?? '', headers: request.headers, body, at: performance.now() })
      reply(request, response, body)
    })
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    received,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
