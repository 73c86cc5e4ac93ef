import type { ExchangePorts } from '../exchange/ports.ts'
import { complete } from '../exchange/run-exchange.ts'
import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { Logger } from '../ops/logger.ts'
import type { Running } from './running.ts'

/** Completes what a crash left open. One that fails is told and left for the next start; the others are not held up. */
export async function sweep(log: ExchangeLog, ports: ExchangePorts, running: Running, logger: Logger): Promise<number> {
  const left = await log.recover()
  for (const opened of left) {
    const { exchangeId } = opened.plan
    running
      .track(() => complete(opened, ports))
      .then(
        () => logger.info('an exchange that a crash left open is closed', { exchangeId }),
        (error: unknown) =>
          logger.error('an exchange that a crash left open could not be closed', { exchangeId }, error),
      )
  }
  return left.length
}
