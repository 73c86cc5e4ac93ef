import { createApp } from '../app/create-app.ts'
import { systemClock } from '../ops/clock.ts'
import { makeLogger } from '../ops/logger.ts'
import { hangUps } from './hang-ups.ts'
import { output } from './output.ts'
import { reread, settings } from './settings.ts'
import { untilOwnError } from './stray-errors.ts'
import { untilStopped } from './until-stopped.ts'

/** Runs edno until it is told to stop. */
export async function serve(): Promise<void> {
  const config = settings()
  const logger = makeLogger({ level: config.logLevel })
  const out = output(undefined)
  const hung = hangUps()
  const stopped = Promise.race([untilStopped(), untilOwnError(logger)])
  const app = await createApp({ config, clock: systemClock, logger, onNotice: out.complain, reread })
  if (config.env === 'development')
    out.complain('edno: development keys and simulated registries: NOT FOR PRODUCTION. Configure EDNO_ENV=production.')
  out.line(
    `edno listens on ${app.url}; registries: ${app.rules.catalogue.adapters.size}, services: ${app.rules.catalogue.services.size}; pid ${process.pid}`,
  )
  if (app.metricsUrl !== undefined) out.line(`metrics: ${app.metricsUrl}`)
  hung.readAgain(() => app.reload())
  const signal = await stopped
  logger.info('stopping', { signal })
  await app.close()
}
