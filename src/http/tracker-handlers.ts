import type { Request } from 'express'
import type { DataUsageQuestion, InWords } from '../model/data-tracker.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Broker } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { readerOf } from './list-handlers.ts'
import { languageOf } from './render-problem.ts'

const MOST_AT_ONCE = 1000

/** By the names of the Estonian Data Tracker (protocol 1.6). */
export function trackerHandlers(broker: Broker): Record<string, Handler> {
  const { tracker } = broker
  return {
    findOwnUsage: async (request, response) => {
      const { offset, limit, ...period } = request.query as Readonly<Record<string, string>>
      const question = {
        ...{ userCode: userCodeIn(request), ...period },
        ...{ offset: Number(offset ?? 0), limit: Number(limit ?? MOST_AT_ONCE) },
      }
      response.json(await tracker.findUsage(readerOf(request, broker), question, wordsFor(request)))
    },
    findUsage: async (request, response) => {
      const asked = response.locals['json'] as Pick<DataUsageQuestion, 'userCode'> & Partial<DataUsageQuestion>
      const question = { ...asked, offset: asked.offset ?? 0, limit: asked.limit ?? MOST_AT_ONCE }
      response.json(await tracker.findUsage(readerOf(request, broker), question, wordsFor(request)))
    },
    readUsagePeriod: async (request, response) => {
      response.json(await tracker.usagePeriod(readerOf(request, broker)))
    },
    subscribeToPerson: async (request, response) => {
      const { userCode } = response.locals['json'] as Pick<DataUsageQuestion, 'userCode'>
      response.status(201).json(await tracker.subscribe(readerOf(request, broker), userCode))
    },
    unsubscribeFromPerson: async (request, response) => {
      await tracker.unsubscribe(readerOf(request, broker), String(request.params['id']))
      response.status(204).end()
    },
    readTrackerHeartbeat: async (request, response) => {
      response.json(await tracker.heartbeat(readerOf(request, broker)))
    },
  }
}

function wordsFor(request: Request): InWords {
  const language = languageOf(request)
  return (text) => text[language]
}

/** The one person who may be named without a body: in a header, which is no part of an address. */
function userCodeIn(request: Request): string {
  const code = request.get('X-Road-UserId')
  if (code === undefined) throw new BrokerError('request.parameter', 'X-Road-UserId: the header says who asks')
  return code
}
