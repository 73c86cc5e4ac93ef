import { setTimeout as pause } from 'node:timers/promises'
import type { Readiness } from '../http/broker.ts'
import type { GaugeName, Reading } from '../ops/gauges.ts'
import type { DatedCertificate } from '../pki/expiry.ts'
import {
  type RegistryFigures,
  registryFigures,
  type StoreFigures,
  storeFigures,
  type WitnessFigures,
  witnessFigures,
} from '../store/figures.ts'
import { witnessesOf } from './heads.ts'
import type { Capabilities } from './ports.ts'
import { PATIENCE_MS, rarely } from './readiness.ts'
import type { Running } from './running.ts'

type Looked = Pick<Capabilities, 'config' | 'store' | 'rules' | 'certificates' | 'clock'>

export interface ReadingParts {
  readonly ready: () => Promise<Readiness>
  readonly running: Pick<Running, 'count'>
}

/** How edno stands now. Never fails, and ends in time whatever the database does: what it would have told is left out then. */
export function readingsOf(has: Looked, { ready, running }: ReadingParts): () => Promise<readonly Reading[]> {
  const rows = storedReadings(has)
  return rarely(async () => {
    const [{ checks }, stored] = await Promise.all([ready(), rows()])
    return [
      ...Object.entries(checks).map(([check, state]) => reading('edno_ready', state === 'ok' ? 1 : 0, { check })),
      reading('edno_exchanges_running', running.count),
      ...certificateReadings(has.certificates.dated(), has.clock()),
      reading('edno_database_readable', stored === undefined ? 0 : 1),
      ...(stored ?? []),
    ]
  })
}

const reading = (name: GaugeName, value: number, labels?: Reading['labels']): Reading => ({
  name,
  value,
  ...(labels === undefined ? {} : { labels }),
})

const DAY_MS = 86_400_000

/** Whoever has put a new certificate beside the old one need not be reminded of the old one at night. */
function certificateReadings(dated: readonly DatedCertificate[], now: Date): Reading[] {
  const ends = new Map<string, { readonly party: string; readonly use: string; readonly end: number }>()
  for (const { owner, use, notAfter } of dated) {
    const name = `${owner}/${use}`
    const end = Math.max(notAfter.getTime(), ends.get(name)?.end ?? Number.NEGATIVE_INFINITY)
    ends.set(name, { party: owner, use, end })
  }
  return [...ends.values()].map(({ party, use, end }) =>
    reading('edno_certificate_days_left', (end - now.getTime()) / DAY_MS, { party, use }),
  )
}

/** Undefined where the database does not answer in time. A look that hangs is not joined by a second one. */
function storedReadings(has: Looked): () => Promise<readonly Reading[] | undefined> {
  let looking: Promise<readonly Reading[] | undefined> | undefined
  const names = new Map(witnessesOf(has.config).map(({ name, key }) => [key.vkey, name]))
  const look = (): Promise<readonly Reading[] | undefined> =>
    readRows(has, names)
      .catch(() => undefined)
      .finally(() => {
        looking = undefined
      })
  return () => {
    looking ??= look()
    return Promise.race([looking, pause(PATIENCE_MS, undefined, { ref: false })])
  }
}

/** One after the other: a look takes one connection of the store. */
async function readRows(
  { config, store, rules }: Looked,
  names: ReadonlyMap<string, string>,
): Promise<readonly Reading[]> {
  const stored = await storeFigures(store.db)
  const registries = await registryFigures(store.db, [...rules.catalogue.adapters.keys()])
  const witnesses = names.size === 0 ? [] : await witnessFigures(store.db, [...names.keys()])
  return [
    ...(stored === undefined ? [] : ofStore(stored)),
    ...(stored === undefined || config.log.stamps === undefined ? [] : ofStamps(stored)),
    ...registries.flatMap(ofRegistry),
    ...witnesses.flatMap((figures) => ofWitness(figures, names.get(figures.witness) ?? '')),
  ]
}

const ofStore = (figures: StoreFigures): Reading[] => [
  reading('edno_exchanges_open', figures.open, { state: 'open' }),
  reading('edno_exchanges_open', figures.deferred, { state: 'deferred' }),
  reading('edno_callbacks', figures.callbacksWaiting, { state: 'waiting' }),
  reading('edno_callbacks', figures.callbacksDead, { state: 'dead' }),
  reading('edno_callbacks_overdue_seconds', waited(figures.callbacksOverdueSeconds)),
  reading('edno_log_size', figures.logSize ?? 0),
  reading('edno_log_entries_pending', figures.logPending),
  reading('edno_log_promises_broken', figures.promisesBroken, { state: 'broken' }),
  reading('edno_log_promises_broken', figures.promisesOpen, { state: 'open' }),
]

const ofStamps = ({ stampAgeSeconds: age, stampWaitingSeconds }: StoreFigures): Reading[] => [
  ...(age === null ? [] : [reading('edno_stamp_age_seconds', age)]),
  reading('edno_stamp_waiting_seconds', waited(stampWaitingSeconds)),
]

const ofRegistry = ({ registry, ...figures }: RegistryFigures): Reading[] => [
  reading('edno_breaker_open', figures.dead ? 1 : 0, { registry }),
  reading('edno_queue_calls', figures.waiting, { registry, state: 'waiting' }),
  reading('edno_queue_calls', figures.running, { registry, state: 'running' }),
  reading('edno_queue_overdue_seconds', waited(figures.overdueSeconds), { registry }),
  reading('edno_incidents_open', figures.incidents, { registry }),
]

const ofWitness = ({ ageSeconds: age, waitingSeconds }: WitnessFigures, witness: string): Reading[] => [
  ...(age === null ? [] : [reading('edno_witness_age_seconds', age, { witness })]),
  reading('edno_witness_waiting_seconds', waited(waitingSeconds), { witness }),
]

/** Nothing waits, or what does is not due yet. */
const waited = (seconds: number | null): number => Math.max(0, seconds ?? 0)
