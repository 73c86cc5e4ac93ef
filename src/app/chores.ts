import type { ExchangePorts } from '../exchange/ports.ts'
import { complete } from '../exchange/run-exchange.ts'
import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { Logger } from '../ops/logger.ts'
import { expirySentence, type ExpiryWarning } from '../pki/expiry.ts'
import type { Running } from './running.ts'

export interface Chores {
  readonly log: ExchangeLog
  readonly ports: ExchangePorts
  readonly running: Running
  readonly logger: Logger
  readonly clock: () => Date
  /** Registered certificates and edno's own that end soon. */
  readonly expiring: (now: Date) => readonly ExpiryWarning[]
}

const RETENTION_EVERY_MS = 3_600_000
const EXPIRY_EVERY_MS = 86_400_000
const SWEEP_EVERY_MS = 30_000
/** An exchange of a living process is closed long before this much has passed after its deadline. */
const SWEEP_AFTER_DEADLINE_MS = 30_000

/** What edno does unasked, now and then: deletes what is past its retention, and ends what was left open. */
export async function startChores(chores: Chores): Promise<() => Promise<void>> {
  const left = await sweep(chores)
  if (left > 0) chores.logger.warn('completing what a crash left open', { count: left })
  expire(chores)
  tellExpiring(chores)
  const timers = [
    setInterval(() => tellExpiring(chores), EXPIRY_EVERY_MS),
    setInterval(() => expire(chores), RETENTION_EVERY_MS),
    setInterval(() => sweepLater(chores), SWEEP_EVERY_MS),
  ]
  return () => {
    for (const timer of timers) clearInterval(timer)
    return Promise.resolve()
  }
}

/** Completes what is open; one that fails is told and left for the next sweep, and holds no other up. */
async function sweep({ log, ports, running, logger }: Chores, dueBefore?: Date): Promise<number> {
  const left = await log.recover(dueBefore)
  for (const opened of left) {
    const { exchangeId } = opened.plan
    running
      .track(() => complete(opened, ports))
      .then(
        () => logger.info('an exchange that was left open is closed', { exchangeId }),
        (error: unknown) => logger.error('an exchange that was left open could not be closed', { exchangeId }, error),
      )
  }
  return left.length
}

/** For exchanges that could not be closed while the database was away. */
function sweepLater(chores: Chores): void {
  sweep(chores, new Date(chores.clock().getTime() - SWEEP_AFTER_DEADLINE_MS)).catch((error: unknown) =>
    chores.logger.error('the sweep for open exchanges failed; it is tried again', {}, error),
  )
}

function expire({ log, clock, logger }: Chores): void {
  log.expireDue(clock()).then(
    (count) => {
      if (count > 0) logger.info('what is past its retention is deleted', { count })
    },
    (error: unknown) => logger.error('what is past its retention could not be deleted', {}, error),
  )
}

/** At start and daily: each certificate that ends within 60, 30 or 7 days, or has ended. */
export function tellExpiring({ expiring, clock, logger }: Pick<Chores, 'expiring' | 'clock' | 'logger'>): void {
  for (const { owner, use, days, within } of expiring(clock()))
    logger.warn(expirySentence(within), { party: owner, kind: use, days })
}
