import { setTimeout as pause } from 'node:timers/promises'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { AnswerStatus } from '../model/exchange.ts'
import type { ServiceRef } from '../model/ids.ts'
import type { CallEnd } from '../model/figures.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { type GaugeName, GAUGES, type Reading } from './gauges.ts'

export interface EndedExchange {
  readonly service: ServiceRef
  readonly status: AnswerStatus
  readonly seconds: number
}

export interface EndedCall {
  readonly registry: string
  readonly end: CallEnd
  /** A code of the problem table, where it has one. */
  readonly code?: string
  /** Absent where nobody was asked. */
  readonly seconds?: number
}

/**
 * What happened in this process since it began, as numbers. Each label is a registry, a service, a party or a word of edno's own:
 * none comes from a caller, and none names a consumer together with what it asked.
 */
export interface Metrics {
  readonly exchangeEnded: (ended: EndedExchange) => void
  readonly callEnded: (ended: EndedCall) => void
  readonly refused: (code: ProblemCode) => void
  /** Before the handshake, where nobody can be told why. */
  readonly connectionRefused: () => void
  readonly complained: (severity: 'warn' | 'error') => void
  /** Where gauges are read from, at each look; it never fails, and leaves out what is not known. */
  readonly readFrom: (source: () => Promise<readonly Reading[]>) => void
  /** Everything, in the text format of Prometheus. */
  readonly write: () => Promise<string>
}

/** Of the text that `write` gives. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

/** A direct answer takes tenths of a second; one that is deferred may take a day. */
const EXCHANGE_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600, 3600, 86_400]
const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const count = countersIn(registry)
  let source = (): Promise<readonly Reading[]> => Promise.resolve([])
  addGauges(registry, () => source())
  return {
    exchangeEnded: ({ service, status, seconds }) => {
      count.exchanges.inc({ service, status })
      count.exchangeSeconds.observe({ service }, Math.max(0, seconds))
    },
    callEnded: ({ registry: asked, end, code = '', seconds }) => {
      count.calls.inc({ registry: asked, outcome: end, code })
      if (seconds !== undefined) count.callSeconds.observe({ registry: asked }, Math.max(0, seconds))
    },
    refused: (code) => count.refusals.inc({ code }),
    connectionRefused: () => count.connections.inc(),
    complained: (severity) => count.lines.inc({ severity }),
    readFrom: (given) => {
      source = given
    },
    write: async () => {
      const [own, ofProcess] = await Promise.all([registry.metrics(), (await processMetrics()).metrics()])
      return `${own.trimEnd()}\n${ofProcess.trimEnd()}\n`
    },
  }
}

function countersIn(registry: Registry) {
  const registers = [registry]
  return {
    exchanges: new Counter({
      name: 'edno_exchanges_ended_total',
      help: 'Exchanges that this process closed, by the status of their answers.',
      labelNames: ['service', 'status'],
      registers,
    }),
    exchangeSeconds: new Histogram({
      name: 'edno_exchange_duration_seconds',
      help: 'From reception to the closing entry, of exchanges that this process closed; deferred ones included.',
      labelNames: ['service'],
      buckets: EXCHANGE_SECONDS,
      registers,
    }),
    calls: new Counter({
      name: 'edno_calls_ended_total',
      help: 'Calls whose outcome this process stored; answered: found or not. The code is that of the problem table.',
      labelNames: ['registry', 'outcome', 'code'],
      registers,
    }),
    callSeconds: new Histogram({
      name: 'edno_call_duration_seconds',
      help: 'Of calls of which this process asked the registry, with all their attempts.',
      labelNames: ['registry'],
      buckets: CALL_SECONDS,
      registers,
    }),
    refusals: new Counter({
      name: 'edno_refusals_total',
      help: 'Requests that this process answered with a problem, by its code.',
      labelNames: ['code'],
      registers,
    }),
    connections: new Counter({
      name: 'edno_connections_refused_total',
      help: 'Connections that were reset before the handshake, because their address opens too many.',
      registers,
    }),
    lines: new Counter({
      name: 'edno_operational_log_lines_total',
      help: 'Warnings and errors that this process had for the operational log.',
      labelNames: ['severity'],
      registers,
    }),
  }
}

/** Each gauge forgets what it said and says what is so now; the source reads for all of them together. */
function addGauges(registry: Registry, read: () => Promise<readonly Reading[]>): void {
  for (const [name, { help, labels }] of Object.entries(GAUGES) as [GaugeName, (typeof GAUGES)[GaugeName]][])
    new Gauge({
      ...{ name, help, labelNames: [...labels], registers: [registry] },
      async collect() {
        const readings = await read()
        this.reset()
        // One without labels begins at 0 again, and what is not known is not 0.
        if (labels.length === 0) this.remove()
        for (const reading of readings) if (reading.name === name) this.set(reading.labels ?? {}, reading.value)
      },
    })
}

let ofThisProcess: Promise<Registry> | undefined

/**
 * Memory, processor time, event loop: of the process, however many edno run in it. Watched from the first look on, because to watch
 * the loop wakes it, and who has no monitoring should not pay for it.
 */
function processMetrics(): Promise<Registry> {
  ofThisProcess ??= watchProcess()
  return ofThisProcess
}

async function watchProcess(): Promise<Registry> {
  const register = new Registry()
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LOOP_RESOLUTION_MS })
  // Before the loop came round there is nothing to tell of it.
  await pause(3 * LOOP_RESOLUTION_MS)
  return register
}

const LOOP_RESOLUTION_MS = 20
