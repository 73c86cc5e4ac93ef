import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import { expirySentence, type ExpiryWarning } from '../pki/expiry.ts'
import { TakeUp, type TakeUpParts } from './take-up.ts'

export interface Chores extends TakeUpParts {
  readonly log: ExchangeLog
  /** Adds the days that are over to what statistics are made of. */
  readonly countUsage: (now: Date) => Promise<number>
  /** Asks about edno's own seals, and keeps what is said. */
  readonly lookAtSeals: () => Promise<void>
  /** Registered certificates and edno's own that end soon. */
  readonly expiring: (now: Date) => readonly ExpiryWarning[]
}

const RETENTION_EVERY_MS = 3_600_000
const USAGE_EVERY_MS = 3_600_000
const EXPIRY_EVERY_MS = 86_400_000
/** Authorities are asked when what they said ends, not at every look. */
const SEALS_EVERY_MS = 60_000
/** What another process died of is ended before its callers grow impatient; the look costs one indexed query, all day long. */
const SWEEP_EVERY_MS = 1000

export interface StartedChores {
  /** Somebody waits for what may have been left open: it is looked for now and soon again, not at the next turn. */
  readonly sweep: () => void
  readonly stop: () => Promise<void>
}

/** What edno does unasked, now and then: deletes what is past its retention, and ends what was left open. */
export function startChores(chores: Chores): StartedChores {
  const takeUp = new TakeUp(chores)
  takeUp.look()
  expire(chores)
  count(chores)
  lookAt(chores)
  tellExpiring(chores)
  const timers = [
    setInterval(() => tellExpiring(chores), EXPIRY_EVERY_MS),
    setInterval(() => expire(chores), RETENTION_EVERY_MS),
    setInterval(() => count(chores), USAGE_EVERY_MS),
    setInterval(() => lookAt(chores), SEALS_EVERY_MS),
    setInterval(() => takeUp.look(), SWEEP_EVERY_MS),
  ]
  return {
    sweep: () => takeUp.lookSoon(),
    stop: () => {
      for (const timer of timers) clearInterval(timer)
      takeUp.stop()
      return Promise.resolve()
    },
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

function lookAt({ lookAtSeals, logger }: Chores): void {
  lookAtSeals().catch((error: unknown) => logger.error("edno's own seals could not be looked at", {}, error))
}

/** At start and daily: each certificate that ends within 60, 30 or 7 days, or has ended. */
export function tellExpiring({ expiring, clock, logger }: Pick<Chores, 'expiring' | 'clock' | 'logger'>): void {
  for (const { owner, use, days, within } of expiring(clock()))
    logger.warn(expirySentence(within), { party: owner, kind: use, days })
}
