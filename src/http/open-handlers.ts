import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Broker, ListedService, HttpSettings } from './broker.ts'
import type { Contract } from './contract.ts'
import { docsHandlers } from './docs-handlers.ts'
import type { Handler } from './exchange-handlers.ts'
import { logHandlers } from './log-handlers.ts'

/** What is served without a client certificate: the catalogue, the contract, the health of the process. */
export function openHandlers(broker: Broker, settings: HttpSettings, contract: Contract): Record<string, Handler> {
  const problems = readFileSync(join(settings.root, 'docs', 'problems.md'))
  return {
    ...logHandlers(broker),
    ...docsHandlers(),
    listServices: (_, response) => void response.json(broker.services().map(serviceView)),
    listRegistries: (_, response) => void response.json(broker.registries()),
    readTrust: (_, response) => void response.type('application/jose').send(broker.trust()),
    readContract: (_, response) => void response.json(contract.document),
    readProblems: (_, response) => void response.type('text/markdown').send(problems),
    checkHealth: (_, response) => void response.json({ status: 'alive' }),
    checkReadiness: async (_, response) => {
      const readiness = await broker.ready()
      response.status(readiness.ready ? 200 : 503).json(readiness)
    },
  }
}

const serviceView = (service: ListedService) => ({
  id: service.id,
  version: service.version,
  title: service.title,
  iisda: service.iisda,
  demonstration: service.demonstration,
  ...(service.single === true ? { single: true } : {}),
  legalBases: service.legalBases,
  deadlineMs: service.deadlineMs,
  applicantSignature: service.applicantSignature,
  ...(service.hiding === undefined ? {} : { hiding: service.hiding }),
  calls: service.calls.map(({ name, operation, need, input, when, forEach }) => ({
    ...{ name, operation, need, input },
    ...(when === undefined ? {} : { when }),
    ...(forEach === undefined ? {} : { forEach }),
  })),
  checks: service.checks.map(({ id, title, expr, calls }) => ({ id, title, expr, calls })),
  asks: service.asks,
})
