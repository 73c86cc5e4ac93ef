import { ofOperation } from '../dispatch/counters.ts'
import { downtimeUntil } from '../dispatch/downtime.ts'
import type { AccessDesk, Broker } from '../http/broker.ts'
import type { Reader } from '../model/exchange-list.ts'
import { type OperationRef, partyId, registryOf } from '../model/ids.ts'
import type {
  BreakerState,
  QuotaOfAgreement,
  QuotaOfOperation,
  RegistryHealth,
  RegistryStatus,
  WaitingRequest,
} from '../model/registry-status.ts'
import { nextSofiaDay, sofiaDay } from '../model/sofia-day.ts'
import { requireWatcher } from '../policy/may-audit.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { breakerOf } from '../store/breakers.ts'
import { questionsOf } from '../store/quotas.ts'
import { queuedFor, type RegistryActivity, registryActivity } from '../store/registry-activity.ts'
import { registryDrift } from '../store/registry-drift.ts'
import type { Capabilities } from './ports.ts'
import { figuresForOthers } from './registry-figures.ts'

export interface RegistryDeskParts extends Pick<Capabilities, 'store' | 'rules' | 'clock' | 'limits' | 'registryNow'> {
  readonly access: Pick<AccessDesk, 'list'>
}

const HOUR_MS = 3_600_000
const DRIFT_KEPT_MS = 30 * 24 * HOUR_MS
const MOST_REQUESTS = 100
const MOST_AGREEMENTS = 1000

/**
 * How a registry does, for its owner. Everything is read from the store that all processes share, with bounds; no exchange and
 * nobody is named, so that looking is no entry of the exchange log.
 */
export const registryDesk =
  (parts: RegistryDeskParts): Broker['registryStatus'] =>
  async (reader, registry, hours) => {
    const { store, rules, clock } = parts
    const role = requireWatcher(rules.governance, reader.party, registry)
    const adapter = rules.catalogue.adapters.get(registry)
    if (adapter === undefined) throw new BrokerError('provider.unavailable', `the adapter of ${registry} is refused`)
    const at = clock()
    const from = new Date(at.getTime() - hours * HOUR_MS)
    const [activity, breaker, drift, queued, agreed, totals] = await Promise.all([
      registryActivity(store.db, registry, from),
      breakerNow(parts, registry),
      registryDrift(store.db, registry, new Date(at.getTime() - DRIFT_KEPT_MS)),
      queuedFor(store.db, registry),
      agreementsOf(parts, reader, registry, at),
      totalsOf(parts, registry, at),
    ])
    const { exchanges, whole, oldest, latency, errors, consumers } = activity
    const { p50Ms, p95Ms } = latency
    const window = { from: from.toISOString(), to: at.toISOString() }
    const { quotas, ...waiting } = agreed
    const figures = {
      window: { ...window, ...(whole || oldest === null ? {} : { from: oldest }), exchanges, whole },
      latency: { answers: latency.answers, ...(p50Ms === null || p95Ms === null ? {} : { p50Ms, p95Ms }) },
      ...{ consumers, quotas, totals },
    }
    return {
      ...{ id: registry, name: adapter.manifest.registry.name, provider: partyId(adapter.manifest.provider.id) },
      ...{ at: at.toISOString(), health: healthOf(parts, registry, { activity, breaker, at }), breaker },
      ...(role === 'owner' ? figures : figuresForOthers(figures)),
      ...{ errors, queued, drift, ...waiting },
      ...sha1Of(parts, registry),
      plannedDowntime: downtimeOf(parts, registry, at),
      links: { requests: `/v1/access?registry=${registry}&state=proposed`, ...exchangesOf(role, registry, window) },
    }
  }

const sha1Of = ({ registryNow }: RegistryDeskParts, registry: string): Pick<RegistryStatus, 'answersBySha1'> =>
  registryNow(registry)?.answersBySha1 === true ? { answersBySha1: true } : {}

async function breakerNow({ store }: RegistryDeskParts, registry: string): Promise<BreakerState> {
  const row = await breakerOf(store.db, registry)
  if (row === undefined) return { state: 'closed' }
  const { opened, openedAt, nextTryAt, due } = row
  const state = due ? 'half-open' : 'open'
  return { state, since: openedAt.toISOString(), nextTryAt: nextTryAt.toISOString(), opened }
}

function healthOf(
  { limits }: RegistryDeskParts,
  registry: string,
  seen: { readonly activity: RegistryActivity; readonly breaker: BreakerState; readonly at: Date },
): RegistryHealth {
  const windows = limits().get(registry)?.plannedDowntime ?? []
  if (downtimeUntil(windows, seen.at) !== undefined) return 'planned-downtime'
  if (seen.breaker.state !== 'closed') return 'down'
  const { ended, failed } = seen.activity.newest
  if (ended === 0) return 'not-asked'
  return failed * 2 >= ended ? 'failing' : 'up'
}

function downtimeOf({ limits }: RegistryDeskParts, registry: string, at: Date): RegistryStatus['plannedDowntime'] {
  const now = at.getTime()
  return (limits().get(registry)?.plannedDowntime ?? [])
    .filter(({ to }) => Date.parse(to) > now)
    .toSorted((one, other) => Date.parse(one.from) - Date.parse(other.from))
    .map((window) => ({ ...window, now: Date.parse(window.from) <= now }))
}

/** What waits for a decision, and what is left of the quotas in force. */
async function agreementsOf(
  { access }: RegistryDeskParts,
  { party }: Reader,
  registry: string,
  at: Date,
): Promise<Pick<RegistryStatus, 'quotas' | 'requests' | 'moreRequests'>> {
  const [waiting, valid] = await Promise.all([
    access.list(party, { registry, state: 'proposed' }, { limit: MOST_REQUESTS }),
    access.list(party, { registry, state: 'valid' }, { limit: MOST_AGREEMENTS }),
  ])
  return {
    requests: waiting.agreements.map(
      ({ digest, content, state }): WaitingRequest => ({
        ...{ agreement: digest, consumer: content.consumer.party, service: content.service, purpose: content.purpose },
        ...content.validity,
        ...{ waitsFor: state.by, link: `/v1/access/${digest}` },
      }),
    ),
    ...(waiting.next === undefined ? {} : { moreRequests: true }),
    quotas: valid.agreements.flatMap(({ digest, content, inForce, quota }): QuotaOfAgreement[] => {
      if (!inForce || content.quota === undefined) return []
      const { consumer, service } = content
      // To whom it tells too little of too few an agreement does not say how much of its quota is used.
      const standing = quota ?? { limit: content.quota.perDay, reset: nextSofiaDay(at).toISOString() }
      return [{ agreement: digest, consumer: consumer.party, service, ...standing }]
    }),
  }
}

/** The owner's limits on operations of this registry; by the primary key of the counters. */
async function totalsOf(
  { rules, store }: RegistryDeskParts,
  registry: string,
  at: Date,
): Promise<readonly QuotaOfOperation[]> {
  const { owners, parties } = rules.governance
  const owner = owners.get(registry)
  const totals = Object.entries((owner && parties.get(owner)?.totals) ?? {}) as [OperationRef, { perDay: number }][]
  const own = totals.filter(([operation]) => registryOf(operation) === registry)
  if (own.length === 0) return []
  const counters = own.map(([operation]) => ofOperation(operation))
  const counted = await questionsOf(store.db, sofiaDay(at), counters)
  const reset = nextSofiaDay(at).toISOString()
  return own.map(([operation, { perDay: limit }]) => {
    const used = counted.get(ofOperation(operation)) ?? 0
    return { operation, limit, used, left: Math.max(0, limit - used), reset }
  })
}

/** Each has a list of its own; operators read no exchanges. */
function exchangesOf(
  role: ReturnType<typeof requireWatcher>,
  registry: string,
  window: { readonly from: string; readonly to: string },
): Pick<RegistryStatus['links'], 'exchanges'> {
  const period = new URLSearchParams(window).toString()
  if (role === 'operator') return {}
  if (role === 'owner') return { exchanges: `/v1/registries/${registry}/exchanges?${period}` }
  return { exchanges: `/v1/audit/exchanges?registry=${registry}&${period}` }
}
