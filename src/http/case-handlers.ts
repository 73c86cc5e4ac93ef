import type { Request, Response } from 'express'
import type { CaseRequest } from '../model/case.ts'
import { partyId } from '../model/ids.ts'
import type { Broker } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { identify } from './identify.ts'

/** Cases that consumers say are open. `consumer` names another party than the caller: the one it acts for. */
export function caseHandlers(broker: Broker): Record<string, Handler> {
  const asked = (request: Request, response: Response): CaseRequest => {
    // Whatever was sent as a number, no problem repeats it.
    delete response.locals['instance']
    const party = identify(request, broker)
    const { consumer } = request.query
    return {
      party,
      consumer: typeof consumer === 'string' ? partyId(consumer) : party,
      number: String(request.params['case']),
    }
  }
  return {
    openCase: async (request, response) => {
      const { view, fresh } = await broker.cases.open(asked(request, response))
      response.status(fresh ? 201 : 200).json(view)
    },
    closeCase: async (request, response) => {
      response.json(await broker.cases.close(asked(request, response)))
    },
    readCase: async (request, response) => {
      response.json(await broker.cases.find(asked(request, response)))
    },
  }
}
