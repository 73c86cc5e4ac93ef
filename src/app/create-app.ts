import type { Simulator } from '../simulator/start-simulator.ts'
import { brokerOf } from './broker.ts'
import { openDoors } from './doors.ts'
import type { Reloaded } from './keeper.ts'
import type { Keys } from './keys.ts'
import { type Line, type LineOptions, openLine } from './line.ts'
import { openMetricsDoor } from './metrics-door.ts'
import { rehearse } from './rehearse.ts'
import type { Rules } from './rules.ts'

/** A running edno. */
export interface App {
  readonly url: string
  /** Where a proxy's loopback port is configured: which it is. */
  readonly proxyPort?: number
  /** Where a program on this machine reads the metrics, if anywhere. */
  readonly metricsUrl?: string
  readonly rules: Rules
  readonly keys: Keys
  /** The log's public key. */
  readonly logKey: string
  /** Reads parties, grants, legal bases, services, authorities and certificates again: all are valid, or nothing changes. */
  readonly reload: () => Promise<Reloaded>
  /** Where registries are simulated. */
  readonly simulator?: Simulator
  /** Stops accepting, lets running exchanges end, closes log, adapters and store. */
  readonly close: () => Promise<void>
}

export type AppOptions = LineOptions

/** The line and its doors; whatever was opened is closed again when a later step fails. */
export async function createApp(options: AppOptions): Promise<App> {
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).reverse()) await end()
  }
  try {
    return await start(options, opened, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function start(options: AppOptions, opened: (() => Promise<void>)[], close: () => Promise<void>): Promise<App> {
  const { config, clock } = options
  const line = await openLine(options, 'serve', opened)
  const { has, registries, keeper } = line
  await has.store.requireConnections(options.onNotice)
  await rehearse(has)
  const metricsUrl = await openMetricsDoor(config, has.metrics, opened)
  const broker = brokerOf(has, line.ports, line)
  const doors = await openDoors({ ...has, config, broker, clock })
  opened.push(doors.close)
  opened.push(() => sendAway(line))
  for (const warning of has.certificates.directories.warnings) options.onNotice?.(warning)
  return {
    url: doors.url,
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    ...(doors.proxyPort === undefined ? {} : { proxyPort: doors.proxyPort }),
    rules: has.rules,
    keys: has.keys,
    logKey: has.log.vkey,
    reload: () => keeper.reload(),
    ...(registries.simulator === undefined ? {} : { simulator: registries.simulator }),
    close,
  }
}

/** Nobody new is let in, and nobody is let wait any more. */
function sendAway({ running, followers }: Line): Promise<void> {
  running.refuse()
  followers.close()
  return Promise.resolve()
}
