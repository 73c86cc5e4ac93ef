import type { Request } from 'express'
import type { CorrectionAct, CorrectionFilter, CorrectionReport } from '../model/correction.ts'
import { exchangeId } from '../model/ids.ts'
import type { PersonQuestion } from '../model/person.ts'
import type { UsageDimension, UsageQuestion } from '../model/usage.ts'
import type { Broker } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { readerOf } from './list-handlers.ts'

const MOST_AT_ONCE = 100

/** Statistics, searches for persons, and errors that consumers report to owners. The contract has judged every parameter and body before. */
export function auditHandlers(broker: Broker): Record<string, Handler> {
  const { corrections } = broker
  const correctionOf = ({ params }: Request): string => String(params['correction'])
  return {
    readStatistics: async (request, response) => {
      response.json(await broker.statistics(readerOf(request, broker), usageQuestionOf(request)))
    },
    readAuditReport: async (request, response) => {
      const period = request.query as unknown as { readonly from: string; readonly to: string }
      response.json(await broker.auditReport(readerOf(request, broker), period))
    },
    searchPerson: async (request, response) => {
      const asked = response.locals['json'] as Omit<PersonQuestion, 'offset' | 'limit'> & Partial<PersonQuestion>
      const question = { ...asked, offset: asked.offset ?? 0, limit: asked.limit ?? MOST_AT_ONCE }
      response.json(await broker.persons.search(readerOf(request, broker), question))
    },
    reportCorrection: async (request, response) => {
      const report = response.locals['json'] as Omit<CorrectionReport, 'fields'> & Partial<CorrectionReport>
      const id = exchangeId(String(request.params['id']))
      const made = await corrections.report(readerOf(request, broker), id, { ...report, fields: report.fields ?? [] })
      response.status(201).location(`/v1/corrections/${made.id}`).json(made)
    },
    listCorrections: async (request, response) => {
      const filter = request.query as CorrectionFilter
      response.json({ corrections: await corrections.list(readerOf(request, broker), filter) })
    },
    readCorrection: async (request, response) => {
      response.json(await corrections.find(readerOf(request, broker), correctionOf(request)))
    },
    actOnCorrection: async (request, response) => {
      const act = response.locals['json'] as CorrectionAct
      response.json(await corrections.act(readerOf(request, broker), correctionOf(request), act))
    },
  }
}

function usageQuestionOf({ query }: Request): UsageQuestion {
  const { by, ...rest } = query as unknown as Omit<UsageQuestion, 'by'> & { readonly by?: string }
  return { ...rest, by: (by ?? 'month').split(',').filter((name) => name !== '') as UsageDimension[] }
}
