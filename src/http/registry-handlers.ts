import type { Broker } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { readerOf } from './list-handlers.ts'

const A_DAY = '24'

/** How a registry does, for its owner. */
export const registryHandlers = (broker: Broker): Record<string, Handler> => ({
  readRegistry: async (request, response) => {
    const { hours = A_DAY } = request.query
    response.json(await broker.registryStatus(readerOf(request, broker), String(request.params['id']), Number(hours)))
  },
})
