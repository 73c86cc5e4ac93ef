import type { Request, Response } from 'express'
import type { ClosedExchange } from '../model/exchange.ts'
import { exchangeId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { setAllowances } from './allowances.ts'
import type { Broker, HttpSettings } from './broker.ts'
import { identify } from './identify.ts'
import { receiveSigned } from './receive.ts'

export type Handler = (request: Request, response: Response) => Promise<void> | void

export function exchangeHandlers(broker: Broker, settings: HttpSettings): Record<string, Handler> {
  const answer = async (response: Response, closed: ClosedExchange): Promise<void> => {
    const receipt = await broker.receiptOf(closed.consumer, closed.exchangeId, settings.receiptWaitMs)
    writeAnswer(response, closed, receipt && broker.receiptHeader(receipt))
  }
  return {
    runExchange: async (request, response) => {
      await answer(response, await broker.run(receiveSigned(request, identify(request, broker), settings.clock())))
    },
    planExchange: async (request, response) => {
      response.json(await broker.preview(receiveSigned(request, identify(request, broker), settings.clock())))
    },
    readExchange: async (request, response) => {
      const closed = await broker.exchangeOf(identify(request, broker), idOf(request))
      if (closed === undefined) throw unknownExchange()
      await answer(response, closed)
    },
    readReceipt: async (request, response) => {
      const receipt = await broker.receiptOf(identify(request, broker), idOf(request), settings.receiptWaitMs)
      if (receipt === undefined) throw unknownExchange()
      response.json(receipt)
    },
  }
}

const idOf = (request: Request) => exchangeId(String(request.params['id']))

/** The same words for what is missing and for what is another's. */
const unknownExchange = () => new BrokerError('exchange.unknown', 'no exchange of yours has this id')

function writeAnswer(response: Response, closed: ClosedExchange, receipt: string | undefined): void {
  response.set('Link', `</v1/exchanges/${closed.exchangeId}/receipt>; rel="receipt"`)
  if (receipt !== undefined) response.set('Edno-Receipt', receipt)
  setAllowances(response, closed.allowances ?? [])
  response
    .status(closed.status === 'refused' ? 502 : 200)
    .type(closed.mediaType)
    .send(Buffer.from(closed.bytes))
}
