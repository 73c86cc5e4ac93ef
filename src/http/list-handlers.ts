import type { Request, Response } from 'express'
import type { ExchangeFilter, ListedExchange, Reader, SliceName } from '../model/exchange-list.ts'
import { exchangeId, partyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Broker } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { Waiting } from './follow.ts'
import { callerOf, identify } from './identify.ts'
import { formatOf, streamList, type TableRow } from './list-format.ts'

/** Lists of exchanges: of a party's own, of the registry it owns, of all. */
export function listHandlers(broker: Broker): Record<string, Handler> {
  const streaming = new Waiting()
  const listOf =
    (sliceOf: (request: Request) => SliceName): Handler =>
    (request, response) =>
      list({ broker, streaming }, sliceOf(request), request, response)
  return {
    listExchanges: listOf(() => ({ of: 'own' })),
    listRegistryExchanges: listOf(({ params }) => ({ of: 'registry', registry: String(params['id']) })),
    listAuditExchanges: listOf(() => ({ of: 'all' })),
    readAuditExchange: async (request, response) => {
      const { consumer } = request.query
      const of = typeof consumer === 'string' ? partyId(consumer) : undefined
      const id = exchangeId(String(request.params['id']))
      response.json(await broker.exchanges.record(readerOf(request, broker), id, of))
    },
    readRegistryExchange: async (request, response) => {
      const { consumer } = request.query
      const whose = typeof consumer === 'string' ? { consumer: partyId(consumer) } : {}
      const name = { id: exchangeId(String(request.params['exchange'])), ...whose }
      response.json(await broker.exchanges.recordOf(readerOf(request, broker), String(request.params['id']), name))
    },
    markOfficial: async (request, response) => {
      const asked = response.locals['json'] as { readonly consumer: string; readonly identifier: string }
      response.json({ official: await broker.exchanges.officialOf(readerOf(request, broker), asked) })
    },
  }
}

/** Who is identified presented a certificate. */
export const readerOf = (request: Request, broker: Broker): Reader => ({
  party: identify(request, broker),
  certificate: callerOf(request).certificate ?? '',
})

const MOST_AT_ONCE = 100

interface ListQuery extends ExchangeFilter {
  readonly after?: string
  readonly limit?: string
  readonly format?: string
}

async function list(
  { broker, streaming }: { readonly broker: Broker; readonly streaming: Waiting },
  slice: SliceName,
  request: Request,
  response: Response,
): Promise<void> {
  const { after, limit, format: named, ...filter } = request.query as ListQuery
  const reader = readerOf(request, broker)
  const format = formatOf(request, named)
  response.vary('Accept')
  if (format === 'json') {
    const page = { limit: Number(limit ?? MOST_AT_ONCE), ...(after === undefined ? {} : { after }) }
    response.json(await broker.exchanges.list(reader, slice, filter, page))
    return
  }
  if (after !== undefined || limit !== undefined)
    throw new BrokerError('request.parameter', `limit and after go with pages; ${format} is the whole list`)
  const leave = streaming.enter(reader.party)
  try {
    await streamList(response, await broker.exchanges.walk(reader, slice, filter), { format, columns: COLUMNS, cells })
  } finally {
    leave()
  }
}

const COLUMNS = [
  ...[
    'exchangeId',
    'consumer',
    'service',
    'legalBasis',
    'case',
    'official',
    'receivedAt',
    'closedAt',
    'state',
    'status',
  ],
  ...['found', 'not-found', 'refused', 'failed', 'skipped', 'late'],
]

const cells = ({ outcomes, ...exchange }: ListedExchange): TableRow => ({ ...exchange, ...outcomes })
