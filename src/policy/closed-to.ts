import type { ExchangePlan } from '../model/exchange.ts'
import type { Service } from '../model/service.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ProblemCode } from '../problem/codes.ts'
import { decide } from './decide.ts'
import type { Governance } from './governance.ts'

/**
 * Would an opened exchange be refused, or shown less, as things stand at `at`? Undefined where it may go on as planned.
 * `service` is the definition in force now.
 */
export function closedTo(
  plan: ExchangePlan,
  { governance, service }: { readonly governance: Governance; readonly service: Service | undefined },
  at: Date,
): ProblemCode | undefined {
  if (service === undefined) return 'service.unknown'
  try {
    const { signer, official } = plan
    const consumer = plan.onBehalfOf ?? plan.consumer
    const now = decide(governance, { consumer, service, signer, official, legalBasis: plan.legalBasis.code, at })
    return plan.calls.every(({ name, disclosed }) => isWithin(disclosed, now.disclosure[name]))
      ? undefined
      : 'access.not-granted'
  } catch (error) {
    if (error instanceof BrokerError && error.status < 500) return error.code
    throw error
  }
}

const isWithin = (fields: readonly string[], disclosed: readonly string[] = []): boolean =>
  fields.every((field) => disclosed.includes(field))
