import type { ExchangeBook, PlacedRecord } from '../http/record-desks.ts'
import type { ExchangeFilter, ExchangePage, ListedExchange, Reader, SliceName } from '../model/exchange-list.ts'
import type { ExchangeRecord } from '../model/exchange-record.ts'
import { exchangeId, isExchangeId, partyId } from '../model/ids.ts'
import type { JsonObject } from '../model/json.ts'
import type { Governance } from '../policy/governance.ts'
import { requireActive, requireAuditor, requireOwner } from '../policy/may-audit.ts'
import { actsFor } from '../policy/acts-for.ts'
import { readableBy } from '../policy/may-read.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { countExchanges, listExchanges, neighbourOf, placeInList } from '../store/exchange-list.ts'
import { recordsOf } from '../store/exchange-record.ts'
import type { ListPlace, Slice } from '../store/exchange-slices.ts'
import type { SearchMarks } from '../store/search-marks.ts'
import { requireSound } from './list-filter.ts'
import type { Capabilities } from './ports.ts'
import { recordForRegistry } from './registry-record.ts'

export interface BookParts extends Pick<Capabilities, 'store' | 'rules' | 'log'> {
  /** Absent: no official can be looked for. */
  readonly marks?: SearchMarks
}

/** Rows that a walk holds in memory. */
const WALKED_AT_ONCE = 1000

/**
 * The exchanges that a party may see: its own, those that asked a registry of it, or, for an auditor, all. One way to look
 * for all three; who reads what is not its own is in the exchange log before it is told anything.
 */
export function exchangeBook(parts: BookParts): ExchangeBook {
  const { store, rules } = parts
  return {
    list: async (reader, name, filter, { limit, after }) => {
      const slice = sliceFor(rules.governance, reader, name)
      requireSound(filter)
      const place = after === undefined ? undefined : await placeOf(parts, slice, after)
      await note(parts, reader, name, { ...filter, limit, ...(after === undefined ? {} : { after }) })
      return page(parts, slice, filter, { limit, ...(place === undefined ? {} : { place }) })
    },
    walk: async (reader, name, filter) => {
      const slice = sliceFor(rules.governance, reader, name)
      requireSound(filter)
      await note(parts, reader, name, { ...filter, all: true })
      return walk(parts, slice, filter)
    },
    record: async (reader, id, consumer) => {
      requireAuditor(rules.governance, reader.party)
      await noteAs(parts, reader, 'exchange', { id, ...(consumer === undefined ? {} : { consumer }) })
      return onlyOne(await recordsOf(store.db, id, consumer))
    },
    recordIn: async (reader, { consumer, exchangeId: id }, filter) => {
      const slice = sliceFor(rules.governance, reader, { of: 'all' })
      requireSound(filter)
      await noteAs(parts, reader, 'exchange', { id, consumer, within: { ...filter } })
      const record = onlyOne(await recordsOf(store.db, id, consumer))
      return { record, ...(await beside(parts, slice, filter, record)) }
    },
    recordOf: async (reader, registry, { id, consumer }) => {
      const slice = sliceFor(rules.governance, reader, { of: 'registry', registry })
      const whose = consumer === undefined ? {} : { consumer }
      await noteAs(parts, reader, 'registry-exchange', { id, slice: registry, ...whose })
      // In the list or not at all: what never reached the registry is none of its owner's business.
      const listed = await listExchanges(store.db, { slice, filter: { id, ...whose }, limit: 2 })
      const one = onlyOne(listed.exchanges)
      return recordForRegistry(onlyOne(await recordsOf(store.db, id, one.consumer)), registry)
    },
    officialOf: async (reader, { consumer, identifier }) => {
      const { governance } = rules
      requireMayName(governance, reader, consumer)
      if (parts.marks === undefined)
        throw new BrokerError('request.parameter', 'this edno has no search key: officials cannot be looked for')
      const official = parts.marks.official(consumer, identifier)
      await noteAs(parts, reader, 'official', { consumer, official })
      return official
    },
  }
}

function onlyOne<T>(found: readonly T[]): T {
  const [only] = found
  if (only === undefined) throw new BrokerError('exchange.unknown', 'no exchange has this id')
  if (found.length > 1)
    throw new BrokerError('request.parameter', 'consumer: exchanges of several consumers have this id; name one')
  return only
}

/** The next ones of the filter's list on both sides, whether or not the exchange is in that list itself. */
async function beside(
  { store }: BookParts,
  slice: Slice,
  filter: ExchangeFilter,
  { exchangeId: id, consumer }: ExchangeRecord,
): Promise<Omit<PlacedRecord, 'record'>> {
  const place = await placeInList(store.db, slice, { id, consumer })
  if (place === undefined) return {}
  const newer = await neighbourOf(store.db, { slice, filter, place }, 'newer')
  const older = await neighbourOf(store.db, { slice, filter, place }, 'older')
  return { ...(newer === undefined ? {} : { newer }), ...(older === undefined ? {} : { older }) }
}

function sliceFor(governance: Governance, { party }: Reader, name: SliceName): Slice {
  if (name.of === 'own') return { of: 'consumers', consumers: readableBy(governance, party) }
  if (name.of === 'all') {
    requireAuditor(governance, party)
    return { of: 'all' }
  }
  requireOwner(governance, party, name.registry)
  return { of: 'registry', registry: name.registry }
}

/** An auditor may look for anybody's officials, a consumer and its delegates for the consumer's. */
function requireMayName(governance: Governance, { party }: Reader, consumer: string): void {
  const { role } = requireActive(governance, party)
  if (role !== 'auditor' && !actsFor(governance, party, partyId(consumer)))
    throw new BrokerError('access.not-auditor', `the officials of ${consumer} are not your business`)
}

const KINDS = { own: 'own-exchanges', registry: 'registry-exchanges', all: 'exchanges' } as const

/** What is a party's own it reads as often as it likes. */
const note = async (parts: BookParts, reader: Reader, name: SliceName, question: JsonObject): Promise<void> => {
  const about = name.of === 'registry' ? { slice: name.registry } : {}
  if (name.of !== 'own') await noteAs(parts, reader, KINDS[name.of], { ...question, ...about })
}

const noteAs = ({ log, rules }: BookParts, reader: Reader, what: string, question: JsonObject): Promise<void> => {
  const { role } = requireActive(rules.governance, reader.party)
  return log.read({ by: reader.party, role, certificate: reader.certificate, what, question })
}

/** A place is named by the exchange before it, and only one of the slice names a place. */
async function placeOf({ store }: BookParts, slice: Slice, after: string): Promise<ListPlace> {
  const [id = '', consumer] = after.split('.').toReversed()
  const name = { id: exchangeId(id), ...(consumer === undefined ? {} : { consumer: partyId(consumer) }) }
  const place = isExchangeId(id) ? await placeInList(store.db, slice, name) : undefined
  if (place === undefined) throw new BrokerError('request.parameter', 'after: not one of the exchanges that are listed')
  return place
}

/** Exchanges are named by their consumers: two of them may have used one id. */
const placeName = (slice: Slice, { consumer, exchangeId: id }: ListedExchange): string =>
  slice.of === 'consumers' ? id : `${consumer}.${id}`

async function page(
  { store }: BookParts,
  slice: Slice,
  filter: ExchangeFilter,
  { limit, place }: { readonly limit: number; readonly place?: ListPlace },
): Promise<ExchangePage> {
  const after = place === undefined ? {} : { after: place }
  // One more than fits shows whether there is a next page.
  const [found, total] = await Promise.all([
    listExchanges(store.db, { slice, filter, limit: limit + 1, ...after }),
    place === undefined ? countExchanges(store.db, slice, filter) : undefined,
  ])
  const exchanges = found.exchanges.slice(0, limit)
  const last = exchanges.at(-1)
  return {
    exchanges,
    ...(total === undefined ? {} : { total }),
    ...(found.exchanges.length > limit && last !== undefined ? { next: placeName(slice, last) } : {}),
  }
}

/** All of it, a few in memory at once; what is opened meanwhile is not in it. */
async function* walk({ store }: BookParts, slice: Slice, filter: ExchangeFilter): AsyncGenerator<ListedExchange> {
  let after: ListPlace | undefined
  for (;;) {
    const place = after === undefined ? {} : { after }
    const { exchanges, last } = await listExchanges(store.db, { slice, filter, limit: WALKED_AT_ONCE, ...place })
    yield* exchanges
    if (last === undefined || exchanges.length < WALKED_AT_ONCE) return
    after = last
  }
}
