import { request } from 'node:https'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import axios, { type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig, isAxiosError } from 'axios'

/** So long one that did not serve is asked last. */
const PASSED_OVER_MS = 1000

/**
 * Sends to each address in its turn, so that a second process takes its share and none is cold when another dies; and to the next
 * where one cannot be reached, breaks the connection, or says that it cannot serve now (503). Repeating is safe: the same
 * bytes are the same exchange, whoever has it.
 */
export function takeTurns(urls: readonly string[]): AxiosAdapter {
  const ask = axios.getAdapter('http')
  const order = turnsOf(urls)
  return async (config) => {
    let unready: AxiosResponse | undefined
    const places = [...order.next()]
    for (;;) {
      const url = places.shift() ?? ''
      const isLast = places.length === 0
      try {
        const answer = await ask(sentTo(url, urls.length > 1, config))
        if (answer.status !== 503 || isLast) return answer
        unready = answer
      } catch (error) {
        if (isLast && unready !== undefined) return unready
        if (isLast || !mayRepeat(config, error)) throw error
      }
      order.passOver(url)
    }
  }
}

interface Turns {
  /** All addresses, in the order in which they are to be asked this time. */
  readonly next: () => readonly string[]
  readonly passOver: (url: string) => void
}

function turnsOf(urls: readonly string[]): Turns {
  const passedOverUntil = new Map<string, number>()
  let turn = 0
  return {
    next: () => {
      const first = turn % Math.max(1, urls.length)
      turn = first + 1
      const now = performance.now()
      const isPassedOver = (url: string): boolean => (passedOverUntil.get(url) ?? 0) > now
      const inTurn = [...urls.slice(first), ...urls.slice(0, first)]
      return [...inTurn.filter((url) => !isPassedOver(url)), ...inTurn.filter(isPassedOver)]
    },
    passOver: (url) => passedOverUntil.set(url, performance.now() + PASSED_OVER_MS),
  }
}

/** Where there is another address, one that does not even let us in is not waited for. */
const sentTo = (url: string, hasOthers: boolean, config: InternalAxiosRequestConfig): InternalAxiosRequestConfig => ({
  ...config,
  baseURL: url,
  ...(hasOthers ? { transport: { request: knock } } : {}),
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
