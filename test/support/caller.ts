import { Agent, request } from 'node:https'
import { partyKeys, type PartyKeys } from '../../src/cli/compose.ts'
import type { TestApp } from './app.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** Code of the problem, where the body is one. */
  readonly code: string | undefined
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path?: string
  readonly body?: Uint8Array
  readonly contentType?: string
  readonly headers?: Record<string, string>
  /** Undefined: without a client certificate. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined
  /** Hangs up when it aborts. */
  readonly signal?: AbortSignal
  /** Holds the connection instead of one of the call's own. */
  readonly agent?: Agent
}

export const keysOf = (edno: TestApp, party: string): PartyKeys => partyKeys(edno.app.keys.development!, party)

/** One HTTPS request over a connection of its own, as raw as a test wants it. */
export function call(edno: TestApp, { method = 'POST', path = '/v1/exchanges', ...options }: Call): Promise<Answered> {
  const ca = keysOf(edno, 'troyan').ca
  const own = new Agent({ ca, ...(options.tls && { cert: options.tls.certificate, key: options.tls.key }) })
  const headers: Record<string, string | number> = { 'Accept-Language': 'en', ...options.headers }
  if (options.body !== undefined) {
    headers['Content-Type'] = options.contentType ?? 'application/xml'
    headers['Content-Length'] ??= options.body.length
  }
  return new Promise((resolve, reject) => {
    const { signal } = options
    const how = { method, agent: options.agent ?? own, headers, ...(signal === undefined ? {} : { signal }) }
    const asked = request(new URL(path, edno.app.url), how, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        own.destroy()
        const body = Buffer.concat(chunks)
        const isProblem = response.headers['content-type']?.startsWith('application/problem+json') === true
        const code = isProblem ? (JSON.parse(body.toString()) as { code: string }).code : undefined
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, code })
      })
    })
    asked.on('error', reject)
    asked.end(options.body)
  })
}
