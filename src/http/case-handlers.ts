import type { Request } from 'express'
import type { CaseRequest } from '../model/case.ts'
import { partyId } from '../model/ids.ts'
import type { Broker } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { identify } from './identify.ts'

/** Cases that consumers say are open. `consumer` names another party than the caller: the one it acts for. */
export function caseHandlers(broker: Broker): Record<string, Handler> {
  const asked = (request: Request): CaseRequest => {
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
      const { view, fresh } = await broker.cases.open(asked(request))
      response.status(fresh ? 201 : 200).json(view)
    },
    closeCase: async (request, response) => {
      response.json(await broker.cases.close(asked(request)))
    },
    readCase: async (request, response) => {
      response.json(await broker.cases.find(asked(request)))
    },
  }
}
