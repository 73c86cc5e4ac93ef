import type { Request, Response } from 'express'
import type { ClosedExchange } from '../model/exchange.ts'
import type { ExchangeProgress } from '../model/exchange-progress.ts'
import { exchangeId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { setAllowances } from './allowances.ts'
import type { Broker, HttpSettings } from './broker.ts'
import { goneSignal, streamEvents, Waiting, wantsEvents } from './follow.ts'
import { identify } from './identify.ts'
import { preferencesOf, tellApplied, waitMsOf } from './prefer.ts'
import { receiveSigned } from './receive.ts'

export type Handler = (request: Request, response: Response) => Promise<void> | void

/** Supplements: what calls brought after the answer had left. */
const supplementHandlers = (broker: Broker): Record<string, Handler> => ({
  listSupplements: async (request, response) => {
    const id = idOf(request)
    const found = await broker.supplementsOf(identify(request, broker), id)
    const supplements = found.map(({ call, issuedAt }) => ({ call, issuedAt, href: hrefOf(id, call) }))
    response.json({ supplements })
  },
  readSupplement: async (request, response) => {
    const found = await broker.supplementsOf(identify(request, broker), idOf(request))
    const wanted = found.find(({ call }) => call === request.params['call'])
    if (wanted === undefined) throw new BrokerError('exchange.unknown', 'this call has no supplement that is kept')
    response.type(wanted.mediaType).send(Buffer.from(wanted.bytes))
  },
})

const hrefOf = (id: string, call: string): string => `/v1/exchanges/${id}/supplements/${call}`

export function exchangeHandlers(broker: Broker, settings: HttpSettings): Record<string, Handler> {
  const waiting = new Waiting()
  const answer = (response: Response, closed: ClosedExchange): Promise<void> =>
    answerWithProof(response, closed, broker, settings)
  /** The answer, or where it will be. */
  const tell = async (
    standing: ClosedExchange | ExchangeProgress,
    request: Request,
    response: Response,
  ): Promise<void> => {
    tellApplied(preferencesOf(request), standing.stage === 'closed', response)
    if (standing.stage === 'closed') await answer(response, standing)
    else writeLater(response, standing)
  }
  return {
    ...supplementHandlers(broker),
    runExchange: async (request, response) => {
      const received = receiveSigned(request, identify(request, broker), settings.clock())
      const ms = waitMsOf(preferencesOf(request), undefined)
      const standing = await broker.run(received, { gone: goneSignal(response), ...(ms === undefined ? {} : { ms }) })
      await tell(standing, request, response)
    },
    planExchange: async (request, response) =>
      void response.json(await broker.preview(receiveSigned(request, identify(request, broker), settings.clock()))),
    readExchange: async (request, response) => {
      const [reader, id] = [identify(request, broker), idOf(request)]
      if (wantsEvents(request)) {
        await streamEvents(request, response, { broker, waiting, reader, id })
        return
      }
      const ms = waitMsOf(preferencesOf(request), 0)
      const leave = ms > 0 ? waiting.enter(reader) : () => undefined
      try {
        await tell(await broker.standingOf(reader, id, { gone: goneSignal(response), ms }), request, response)
      } finally {
        leave()
      }
    },
    cancelExchange: async (request, response) => {
      await answer(response, await broker.cancel(identify(request, broker), idOf(request)))
    },
    readReceipt: async (request, response) => {
      const receipt = await broker.receiptOf(identify(request, broker), idOf(request), settings.receiptWaitMs)
      if (receipt === undefined) throw new BrokerError('exchange.unknown', 'no exchange of yours has this id')
      response.json(receipt)
    },
  }
}

/** With its receipt, or the log's promise of one; where the log cannot even promise now, with the link alone. */
async function answerWithProof(
  response: Response,
  closed: ClosedExchange,
  broker: Broker,
  { receiptWaitMs }: HttpSettings,
): Promise<void> {
  const { consumer, exchangeId: id } = closed
  const receipt = await broker.receiptOf(consumer, id, receiptWaitMs)
  const promise = receipt === undefined ? await broker.promiseOf(consumer, id).catch(() => undefined) : undefined
  if (promise !== undefined) response.set('Edno-Promise', Buffer.from(promise).toString('base64url'))
  writeAnswer(response, closed, receipt && broker.receiptHeader(receipt))
}

const idOf = (request: Request) => exchangeId(String(request.params['id']))

function writeAnswer(response: Response, closed: ClosedExchange, receipt: string | undefined): void {
  response.set('Link', `</v1/exchanges/${closed.exchangeId}/receipt>; rel="receipt"`)
  if (receipt !== undefined) response.set('Edno-Receipt', receipt)
  setAllowances(response, closed.allowances ?? [])
  response
    .status(closed.status === 'refused' ? 502 : 200)
    .type(closed.mediaType)
    .send(Buffer.from(closed.bytes))
}

/** When to look again where nobody waits on the line. */
const RETRY_SECONDS = { running: 1, deferred: 5, closed: 0 }

function writeLater(response: Response, { exchangeId: id, state, outerEnd, calls }: ExchangeProgress): void {
  response
    .status(202)
    .location(`/v1/exchanges/${id}`)
    .set('Retry-After', String(RETRY_SECONDS[state]))
    .json({
      exchangeId: id,
      state,
      outerEnd,
      calls: calls.map(({ call, operation, state: of }) => ({ call, operation, state: of })),
    })
}
