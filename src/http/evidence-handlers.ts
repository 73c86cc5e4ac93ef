import { exchangeId, partyId } from '../model/ids.ts'
import type { Broker, HttpSettings } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { identify } from './identify.ts'
import { readerOf } from './list-handlers.ts'
import { receiveSigned } from './receive.ts'

const ASIC_E = 'application/vnd.etsi.asic-e+zip'

/** What proves an exchange. The contract has judged every parameter before. */
export const evidenceHandlers = (broker: Broker, { receiptWaitMs, clock }: HttpSettings): Record<string, Handler> => ({
  readEvidence: async (request, response) => {
    const reader = readerOf(request, broker)
    const id = exchangeId(String(request.params['id']))
    const { consumer } = request.query as { readonly consumer?: string }
    const container = await broker.evidenceOf(reader, id, {
      waitMs: receiptWaitMs,
      ...(consumer === undefined ? {} : { consumer: partyId(consumer) }),
    })
    response.attachment(`${id}.asice`).type(ASIC_E).send(Buffer.from(container))
  },
  acknowledgeAnswer: async (request, response) => {
    const sender = identify(request, broker)
    const id = exchangeId(String(request.params['id']))
    const jws = Buffer.from(receiveSigned(request, sender, clock()).bytes)
      .toString('latin1')
      .trim()
    response.status(201).json({ exchangeId: id, ...(await broker.acknowledge(sender, id, jws)) })
  },
})
