import type { ExchangePorts } from '../exchange/ports.ts'
import { complete } from '../exchange/run-exchange.ts'
import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { OpenedExchange } from '../model/exchange.ts'
import type { Logger } from '../ops/logger.ts'
import { expirySentence, type ExpiryWarning } from '../pki/expiry.ts'
import type { LeftOpen } from './left-open.ts'
import type { Running } from './running.ts'

export interface Chores {
  readonly log: ExchangeLog
  readonly ports: ExchangePorts
  readonly running: Running
  /** What failed in this process between its opening and its closing. */
  readonly leftOpen: LeftOpen
  /** Deferred ones that this process is about to close, by the numbers of their rows. */
  readonly ending: () => readonly number[]
  readonly logger: Logger
  readonly clock: () => Date
  /** Adds the days that are over to what statistics are made of. */
  readonly countUsage: (now: Date) => Promise<number>
  /** Registered certificates and edno's own that end soon. */
  readonly expiring: (now: Date) => readonly ExpiryWarning[]
}

const RETENTION_EVERY_MS = 3_600_000
const USAGE_EVERY_MS = 3_600_000
const EXPIRY_EVERY_MS = 86_400_000
/** What another process died of is ended before its callers grow impatient; the look costs one indexed query, all day long. */
const SWEEP_EVERY_MS = 1000
/** An exchange that this process works on is closed long before this much has passed after its deadline. */
const OVERDUE_MS = 30_000
/** After an outage many are open at once; registries and the database take them a few at a time. */
const COMPLETED_AT_ONCE = 8

/** What edno does unasked, now and then: deletes what is past its retention, and ends what was left open. */
export function startChores(chores: Chores): () => Promise<void> {
  let sweeping = false
  let failing = false
  const sweepAgain = (): void => {
    if (sweeping) return
    sweeping = true
    sweep(chores)
      .then(
        () => {
          failing = false
        },
        (error: unknown) => {
          if (!failing) chores.logger.error('the sweep for open exchanges failed; it is tried again', {}, error)
          failing = true
        },
      )
      .finally(() => {
        sweeping = false
      })
  }
  sweepAgain()
  expire(chores)
  count(chores)
  tellExpiring(chores)
  const timers = [
    setInterval(() => tellExpiring(chores), EXPIRY_EVERY_MS),
    setInterval(() => expire(chores), RETENTION_EVERY_MS),
    setInterval(() => count(chores), USAGE_EVERY_MS),
    setInterval(sweepAgain, SWEEP_EVERY_MS),
  ]
  return () => {
    for (const timer of timers) clearInterval(timer)
    return Promise.resolve()
  }
}

/**
 * Completes what a dead process left, and what this one could not close while the database was away. What a living
 * process works on is left alone.
 */
async function sweep({ log, ports, running, leftOpen, ending, logger, clock }: Chores): Promise<void> {
  const due = leftOpen.due()
  const left = await log.recover(new Date(clock().getTime() - OVERDUE_MS), { left: due, ending: ending() })
  leftOpen.forget(
    due,
    left.map(({ plan }) => plan),
  )
  if (left.length > 0) logger.warn('completing what was left open', { count: left.length })
  for (let at = 0; at < left.length; at += COMPLETED_AT_ONCE)
    await Promise.all(left.slice(at, at + COMPLETED_AT_ONCE).map((opened) => finish(opened, ports, running, logger)))
}

/** One that fails is told and left for the next sweep, and holds no other up. */
async function finish(opened: OpenedExchange, ports: ExchangePorts, running: Running, logger: Logger): Promise<void> {
  const { exchangeId } = opened.plan
  try {
    await running.track(() => complete(opened, ports))
    logger.info('an exchange that was left open is closed', { exchangeId })
  } catch (error) {
    logger.error('an exchange that was left open could not be closed', { exchangeId }, error)
  }
}

function expire({ log, clock, logger }: Chores): void {
  log.expireDue(clock()).then(
    (count) => {
      if (count > 0) logger.info('what is past its retention is deleted', { count })
    },
    (error: unknown) => logger.error('what is past its retention could not be deleted', {}, error),
  )
}

function count({ countUsage, clock, logger }: Chores): void {
  countUsage(clock()).then(
    (days) => {
      if (days > 0) logger.info('days are counted for statistics', { count: days })
    },
    (error: unknown) => logger.error('days could not be counted for statistics', {}, error),
  )
}

/** At start and daily: each certificate that ends within 60, 30 or 7 days, or has ended. */
export function tellExpiring({ expiring, clock, logger }: Pick<Chores, 'expiring' | 'clock' | 'logger'>): void {
  for (const { owner, use, days, within } of expiring(clock()))
    logger.warn(expirySentence(within), { party: owner, kind: use, days })
}
