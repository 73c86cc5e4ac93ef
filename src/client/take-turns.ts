import { request } from 'node:https'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import axios, { type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig, isAxiosError } from 'axios'

/** So long one that did not serve is asked last. */
const PASSED_OVER_MS = 1000

/**
 * Sends to each address in its turn, so that a second process takes its share and none is cold when another dies; and to the next
 * where one cannot be reached, breaks the connection, or says that it cannot serve now (503; of a proxy also 502 and 504). Repeating is safe: the same
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
        if (!isUnready(answer, config) || isLast) return answer
        unready = answer
      } catch (error) {
        if (isLast && unready !== undefined) return unready
        if (isLast || !mayRepeat(config, error)) throw error
      }
      order.passOver(url)
    }
  }
}

/**
 * edno says that it cannot serve now by 503. A proxy whose edno is away says 502 or 504, which are edno's own too, of registries: those
 * are problems, or signed answers. What a proxy passed on may have been done.
 */
const isUnready = ({ status, headers }: AxiosResponse, config: InternalAxiosRequestConfig): boolean =>
  status === 503 ||
  ((status === 502 || status === 504) &&
    isSameTwice(config) &&
    /^text\/(?:html|plain)\b/i.test(String(headers['content-type'])))

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
const mayRepeat = (config: InternalAxiosRequestConfig, error: unknown): boolean =>
  isAxiosError(error) && (error.code === NOT_IN || isSameTwice(config))

const isSameTwice = ({ method, url }: InternalAxiosRequestConfig): boolean =>
  method === 'get' || url === '/v1/exchanges' || url === '/v1/plans'
