import { Agent } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import axios, { type AxiosInstance, type AxiosResponse } from 'axios'
import { BrokerError } from '../problem/broker-error.ts'
import type { LogSource } from '../exchange-log/log-source.ts'

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
  return { read: (path) => readPatiently(http, path), close: () => agent.destroy() }
}

/** An address without a path is edno's own, which has its log under `/log/`. */
function prefixOf(address: string): string {
  const url = new URL(address)
  return url.pathname === '/' ? new URL('/log/', url).href : `${url.href.replace(/\/$/, '')}/`
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
