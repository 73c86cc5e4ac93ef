import type { RequestListener } from 'node:http'
import { METRICS_TYPE } from '../ops/metrics.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Broker } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { identify } from './identify.ts'
import { problemOf } from './render-problem.ts'

/** How edno does, for the monitoring of whoever operates it. */
export const metricsHandlers = (broker: Broker): Record<string, Handler> => ({
  readMetrics: async (request, response) => {
    const text = await broker.metrics(identify(request, broker))
    response.set('Content-Type', METRICS_TYPE).send(text)
  },
})

/**
 * The same for a program on this machine, without TLS; nothing else is to be had there. The name by which it is called must be that
 * of the loopback: else a page in a browser here could have its own name lead here, and read along.
 */
export const metricsListener =
  (write: () => Promise<string>): RequestListener =>
  (request, response) => {
    const refuse = (code: 'request.not-found' | 'broker.internal', detail: string): void => {
      const problem = problemOf(new BrokerError(code, detail), 'en')
      response
        .writeHead(problem.status, { 'Content-Type': 'application/problem+json; charset=utf-8', ...COMMON })
        .end(JSON.stringify(problem))
    }
    request.resume()
    if (request.method !== 'GET' || request.url !== '/metrics' || !LOOPBACK.test(request.headers.host ?? ''))
      refuse('request.not-found', 'here is GET /metrics of 127.0.0.1 and nothing else')
    else
      write().then(
        (text) => response.writeHead(200, { 'Content-Type': METRICS_TYPE, ...COMMON }).end(text),
        () => refuse('broker.internal', 'the metrics cannot be written'),
      )
  }

const LOOPBACK = /^(127\.0\.0\.1|localhost)(:\d+)?$/i
const COMMON = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }
