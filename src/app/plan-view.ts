import type { Catalogue } from '../catalogue/entries.ts'
import { foresee } from '../dispatch/foresee.ts'
import type { Preview } from '../exchange/preview.ts'
import type { ExchangePlan, PlannedCall } from '../model/exchange.ts'
import { registryOf } from '../model/ids.ts'
import { isLeftOut } from '../model/left-out.ts'
import type { PlanView, PlannedCallView, PlannedRegistryView } from '../model/plan-view.ts'
import { BrokerError } from '../problem/broker-error.ts'

/** What a dry run tells its caller. Nothing of the application stands in it but its id. */
export function planView({ plan, repeated }: Preview, catalogue: Catalogue, answerKeptHours: number): PlanView {
  const service = catalogue.services.get(plan.service)?.definition
  if (service === undefined) throw new BrokerError('service.unknown', 'the service left the catalogue')
  const questions = foresee(plan)
  return {
    exchangeId: plan.exchangeId,
    consumer: plan.consumer,
    ...(plan.onBehalfOf === undefined ? {} : { onBehalfOf: plan.onBehalfOf }),
    service: plan.service,
    title: service.title,
    legalBasis: plan.legalBasis,
    grant: plan.grant,
    governanceDigest: plan.governanceDigest,
    repeated,
    deadlineMs: Date.parse(plan.deadline) - Date.parse(plan.receivedAt),
    answerKeptHours: plan.retention?.answerHours ?? answerKeptHours,
    registries: registriesOf(plan, catalogue),
    calls: plan.calls.map((call) => callView(call, catalogue, questions.get(call.name) ?? null)),
    ...(plan.anyOf === undefined ? {} : { anyOf: plan.anyOf }),
    checks: plan.checks.map(({ id, title, calls }) => ({ id, title, calls })),
  }
}

function callView(call: PlannedCall, catalogue: Catalogue, questions: number | null): PlannedCallView {
  const { name, operation, need, needs, disclosed, fields } = call
  return {
    name,
    operation,
    title:
      manifestOf(catalogue, registryOf(operation)).operations.find(({ ref }) => ref === operation)?.title ?? none(),
    need,
    needs,
    ...(call.when === undefined ? {} : { when: call.when }),
    ...(call.forEach === undefined ? {} : { forEach: call.forEach }),
    questions,
    fields: disclosed,
    withheld: fields.filter((field) => !isDisclosed(field, disclosed)),
  }
}

/** `owner.uic` comes back with `owner`. */
const isDisclosed = (field: string, disclosed: readonly string[]): boolean =>
  disclosed.some((path) => field === path || field.startsWith(`${path}.`))

function registriesOf({ calls }: ExchangePlan, catalogue: Catalogue): PlannedRegistryView[] {
  const operations = [...new Set(calls.map(({ operation }) => operation))]
  return [...new Set(operations.map(registryOf))].map((registry) => {
    const { manifest } = manifestOf(catalogue, registry)
    return {
      registry,
      name: manifest.registry.name,
      provider: manifest.provider.id,
      operations: operations.filter((operation) => registryOf(operation) === registry),
    }
  })
}

function manifestOf(catalogue: Catalogue, registry: string) {
  if (isLeftOut(catalogue.leftOut, registry))
    throw new BrokerError('provider.unavailable', `the adapter of ${registry} is refused`)
  return catalogue.adapters.get(registry) ?? none()
}

function none(): never {
  throw new BrokerError('broker.internal', 'a planned operation is not in the catalogue')
}
