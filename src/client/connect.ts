import { Agent } from 'node:https'
import axios, { type AxiosInstance } from 'axios'

/** Where edno is and how this party proves itself to it. PEM texts. */
export interface Connection {
  readonly url: string
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

/** RFC 9457 with edno's members. */
export interface TravellingProblem {
  readonly code: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly advice: string
  readonly retry: string
}

/** One kept-alive connection with a client certificate; every status comes back, bodies as bytes. */
export function connect(connection: Connection, language: 'bg' | 'en'): { http: AxiosInstance; close: () => void } {
  const agent = new Agent({ ca: connection.ca, cert: connection.certificate, key: connection.key, keepAlive: true })
  const http = axios.create({
    baseURL: connection.url,
    httpsAgent: agent,
    proxy: false,
    maxRedirects: 0,
    responseType: 'arraybuffer',
    headers: { 'Accept-Language': language },
    validateStatus: () => true,
  })
  return { http, close: () => agent.destroy() }
}

export const problemIn = (data: Buffer): TravellingProblem => JSON.parse(data.toString('utf8')) as TravellingProblem
