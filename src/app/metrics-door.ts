import type { Config } from '../config/config.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import { metricsListener } from '../http/metrics-handlers.ts'
import { type Listener, listenOnLoopback } from '../http/server.ts'
import type { Metrics } from '../ops/metrics.ts'

/** Where a program on this machine reads the metrics; undefined where none is configured. What is to be closed is pushed on `opened`. */
export async function openMetricsDoor(
  { metrics: settings }: Pick<Config, 'metrics'>,
  metrics: Pick<Metrics, 'write'>,
  opened: (() => Promise<void>)[],
): Promise<string | undefined> {
  if (settings === undefined) return undefined
  const listener = await open(settings.port, metrics)
  opened.push(listener.close)
  return `http://127.0.0.1:${listener.port}/metrics`
}

/** Several processes of one machine read one configuration, and the message for the front door's port would mislead. */
async function open(port: number, { write }: Pick<Metrics, 'write'>): Promise<Listener> {
  try {
    return await listenOnLoopback(metricsListener(write), port)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    const why = code === 'EACCES' ? 'may not be listened on' : 'is taken, perhaps by another process of edno'
    throw new ConfigRefused([`/metrics/port ${port} ${why}: say another in EDNO_METRICS_PORT`])
  }
}
