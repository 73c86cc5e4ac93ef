import { setTimeout as pause } from 'node:timers/promises'
import type { Readiness } from '../http/broker.ts'
import { expirySummary } from '../pki/expiry.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { asOverloaded } from '../store/unavailable.ts'
import type { Capabilities } from './ports.ts'
import type { Running } from './running.ts'

const LOOKED_AT_EVERY_MS = 1000

/** Anybody may ask: the database is looked at once a second, however many do. */
export function rarely<T>(look: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly result: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (last === undefined || now - last.at > LOOKED_AT_EVERY_MS) last = { at: now, result: look() }
    return last.result
  }
}

/** Whoever asks whether edno is ready waits no longer. */
export const PATIENCE_MS = 3000

const nobodyAnswers = (): never => {
  throw new BrokerError('broker.log-unavailable', 'the database does not answer')
}

type Looked = Pick<Capabilities, 'store' | 'log' | 'heads' | 'certificates' | 'clock'>

export const readinessOf = ({ store, log, heads, certificates, clock }: Looked, running: Running) =>
  rarely(async (): Promise<Readiness> => {
    const database = await Promise.race([
      store.ping(),
      pause(PATIENCE_MS, undefined, { ref: false }).then(nobodyAnswers),
    ]).catch((error: unknown) => BrokerError.from(asOverloaded(error)).code)
    const checks = {
      database,
      log: log.state(),
      stamps: heads.stamps(),
      owner: store.isOwned() ? 'ok' : 'the database may take this process for dead',
      accepting: running.accepting ? 'ok' : 'shutting down',
    }
    // Told, but no reason to send callers away: each certificate is judged where it is used.
    const told = {
      certificates: expirySummary(certificates.expiring(clock())),
      witnesses: heads.witnesses(),
      promises: log.promises(),
    }
    return { ready: Object.values(checks).every((check) => check === 'ok'), checks: { ...checks, ...told } }
  })
