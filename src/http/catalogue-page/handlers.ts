import type { Request } from 'express'
import { fill } from '../../model/fill.ts'
import { BrokerError } from '../../problem/broker-error.ts'
import { pageLanguage, sendPage } from '../audit-page/render.ts'
import type { Broker } from '../broker.ts'
import type { Handler } from '../exchange-handlers.ts'
import { IndexPage } from './index-page.tsx'
import type { View } from './page.tsx'
import { RegistryView } from './registry-page.tsx'

/** The catalogue as pages, for everybody: what registries can be asked, on which basis, and what comes back. */
export const cataloguePageHandlers = (broker: Broker): Record<string, Handler> => ({
  showCatalogue: (request, response) =>
    sendPage(response, 200, IndexPage({ view: viewOf(request), registries: broker.registries() })),
  showRegistry: (request, response) => {
    const registry = broker.registryPage(String(request.params['id']))
    if (registry === undefined) throw new BrokerError('request.not-found', 'the catalogue has no such registry')
    sendPage(response, 200, RegistryView({ view: viewOf(request), registry }))
  },
})

function viewOf(request: Request): View {
  const language = pageLanguage(request)
  return { language, path: request.path, say: (text, ...values) => fill(text[language], ...values) }
}
