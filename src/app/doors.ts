import type { Config } from '../config/config.ts'
import { readProxySecret } from '../config/read-secrets.ts'
import type { Broker } from '../http/broker.ts'
import { type Door, tlsCaller, tlsDoor } from '../http/door.ts'
import { gate } from '../http/gate.ts'
import { proxyDoor } from '../http/proxy-door.ts'
import { routes } from '../http/routes.ts'
import { type Listener, listen, listenOnLoopback, listenOnSocket } from '../http/server.ts'
import { createWatch } from '../http/watch.ts'
import type { Logger } from '../ops/logger.ts'
import type { Metrics } from '../ops/metrics.ts'
import { createSecurityLog } from '../ops/security-log.ts'
import type { Keys } from './keys.ts'

export interface DoorParts {
  readonly config: Config
  readonly keys: Keys
  readonly broker: Broker
  readonly logger: Logger
  readonly clock: () => Date
  readonly metrics: Pick<Metrics, 'refused' | 'connectionRefused'>
}

/** Every way in, open. */
export interface Doors {
  /** Address of the front door. */
  readonly url: string
  /** Loopback port of the proxy's door, where it has one. */
  readonly proxyPort?: number
  readonly close: () => Promise<void>
}

/** The front door and, where configured, those of a proxy; one watch stands at all of them. */
export async function openDoors({ config, keys, broker, logger, clock, metrics }: DoorParts): Promise<Doors> {
  const security = createSecurityLog({ logger })
  const watch = createWatch(config.http.limits, broker.partyOf, security)
  const settings = {
    bodyLimitBytes: config.http.bodyLimitBytes,
    receiptWaitMs: config.log.receiptWaitMs,
    root: config.root,
    clock,
    watch,
    onRefused: metrics.refused,
    onFailure: (error: unknown) => logger.error('a request failed', {}, error),
  }
  const behind = (door: Door) => gate(routes(broker, settings, door), door, settings)
  const open: Listener[] = []
  const close = async (): Promise<void> => {
    await Promise.all(open.map((listener) => listener.close()))
    security.close()
  }
  try {
    const { socketPath, port, secretFile } = config.http.proxy ?? {}
    const proxy = proxyDoor(secretFile === undefined ? undefined : readProxySecret(secretFile).reveal())
    if (socketPath !== undefined) open.push(await listenOnSocket(behind(proxy), socketPath))
    const loopback = port === undefined ? undefined : await listenOnLoopback(behind(proxy), port)
    if (loopback !== undefined) open.push(loopback)
    const front = await listen(behind(tlsDoor), {
      host: config.http.host,
      port: config.http.port,
      tls: tlsOf(keys),
      knock: (address) => {
        const isLetIn = watch.knock(address)
        if (!isLetIn) metrics.connectionRefused()
        return isLetIn
      },
      connected: (socket) => void watch.connected(tlsCaller(socket)),
    })
    open.push(front)
    const url = `https://${hostOf(config)}:${front.port}`
    return { url, ...(loopback === undefined ? {} : { proxyPort: loopback.port }), close }
  } catch (error) {
    await close()
    throw error
  }
}

const tlsOf = ({ secrets }: Keys) => ({
  key: secrets.tls.key.reveal(),
  certificate: secrets.tls.certificate,
  clientAuthorities: secrets.clientAuthorities,
})

const hostOf = ({ http }: Config): string => (http.host === '0.0.0.0' || http.host === '::' ? '127.0.0.1' : http.host)
