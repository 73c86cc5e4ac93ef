import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import axios from 'axios'

/** Fetches the bytes of a revocation answer; undefined where there are none, for whatever reason. */
export type FetchStatus = (address: string, post?: Uint8Array) => Promise<Uint8Array | undefined>

export interface FetchLimits {
  /** From the first byte sent to the last received. */
  readonly timeoutMs: number
  readonly ocspBytes: number
  readonly crlBytes: number
}

export const FETCH_LIMITS: FetchLimits = { timeoutMs: 4000, ocspBytes: 65_536, crlBytes: 4_194_304 }

/**
 * The only place that talks to responders and list servers. Follows no redirect, believes no proxy of the environment,
 * unpacks nothing, stops at the limits. Answers are signed, so that plain HTTP is as good as HTTPS here.
 */
export const statusFetcher = (limits: FetchLimits = FETCH_LIMITS): FetchStatus => {
  const http = axios.create({
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
    maxRedirects: 0,
    proxy: false,
    decompress: false,
    responseType: 'arraybuffer',
    validateStatus: (status) => status === 200,
  })
  return async (address, post) => {
    const maxContentLength = post === undefined ? limits.crlBytes : limits.ocspBytes
    const headers = post === undefined ? {} : { 'Content-Type': 'application/ocsp-request' }
    try {
      const { data } = await http.request<Buffer>({
        url: address,
        method: post === undefined ? 'get' : 'post',
        // A timeout of axios is one of silence; the signal also ends an answer that drips.
        signal: AbortSignal.timeout(limits.timeoutMs),
        maxContentLength,
        headers,
        ...(post === undefined ? {} : { data: Buffer.from(post) }),
      })
      return data
    } catch {
      return undefined
    }
  }
}
