import { createHash } from 'node:crypto'
import { Agent } from 'node:https'
import axios, { type AxiosResponse } from 'axios'
import { readSize } from './checkpoint.ts'

/** What a witness answered to `add-checkpoint` (C2SP tlog-witness); nothing of it is verified. */
export type WitnessReply =
  | { readonly kind: 'line'; readonly line: string }
  /** What it cosigned last, where that is not what the asker believed. */
  | { readonly kind: 'size'; readonly size: number }
  /** It was not shown that the head continues what the witness saw. */
  | { readonly kind: 'unproven' }
  /** `refused`: it does not know the log, or not its key. */
  | { readonly kind: 'refused' | 'no-answer' | 'bad-answer' }

export interface WitnessCaller {
  readonly add: (body: string) => Promise<WitnessReply>
  /** The last head that it cosigned of this log; undefined where it does not say. */
  readonly head: (origin: string) => Promise<string | undefined>
}

const TIMEOUT_MS = 5000
/** A note with all its lines. */
const MAX_BYTES = 262_144

/**
 * The only place where edno calls a witness. Follows no redirect, believes no proxy of the environment.
 *
 * @param ca PEM; instead of the authorities that the system believes.
 */
export function witnessCaller(url: string, ca?: string): WitnessCaller {
  const http = axios.create({
    baseURL: url.replace(/\/+$/, ''),
    httpsAgent: new Agent({ keepAlive: true, maxFreeSockets: 1, ...(ca === undefined ? {} : { ca }) }),
    maxRedirects: 0,
    proxy: false,
    responseType: 'arraybuffer',
    maxContentLength: MAX_BYTES,
    validateStatus: () => true,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  })
  const call = async (ask: () => Promise<AxiosResponse<Buffer>>): Promise<AxiosResponse<Buffer> | undefined> => {
    try {
      return await ask()
    } catch {
      return undefined
    }
  }
  const signal = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS)
  return {
    add: async (body) =>
      replyOf(await call(() => http.post('/add-checkpoint', Buffer.from(body), { signal: signal() }))),
    head: async (origin) => {
      const name = createHash('sha256').update(origin).digest('hex')
      const response = await call(() => http.get(`/${name}/checkpoint`, { signal: signal() }))
      return response?.status === 200 ? response.data.toString('utf8') : undefined
    },
  }
}

function replyOf(response: AxiosResponse<Buffer> | undefined): WitnessReply {
  if (response === undefined) return { kind: 'no-answer' }
  const text = response.data.toString('utf8')
  if (response.status === 200) return { kind: 'line', line: text }
  if (response.status === 422) return { kind: 'unproven' }
  if (response.status === 403 || response.status === 404) return { kind: 'refused' }
  const size = response.status === 409 ? readSize(text.replace(/\n$/, '')) : undefined
  return size === undefined ? { kind: 'bad-answer' } : { kind: 'size', size }
}
