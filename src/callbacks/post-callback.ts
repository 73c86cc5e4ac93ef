import { Agent } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import axios from 'axios'
import type { AddressJudge } from './addresses.ts'
import { boundedResolve } from './bounded-resolve.ts'
import { callbackUrl } from './callback-url.ts'
import { AddressRefused, guardedLookup, type Resolve, systemResolve } from './guarded-lookup.ts'

/** What became of one try. `fault` is one of few words, never what a receiver says. */
export type Posted =
  | { readonly kind: 'delivered' }
  /** 410: the receiver wants no more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly fault: string; readonly retryAfterSeconds?: number }

export type PostCallback = (address: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Posted>

export interface PostOptions {
  readonly judge: AddressJudge
  /** From the look-up of the name to the status; what comes after it is not read. */
  readonly timeoutMs: number
  /** PEM; besides the authorities that the system believes. */
  readonly ca?: readonly string[]
  readonly resolve?: Resolve
}

/** A name that takes longer is as good as none. */
const LOOK_UP_MS = 3000

/**
 * The only place that talks to receivers of callbacks. Follows no redirect, believes no proxy of the environment, keeps no
 * connection, reads no body; the address of a connection is judged when it is made (`guardedLookup`) and once it is there.
 */
export function callbackPoster({ judge, timeoutMs, ca, resolve = systemResolve }: PostOptions): PostCallback {
  const lookUp = boundedResolve(resolve, Math.min(timeoutMs, LOOK_UP_MS))
  const http = axios.create({
    maxRedirects: 0,
    proxy: false,
    decompress: false,
    responseType: 'stream',
    validateStatus: () => true,
  })
  return async (address, headers, body) => {
    const url = callbackUrl(address)
    if (url === undefined) return failed('address')
    const agent = guardedAgent(judge, ca, lookUp)
    try {
      const {
        status,
        headers: told,
        data,
      } = await http.post<Readable>(url.href, body, {
        headers: { ...headers, 'Content-Type': 'application/json', 'User-Agent': 'edno' },
        httpsAgent: agent,
        signal: AbortSignal.timeout(timeoutMs),
      })
      data.destroy()
      return judged(status, told['retry-after'])
    } catch (error) {
      return failed(faultOf(error))
    } finally {
      agent.destroy()
    }
  }
}

function guardedAgent(judge: AddressJudge, ca: readonly string[] | undefined, resolve: Resolve): Agent {
  const agent = new Agent({
    keepAlive: false,
    maxCachedSessions: 0,
    rejectUnauthorized: true,
    lookup: guardedLookup(judge, resolve),
    ...(ca === undefined ? {} : { ca: [...ca] }),
  })
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (...options: Parameters<typeof connect>) => {
    const socket = connect(...options)
    requireJudged(socket, judge)
    return socket
  }
  return agent
}

/** Whatever way a connection came about, nothing is sent over one to an address that would be refused. */
function requireJudged(socket: Duplex | null | undefined, judge: AddressJudge): void {
  socket?.once('connect', function (this: Socket) {
    if (!judge(this.remoteAddress ?? '')) this.destroy(new AddressRefused('connected to a refused address'))
  })
}

function judged(status: number, retryAfter: unknown): Posted {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone' }
  const seconds = secondsOf(retryAfter)
  return { ...failed(`status ${status}`), ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }) }
}

const LONGEST_RETRY_AFTER = 86_400

/** Seconds, or a date (RFC 9110 §10.2.3); at most a day. */
function secondsOf(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), LONGEST_RETRY_AFTER)
}

const failed = (fault: string): Extract<Posted, { kind: 'failed' }> => ({ kind: 'failed', fault })

const CODE = /^[A-Z][A-Z0-9_]{2,60}$/

/** Names of errors only: a message may repeat what a receiver sent. */
function faultOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof AddressRefused) return 'address'
    if (at.name === 'CanceledError' || at.name === 'TimeoutError') return 'timeout'
    if ('code' in at && typeof at.code === 'string' && CODE.test(at.code)) return at.code
  }
  return 'connection'
}
