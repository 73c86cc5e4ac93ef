import { Agent } from 'node:https'
import axios, { type AxiosInstance } from 'axios'
import { isRecord } from '../schema/json.ts'
import { takeTurns } from './take-turns.ts'

/** Where edno is and how this party proves itself to it. PEM texts. */
export interface Connection {
  /** Several are asked in turn; where one does not serve, the next. */
  readonly url: string | readonly string[]
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

/** RFC 9457 with edno's members. */
export interface TravellingProblem {
  readonly code: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly advice: string
  readonly retry: string
}

/** Kept-alive connections with a client certificate; every status comes back, bodies as bytes. */
export function connect(connection: Connection, language: 'bg' | 'en'): { http: AxiosInstance; close: () => void } {
  const urls = typeof connection.url === 'string' ? [connection.url] : connection.url
  const { ca, certificate: cert, key } = connection
  // Said aloud: unsaid, NODE_TLS_REJECT_UNAUTHORIZED of the environment would decide.
  const agent = new Agent({ ca, cert, key, keepAlive: true, rejectUnauthorized: true })
  const http = axios.create({
    adapter: takeTurns(urls),
    httpsAgent: agent,
    proxy: false,
    maxRedirects: 0,
    responseType: 'arraybuffer',
    headers: { 'Accept-Language': language },
    validateStatus: () => true,
  })
  return { http, close: () => agent.destroy() }
}

/** Something on the way (a proxy, another server at this address) answered in edno's place: nothing is known of what edno did. */
export class NotFromEdno extends Error {
  override readonly name = 'NotFromEdno'
  readonly status: number
  constructor(status: number, cause?: unknown) {
    super(`what came back (HTTP ${status}) is neither an answer nor a problem of edno: what stands between?`, { cause })
    this.status = status
  }
}

/** @throws NotFromEdno for what is none. */
export function problemIn({ status, data }: { readonly status: number; readonly data: Buffer }): TravellingProblem {
  const read = parsed(status, data)
  if (!isRecord(read) || typeof read['code'] !== 'string') throw new NotFromEdno(status)
  return read as unknown as TravellingProblem
}

function parsed(status: number, data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch (error) {
    throw new NotFromEdno(status, error)
  }
}
