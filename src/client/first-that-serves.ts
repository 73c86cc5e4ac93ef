import { request } from 'node:https'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import axios, { type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig, isAxiosError } from 'axios'

/**
 * Sends to the address that served last, and to the next where it cannot be reached, breaks the connection, or says that
 * it cannot serve now (503). Repeating is safe: the same bytes are the same exchange, whoever has it.
 */
export function firstThatServes(urls: readonly string[]): AxiosAdapter {
  const ask = axios.getAdapter('http')
  let current = 0
  return async (config) => {
    let unready: AxiosResponse | undefined
    for (let tries = 1; ; tries += 1) {
      const place = current
      const isLast = tries >= urls.length
      try {
        const answer = await ask(sentTo(urls, place, config))
        if (answer.status !== 503 || isLast) return answer
        unready = answer
      } catch (error) {
        if (isLast && unready !== undefined) return unready
        if (isLast || !mayRepeat(config, error)) throw error
      }
      // Others of this client may have moved on meanwhile.
      if (current === place) current = (place + 1) % urls.length
    }
  }
}

/** Where there is another address, one that does not even let us in is not waited for. */
const sentTo = (
  urls: readonly string[],
  place: number,
  config: InternalAxiosRequestConfig,
): InternalAxiosRequestConfig => ({
  ...config,
  baseURL: urls[place] ?? '',
  ...(urls.length > 1 ? { transport: { request: knock } } : {}),
})

const KNOCK_MS = 500
const NOT_IN = 'ECONNREFUSED'

function knock(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest {
  const asked = request(options, onResponse)
  asked.once('socket', (socket) => {
    if (!socket.connecting) return
    const timer = setTimeout(() => {
      asked.destroy(Object.assign(new Error('nobody opens'), { code: NOT_IN }))
    }, KNOCK_MS)
    for (const event of ['secureConnect', 'close']) socket.once(event, () => clearTimeout(timer))
  })
  return asked
}

/** What was not let in is sent elsewhere; what broke afterwards only where twice is the same as once. */
function mayRepeat({ method, url }: InternalAxiosRequestConfig, error: unknown): boolean {
  if (!isAxiosError(error)) return false
  return error.code === NOT_IN || method === 'get' || url === '/v1/exchanges' || url === '/v1/plans'
}
