import { createWorker } from '../app/create-worker.ts'
import { systemClock } from '../ops/clock.ts'
import { makeLogger } from '../ops/logger.ts'
import { hangUps } from './hang-ups.ts'
import { output } from './output.ts'
import { reread, settings } from './settings.ts'
import { untilOwnError } from './stray-errors.ts'
import { untilStopped } from './until-stopped.ts'

export interface WorkerOptions {
  readonly registry?: readonly string[]
}

const HEALTH_EVERY_MS = 60_000

/** Works on queues until it is told to stop; says now and then that it does. */
export async function worker({ registry = [] }: WorkerOptions): Promise<void> {
  const config = settings()
  const logger = makeLogger({ level: config.logLevel })
  const out = output(undefined)
  const hung = hangUps()
  const stopped = Promise.race([untilStopped(), untilOwnError(logger)])
  const running = await createWorker({ config, clock: systemClock, logger, onNotice: out.complain, reread }, registry)
  if (config.env === 'development')
    out.complain('edno: development keys and simulated registries: NOT FOR PRODUCTION. Configure EDNO_ENV=production.')
  const names = running.served.join(', ')
  out.line(`edno works for ${names}; queue: ${running.backend}; pid ${process.pid}`)
  if (running.metricsUrl !== undefined) out.line(`metrics: ${running.metricsUrl}`)
  hung.readAgain(() => running.reload())
  const health = setInterval(() => {
    running.counts().then(
      (queues) => out.json({ time: systemClock().toISOString(), worker: 'ok', queues }),
      () => out.json({ time: systemClock().toISOString(), worker: 'the queue does not answer' }),
    )
  }, HEALTH_EVERY_MS)
  const signal = await stopped
  clearInterval(health)
  logger.info('stopping', { signal })
  await running.close()
}
