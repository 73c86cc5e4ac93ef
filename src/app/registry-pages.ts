import { describeAdapter } from '../catalogue/describe-adapter.ts'
import type { Broker } from '../http/broker.ts'
import { registryOf } from '../model/ids.ts'
import type { AskingService } from '../model/registry-page.ts'
import type { Service } from '../model/service.ts'
import type { Capabilities } from './ports.ts'

/** What the catalogue knows of a registry, as it is now. */
export const registryPages =
  ({ rules, limits, registryNow }: Pick<Capabilities, 'rules' | 'limits' | 'registryNow'>): Broker['registryPage'] =>
  (id) => {
    const { catalogue, governance } = rules
    const adapter = catalogue.adapters.get(id)
    if (adapter === undefined) return undefined
    const regixNames = [...catalogue.regix].filter(([, { service }]) => service !== undefined)
    const askedBy = ({ ref, title, legalBases, calls, checks }: Service): AskingService => {
      const own = calls.filter(({ operation }) => registryOf(operation) === id)
      const names = new Set(own.map(({ name }) => name))
      return {
        ...{ service: ref, title },
        legalBases: legalBases.map((code) => ({
          code,
          text: governance.legalBases.get(code) ?? { bg: code, en: code },
        })),
        operations: [...new Set(own.map(({ operation }) => operation))],
        checks: checks.filter((check) => check.calls.some((name) => names.has(name))).map((check) => check.title),
      }
    }
    const { manifest } = adapter
    return {
      ...{ id, name: manifest.registry.name, provider: manifest.provider, transport: manifest.transport },
      limits: limits().get(id) ?? {},
      ...(registryNow(id)?.answersBySha1 === true ? { answersBySha1: true } : {}),
      operations: describeAdapter(adapter).map((operation) => ({
        ...operation,
        regix: regixNames.flatMap(([name, entry]) => (entry.operation === operation.operation ? [name] : [])),
      })),
      // One question alone, as old clients put it, is the operation itself.
      services: [...catalogue.services.values()]
        .filter(({ definition }) => definition.single !== true)
        .map(({ definition }) => askedBy(definition))
        .filter(({ operations }) => operations.length > 0),
    }
  }
