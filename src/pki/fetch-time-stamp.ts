import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import axios from 'axios'

/** Posts a question to the time-stamping authority; undefined where no answer came, for whatever reason. */
export type FetchTimeStamp = (request: Uint8Array) => Promise<Uint8Array | undefined>

const MAX_BYTES = 65_536

/**
 * The only place that talks to a time-stamping authority (RFC 3161 §3.4). Follows no redirect, believes no proxy of the
 * environment, unpacks nothing, stops at the limits. Answers are signed, so that plain HTTP is as good as HTTPS here.
 */
export const timeStampFetcher = (url: string, timeoutMs: number): FetchTimeStamp => {
  const http = axios.create({
    httpAgent: new HttpAgent({ keepAlive: true, maxFreeSockets: 4, timeout: 60_000 }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxFreeSockets: 4, timeout: 60_000 }),
    maxRedirects: 0,
    proxy: false,
    decompress: false,
    responseType: 'arraybuffer',
    maxContentLength: MAX_BYTES,
    validateStatus: (status) => status === 200,
    headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
  })
  return async (request) => {
    try {
      // A timeout of axios is one of silence; the signal also ends an answer that drips.
      const { data } = await http.post<Buffer>(url, Buffer.from(request), { signal: AbortSignal.timeout(timeoutMs) })
      return data
    } catch {
      return undefined
    }
  }
}
