import type { Request, Response } from 'express'
import type { Reader } from '../../model/exchange-list.ts'
import { exchangeId, partyId } from '../../model/ids.ts'
import type { Broker, HttpSettings } from '../broker.ts'
import type { Handler } from '../exchange-handlers.ts'
import { readerOf } from '../list-handlers.ts'
import { filterOf, lastWeek, listAddress, type PageQuery } from './address.ts'
import { ExchangePage } from './exchange-page.tsx'
import { ListPage } from './list-page.tsx'
import { pageLanguage, sendPage } from './render.ts'
import { seenLog, type SeenLog } from './seen-heads.ts'
import { STYLE } from './style.ts'
import { VerificationPage } from './verification-page.tsx'
import { type View, viewOf } from './view.ts'

const AT_ONCE = 50

/** The read-only page for auditors. The contract has judged every parameter before; the broker decides who may read. */
export const auditPageHandlers = (broker: Broker, settings: HttpSettings): Record<string, Handler> => ({
  readAuditStyle: (_, response) =>
    void response.set('Cache-Control', 'public, max-age=300').type('text/css; charset=utf-8').send(STYLE),
  showAuditList: async (request, response) => {
    const asked = askedOf(request, broker, settings)
    const { query, reader, view } = asked
    const filter = filterOf(query)
    const page = { limit: AT_ONCE, ...(query.after === undefined ? {} : { after: query.after }) }
    // Who is no auditor is told so before anything is looked at.
    const names = broker.audit.names(reader)
    const found = filter && { filter, page: await broker.exchanges.list(reader, { of: 'all' }, filter, page) }
    const log = await logOf(asked, request, response)
    const { from, to } = { ...lastWeek(asked.now), ...query }
    sendPage(response, 200, ListPage({ view, log, names, period: { from, to }, ...(found && { found }) }))
  },
  showAuditExchange: async (request, response) => {
    const asked = askedOf(request, broker, settings)
    const { query, reader, view } = asked
    const placed = await broker.exchanges.recordIn(reader, nameOf(request, query), filterOf(query) ?? {})
    const names = broker.audit.names(reader)
    sendPage(response, 200, ExchangePage({ view, names, placed, log: await logOf(asked, request, response) }))
  },
  showAuditVerification: async (request, response) => {
    const asked = askedOf(request, broker, settings)
    const name = nameOf(request, asked.query)
    const judged = await broker.audit.judge(asked.reader, name, settings.receiptWaitMs)
    const log = await logOf(asked, request, response)
    sendPage(response, 200, VerificationPage({ view: asked.view, name, judged, log }))
  },
  findAuditOfficial: async (request, response) => {
    const form = response.locals['form'] as Readonly<Record<'consumer' | 'identifier', string>> & PageQuery
    const { consumer, identifier, ...rest } = form
    const official = await broker.exchanges.officialOf(readerOf(request, broker), { consumer, identifier })
    response.redirect(303, listAddress({ ...rest, consumer, official }))
  },
})

interface Asked {
  readonly now: Date
  readonly broker: Broker
  readonly reader: Reader
  readonly query: PageQuery
  readonly view: View
}

function askedOf(request: Request, broker: Broker, { clock }: HttpSettings): Asked {
  const query = request.query as PageQuery
  const view = viewOf(pageLanguage(request), request.path, query)
  return { broker, reader: readerOf(request, broker), query, view, now: clock() }
}

const nameOf = (request: Request, { of = '' }: PageQuery) => ({
  exchangeId: exchangeId(String(request.params['id'])),
  consumer: partyId(of),
})

const logOf = ({ broker, reader, now }: Asked, request: Request, response: Response): Promise<SeenLog> =>
  seenLog(request, response, (note) => broker.audit.since(reader, note), now)
