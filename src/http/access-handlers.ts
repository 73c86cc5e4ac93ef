import type { Request, Response } from 'express'
import type { AgreementFilter, AgreementProposal } from '../model/agreement-view.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { AccessDesk, Broker, HttpSettings } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'
import { callerOf, identify } from './identify.ts'
import { languageOf, problemOf } from './render-problem.ts'

/** Agreements: who asks, who decides, who may look. The contract has judged every parameter and body before. */
export function accessHandlers(broker: Broker, settings: HttpSettings): Record<string, Handler> {
  const { access } = broker
  const bulkAct = async (request: Request, response: Response): Promise<void> => {
    const sender = identify(request, broker)
    const { acts } = response.locals['json'] as { readonly acts: readonly string[] }
    const results: unknown[] = []
    // One after the other, in the order of the caller: a later act may rest on an earlier one.
    let held = 0
    for (const jws of acts) {
      const told = { ...settings, onHeld: () => (held += 1) }
      const judged = held < MOST_BAD_ACTS ? await resultOf(() => access.act(sender, jws), request, told) : undefined
      results.push(judged ?? { problem: problemOf(tooManyBad(), languageOf(request)) })
    }
    response.json({ results })
  }
  return {
    proposeAgreements: async (request, response) => {
      const { proposals } = response.locals['json'] as { readonly proposals: readonly AgreementProposal[] }
      response.status(201).json({ agreements: await access.propose(identify(request, broker), proposals) })
    },
    listAgreements: async (request, response) => {
      const { after, limit, ...filter } = request.query as AgreementFilter & { after?: string; limit?: string }
      const page = { limit: Number(limit ?? MOST_AT_ONCE), ...(after === undefined ? {} : { after }) }
      response.json(await access.list(identify(request, broker), filter, page))
    },
    readAgreement: async (request, response) => {
      const found = await access.find(identify(request, broker), digestOf(request))
      if (found === undefined) throw new BrokerError('agreement.unknown', 'no agreement that you may see has this name')
      response.json(found)
    },
    actOnAgreement: async (request, response) => {
      const { act } = response.locals['json'] as { readonly act: string }
      response.json(await access.act(identify(request, broker), act, digestOf(request)))
    },
    actOnAgreements: bulkAct,
    explainAccess: (request, response) => {
      const question = request.query as { readonly service: string; readonly consumer?: string }
      response.json(access.explain(identify(request, broker), question))
    },
  }
}

const MOST_AT_ONCE = 1000

/** Of one request; what comes after is not looked at. */
const MOST_BAD_ACTS = 20
const tooManyBad = (): BrokerError =>
  new BrokerError(
    'request.rate-limited',
    `not looked at: ${MOST_BAD_ACTS} acts before it are not signed as they must be`,
  )

const digestOf = (request: Request): string => String(request.params['digest'])

/** Each act of many has its own fate; a failure of edno's ends only the one that it befell. */
async function resultOf(
  act: () => ReturnType<AccessDesk['act']>,
  request: Request,
  settings: Pick<HttpSettings, 'onFailure' | 'watch'> & { readonly onHeld: () => void },
): Promise<unknown> {
  try {
    // Whole agreements with all their acts would be some hundred times what was sent.
    const { digest, state } = await act()
    return { agreement: { digest, state } }
  } catch (error) {
    const refusal = BrokerError.from(error)
    if (refusal.status >= 500) settings.onFailure(error)
    else if (settings.watch.refused(callerOf(request), refusal.code)) settings.onHeld()
    return { problem: problemOf(refusal, languageOf(request)) }
  }
}
