import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { AxiosInstance } from 'axios'
import { type Connection, connect } from './connect.ts'

/** edno's page for auditors on this machine, for a browser that does not hold the certificate. */
export interface LocalView {
  /** Opens the view once: whoever comes second is turned away. */
  readonly url: string
  /** Resolves when nobody looked for so long, or it was closed. */
  readonly ended: Promise<void>
  readonly close: () => void
}

export interface LocalViewOptions {
  readonly connection: Connection
  readonly language: 'bg' | 'en'
  /** Without a request for as long it ends. */
  readonly idleMs: number
}

/** Nothing else of edno is to be had through it. */
const PAGES = /^\/audit(\/|\?|$)|^\/v1\/audit\/exchanges\?|^\/v1\/exchanges\/[0-9a-f-]{36}\/evidence(\?|$)/
const FORM = '/audit/officials'
const MOST_OF_A_FORM = 16_384

const TO_EDNO = ['accept', 'accept-language', 'content-type', 'sec-fetch-site'] as const
const TO_BROWSER = [
  ...(['content-type', 'content-disposition', 'content-language', 'content-security-policy', 'cache-control'] as const),
  ...(['location', 'referrer-policy', 'vary', 'x-content-type-options', 'retry-after'] as const),
]

/**
 * On loopback, for a while, read only. Other users and programs of the machine reach a port too, and so does any page in the
 * auditor's browser: the address holds a key that is good once, and the cookie that it is exchanged for goes with requests of
 * the view's own pages alone.
 */
export async function openLocalView({ connection, language, idleMs }: LocalViewOptions): Promise<LocalView> {
  const { http, close: disconnect } = connect(connection, language)
  const door = new Door()
  const server = createServer((request, response) => {
    idle.refresh()
    serve(request, response, { door, http, language }).catch(() => refuse(response, 502, 'edno does not answer'))
  })
  const close = (): void => {
    clearTimeout(idle)
    server.close()
    server.closeAllConnections()
  }
  const idle = setTimeout(close, idleMs)
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve())).finally(disconnect)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, resolve)
  })
  door.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: `http://${door.host}/?key=${door.key}`, ended, close }
}

const secret = (): string => randomBytes(24).toString('base64url')

const same = (given: string | null | undefined, wanted: string): boolean =>
  given?.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted))

const COOKIE = 'edno_view'

/** Who may come in. */
class Door {
  readonly key = secret()
  readonly #session = secret()
  /** As browsers name it: another name for this address is that of somebody who wants to be taken for it. */
  host = ''
  #isUsed = false

  /** The cookie to set; undefined where the key is not the one, or was used. */
  exchange(key: string | null): string | undefined {
    if (this.#isUsed || !same(key, this.key)) return undefined
    this.#isUsed = true
    return `${COOKIE}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`
  }

  lets({ headers }: IncomingMessage): boolean {
    return same(cookieOf(headers, COOKIE), this.#session)
  }
}

const pairsOf = ({ cookie = '' }: IncomingHttpHeaders): string[] => cookie.split(/; */)

const cookieOf = (headers: IncomingHttpHeaders, name: string): string | undefined =>
  pairsOf(headers)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)

interface Serving {
  readonly door: Door
  readonly http: AxiosInstance
  readonly language: 'bg' | 'en'
}

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { door, http, language } = serving
  const { method = 'GET', url = '/' } = request
  const refusal = refusalOf(request, door)
  if (refusal !== undefined) {
    refuse(response, ...refusal)
  } else if (url.startsWith('/?')) {
    letIn(response, door.exchange(new URLSearchParams(url.slice(2)).get('key')), language)
  } else {
    const data = method === 'POST' ? { data: await bodyOf(request) } : {}
    const how = { method, url, headers: headersFor(request.headers), responseType: 'stream' as const, ...data }
    const answered = await http.request<IncomingMessage>(how)
    response.writeHead(answered.status, headersOf(answered.data.headers))
    await pipeline(answered.data, response)
  }
}

/** Undefined for what may go on. */
function refusalOf(request: IncomingMessage, door: Door): [status: number, why: string] | undefined {
  const { method = 'GET', url = '/', headers } = request
  if (headers.host !== door.host) return [403, 'another name than that of this view']
  if (url.startsWith('/?') && method === 'GET') return undefined
  if (!door.lets(request)) return [403, 'this view was opened by somebody else']
  return isOfThePage(method, url) ? undefined : [404, 'nothing but the page']
}

const isOfThePage = (method: string, url: string): boolean =>
  method === 'POST' ? url === FORM : method === 'GET' && PAGES.test(url)

function letIn(response: ServerResponse, cookie: string | undefined, language: 'bg' | 'en'): void {
  if (cookie === undefined) {
    refuse(response, 403, 'this address was used already')
    return
  }
  response.writeHead(303, {
    Location: `/audit?lang=${language}`,
    'Set-Cookie': cookie,
    'Referrer-Policy': 'no-referrer',
  })
  response.end()
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${why}\n`)
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > MOST_OF_A_FORM) break
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** Of the cookies only what the page itself set. */
function headersFor(headers: IncomingHttpHeaders): Record<string, string> {
  const own = pairsOf(headers).filter((pair) => /^edno_(seen|visit)=/.test(pair))
  return {
    ...Object.fromEntries(TO_EDNO.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]))),
    ...(own.length === 0 ? {} : { cookie: own.join('; ') }),
  }
}

/** Loopback is plain HTTP, where browsers keep no cookies that are for TLS alone. */
function headersOf(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept = TO_BROWSER.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const]))
  const cookies = headers['set-cookie']?.map((cookie) => cookie.replace(/; Secure(?=;|$)/i, ''))
  return { ...Object.fromEntries(kept), ...(cookies === undefined ? {} : { 'set-cookie': cookies }) }
}
