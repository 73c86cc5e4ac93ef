import type { DataTracker } from '../http/record-desks.ts'
import type { DataUsage, InWords } from '../model/data-tracker.ts'
import type { Reader } from '../model/exchange-list.ts'
import type { JsonObject } from '../model/json.ts'
import type { ExchangeAbout } from '../model/person.ts'
import { requirePortal } from '../policy/may-audit.ts'
import { exchangesAbout, toldSince } from '../store/persons.ts'
import { isSubscribed, subscribe, unsubscribe } from '../store/subscriptions.ts'
import { requireSound } from './list-filter.ts'
import { whoReads } from './person-desk.ts'
import { personOf } from './person-name.ts'
import type { Capabilities } from './ports.ts'
import type { Rules } from './rules.ts'
import { marksOf, requireMarks } from './search.ts'

type Needs = Pick<Capabilities, 'store' | 'rules' | 'log' | 'keys' | 'clock'>

/** „Who asked about me" for citizen portals, over all registries at once. */
export function dataTracker(has: Needs): DataTracker {
  const { store, rules, log, keys, clock } = has
  const note = (reader: Reader, what: string, question: JsonObject): Promise<void> =>
    log.read({ ...whoReads(reader, requirePortal(rules.governance, reader.party)), what, question })
  return {
    findUsage: async (reader, { userCode, periodStart, periodEnd, offset, limit }, inWords) => {
      requirePortal(rules.governance, reader.party)
      const period = {
        ...(periodStart === undefined ? {} : { from: periodStart }),
        ...(periodEnd === undefined ? {} : { to: periodEnd }),
      }
      requireSound(period)
      const mark = requireMarks(keys).person(personOf(userCode))
      await note(reader, 'usage', { ...period, offset, limit })
      const { total, exchanges } = await exchangesAbout(store.db, {
        ...{ mark, offset, limit, toldAt: clock() },
        ...(periodStart === undefined ? {} : { from: new Date(periodStart) }),
        ...(periodEnd === undefined ? {} : { to: new Date(periodEnd) }),
      })
      return { totalUsages: total, usages: exchanges.map((each) => usageOf(each, rules, inWords)) }
    },
    usagePeriod: async (reader) => {
      // From when there are exchanges is something of theirs; whether edno can tell is not, and is asked every minute.
      await note(reader, 'usage-period', {})
      const now = clock()
      const since = await toldSince(store.db)
      return { periodStart: (since ?? now).toISOString(), periodEnd: now.toISOString() }
    },
    heartbeat: async (reader) => {
      requirePortal(rules.governance, reader.party)
      if (marksOf(keys).marks === undefined) return { status: 'FAIL', message: 'this edno has no search key' }
      return (await store.ping()) === 'ok'
        ? { status: 'OK' }
        : { status: 'FAIL', message: 'the database does not answer' }
    },
    subscribe: async (reader, userCode) => {
      requirePortal(rules.governance, reader.party)
      const mark = requireMarks(keys).person(personOf(userCode))
      await note(reader, 'subscription', { change: 'begun' })
      return { subscription: await subscribe(store.db, reader.party, mark) }
    },
    unsubscribe: async (reader, id) => {
      requirePortal(rules.governance, reader.party)
      if (!(await isSubscribed(store.db, reader.party, id))) return
      await note(reader, 'subscription', { change: 'ended' })
      await unsubscribe(store.db, reader.party, id)
    },
  }
}

/** What a citizen is told: who asked whom for what, never what was found. */
function usageOf(about: ExchangeAbout, { catalogue, governance }: Rules, inWords: InWords): DataUsage {
  const { exchangeId, consumer, service, receivedAt } = about
  const party = governance.parties.get(consumer)
  const title = catalogue.services.get(service)?.definition.title
  const basis = governance.legalBases.get(about.legalBasis)
  const text = basis === undefined ? about.legalBasis : inWords(basis)
  return {
    logtime: receivedAt,
    action: `${title === undefined ? service : inWords(title)} (${text})`,
    receiverCode: party?.eik ?? party?.oid ?? consumer,
    receiverName: party === undefined ? consumer : inWords(party.name),
    receiverSystem: consumer,
    ...{ exchangeId, service, as: about.as },
    legalBasis: { code: about.legalBasis, text },
    registries: about.registries.map((registry) => {
      const manifest = catalogue.adapters.get(registry)?.manifest
      return {
        registry,
        name: manifest === undefined ? registry : inWords(manifest.registry.name),
        provider: manifest === undefined ? registry : inWords(manifest.provider.name),
      }
    }),
  }
}
