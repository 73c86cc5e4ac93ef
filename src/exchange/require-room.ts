import type { DecidedResult, DecisionRecord } from '../model/decision.ts'
import type { ExchangePlan } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Tell } from './judge.ts'
import type { ExchangePorts } from './ports.ts'

/**
 * Would the questions of the plan fit into what is left of the day? Looked at before anything is opened, so that a refusal
 * consumes nothing; counted when they are put. Refuses with `access.quota-exceeded`.
 */
export async function requireRoom(
  plan: ExchangePlan,
  decided: DecisionRecord,
  ports: Pick<ExchangePorts, 'lookAtQuotas'>,
  tell: Tell,
): Promise<void> {
  const quotas = await ports.lookAtQuotas(plan)
  if (quotas.length === 0) return
  const looked = quotas.map(({ name, limit, used, wanted }) => ({ name, limit, used, wanted }))
  const short = quotas.filter(({ left, wanted }) => wanted > left)
  const told = (result: DecidedResult): void => tell({ ...decided, result: { ...result, quotas: looked } })
  if (short.length === 0) {
    told(decided.result)
    return
  }
  const detail = short
    .map(
      ({ name, used, limit, wanted }) =>
        `${name}: ${used} of ${limit} questions of today are used, ${wanted} more are asked for`,
    )
    .join('; ')
  told({ granted: false, code: 'access.quota-exceeded', detail })
  throw new BrokerError('access.quota-exceeded', detail, { allowances: quotas })
}
