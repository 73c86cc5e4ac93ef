import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { headName } from './heads.ts'
import type { Witness, WitnessAnswer } from './witness.ts'

/** 63 hashes and a note; what is longer is not read. */
const BODY_LIMIT = 65_536
const TEXT = 'text/plain; charset=utf-8'

export interface WitnessServerOptions {
  readonly witness: Witness
  readonly host: string
  readonly port: number
  /** PEM; absent: plain HTTP, for a proxy on this machine that ends TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** Told of a request that could not be answered, such as one over a damaged state file. */
  readonly onFailure: (error: unknown) => void
}

export interface WitnessServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** The two addresses of a witness. Nobody is asked who they are: what counts is the log's signature. */
export async function serveWitness(options: WitnessServerOptions): Promise<WitnessServer> {
  const { tls, host, port } = options
  const listener: RequestListener = (request, response) => {
    handle(request, response, options.witness).catch((error: unknown) => {
      options.onFailure(error)
      if (!response.headersSent) say(response, 500, 'the witness cannot answer\n')
      else response.destroy()
    })
  }
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer({ cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' }, listener)
  server.headersTimeout = 10_000
  server.requestTimeout = 20_000
  server.maxConnections = 200
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function handle(request: IncomingMessage, response: ServerResponse, witness: Witness): Promise<void> {
  if (request.method === 'POST' && request.url === '/add-checkpoint') await takeCheckpoint(request, response, witness)
  else if (request.method === 'GET') showHead(request.url ?? '', response, witness)
  else say(response, 404, 'not found\n')
}

async function takeCheckpoint(request: IncomingMessage, response: ServerResponse, witness: Witness): Promise<void> {
  const body = await bodyOf(request)
  if (body === undefined) say(response.setHeader('Connection', 'close'), 413, 'too long\n')
  else reply(response, witness.answer(body))
}

function showHead(path: string, response: ServerResponse, witness: Witness): void {
  const origin = witness.origins.find((each) => path === headPath(each))
  const head = origin === undefined ? undefined : witness.headOf(origin)
  if (head === undefined) say(response, 404, 'not found\n')
  else say(response.setHeader('Cache-Control', 'no-cache'), 200, head.note)
}

const headPath = (origin: string): string => `/${headName(origin)}/checkpoint`

function reply(response: ServerResponse, answer: WitnessAnswer): void {
  if (answer.status === 200) say(response, 200, answer.line)
  else if (answer.status === 409) say(response, 409, `${answer.size}\n`, 'text/x.tlog.size')
  else say(response, answer.status, `${answer.why}\n`)
}

const say = (response: ServerResponse, status: number, body: string, type = TEXT): void =>
  void response.writeHead(status, { 'Content-Type': type }).end(body)

/** Undefined where it is longer than any request; the rest of it is not read. */
function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= BODY_LIMIT) chunks.push(chunk)
      else {
        request.pause()
        resolve(undefined)
      }
    })
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.once('error', reject)
    request.once('close', () => reject(new TypeError('the request broke off')))
  })
}
