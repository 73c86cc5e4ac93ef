import { Agent } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import axios, { type AxiosInstance, type AxiosResponse } from 'axios'
import { BrokerError } from '../problem/broker-error.ts'
import type { LogSource, StampedHead } from '../exchange-log/log-source.ts'

/** A bundle of 256 entries of the greatest length. */
const LARGEST_BYTES = 256 * (2 + 65_535)
const TIMEOUT_MS = 30_000
/** How often one file is asked for where the log holds its readers back. */
const TRIES = 20

/** A log behind an address, from edno itself or from whoever has a copy. Needs no certificate of the reader. */
export function logAddress(address: string, ca?: string): LogSource & { readonly close: () => void } {
  const agent = new Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) })
  const http = axios.create({
    baseURL: prefixOf(address),
    httpsAgent: agent,
    proxy: false,
    maxRedirects: 0,
    timeout: TIMEOUT_MS,
    maxContentLength: LARGEST_BYTES,
    responseType: 'arraybuffer',
    validateStatus: () => true,
  })
  const read: LogSource['read'] = (path) => readPatiently(http, path)
  return { read, stampedHeads: (from) => stampedHeads(read, from), close: () => agent.destroy() }
}

/** An address without a path is edno's own, which has its log under `/log/`. */
function prefixOf(address: string): string {
  const url = new URL(address)
  return url.pathname === '/' ? new URL('/log/', url).href : `${url.href.replace(/\/$/, '')}/`
}

/** As edno serves them; a copy that any web server serves has none of this. */
async function* stampedHeads(read: LogSource['read'], from: number): AsyncGenerator<StampedHead> {
  for (let next = from; ; ) {
    const sizes = sizesIn(await read(`stamps?from=${next}`))
    for (const size of sizes) {
      const [note, token] = await Promise.all([read(`checkpoints/${size}`), read(`stamps/${size}`)])
      if (note !== undefined && token !== undefined) yield { size, note: note.toString('utf8'), token }
    }
    const last = sizes.at(-1)
    if (last === undefined || last < next) return
    next = last + 1
  }
}

function sizesIn(listed: Buffer | undefined): readonly number[] {
  const { stamps = [] } = (listed === undefined ? {} : JSON.parse(listed.toString('utf8'))) as {
    readonly stamps?: readonly { readonly size: number }[]
  }
  return stamps.map(({ size }) => size)
}

async function readPatiently(http: AxiosInstance, path: string): Promise<Buffer | undefined> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { status, data, headers } = await get(http, path)
    if (status === 200) return data
    if (status === 404) return undefined
    if (status !== 429) throw unreadable(path, status)
    await pause(Number(headers['retry-after'] ?? 1) * 1000)
  }
  throw unreadable(path, 429)
}

async function get(http: AxiosInstance, path: string): Promise<AxiosResponse<Buffer>> {
  try {
    return await http.get<Buffer>(path)
  } catch (cause) {
    const code = axios.isAxiosError(cause) ? (cause.code ?? '') : ''
    throw new BrokerError('broker.log-unavailable', `${path} of the log cannot be fetched: ${code}`, { cause })
  }
}

const unreadable = (path: string, status: number): BrokerError =>
  new BrokerError('broker.log-unavailable', `the log answered ${status} for ${path}`)
