import { Agent } from 'node:https'
import axios from 'axios'

/** One file of a log below its address; undefined where there is none, or no answer. */
export type FetchLogFile = (path: string) => Promise<Buffer | undefined>

/** A checkpoint, or a full tile of 256 hashes: nothing of a log that a witness reads is longer. */
const MAX_BYTES = 262_144
const TIMEOUT_MS = 10_000

/**
 * The only place where a witness calls anybody. Follows no redirect, believes no proxy of the environment.
 *
 * @param ca PEM; besides the authorities that the system believes where absent.
 */
export function logFetcher(url: string, ca?: string): FetchLogFile {
  const base = url.replace(/\/+$/, '')
  const http = axios.create({
    httpsAgent: new Agent({ keepAlive: true, maxFreeSockets: 2, ...(ca === undefined ? {} : { ca }) }),
    maxRedirects: 0,
    proxy: false,
    responseType: 'arraybuffer',
    maxContentLength: MAX_BYTES,
    validateStatus: (status) => status === 200,
  })
  return async (path) => {
    try {
      const { data } = await http.get<Buffer>(`${base}/${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) })
      return data
    } catch {
      return undefined
    }
  }
}
