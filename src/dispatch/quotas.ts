import type { AgreementDigest } from '../model/agreement.ts'
import type { ExchangePlan, PlannedCall } from '../model/exchange.ts'
import { registryOf } from '../model/ids.ts'
import type { Allowance } from '../model/quota.ts'
import { nextSofiaDay, sofiaDay } from '../model/sofia-day.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { questionsOf } from '../store/quotas.ts'
import type { Executor } from '../store/tables/tables.ts'
import { countersOf, ofAgreement } from './counters.ts'
import { foresee } from './foresee.ts'

/** What is left of the limits of a day. Counting itself goes with the attempts (`rows.ts`). */
export interface Quotas {
  /** Every limit that the calls of a plan have, each once. Fails with `broker.log-unavailable`. */
  readonly allowancesOf: (plan: ExchangePlan) => Promise<readonly Allowance[]>
  /** What was looked at; refuses with `access.quota-exceeded` where the plan does not fit into what is left. */
  readonly requireRoom: (plan: ExchangePlan) => Promise<readonly Allowance[]>
  /** Questions put today under an agreement, with or without a limit. */
  readonly usedOf: (agreement: AgreementDigest) => Promise<number>
}

export function createQuotas({ db, clock }: { readonly db: Executor; readonly clock: () => Date }): Quotas {
  const look = async (limits: readonly Limit[], at: Date): Promise<readonly Allowance[]> => {
    if (limits.length === 0) return []
    const used = await questionsOf(
      db,
      sofiaDay(at),
      limits.map(({ counter }) => counter),
    )
    return limits.map((limit) => allowanceOf(limit, used.get(limit.counter) ?? 0, at))
  }
  return {
    allowancesOf: (plan) => look(limitsOf(plan), clock()),
    requireRoom: async (plan) => {
      const limits = limitsOf(plan)
      const allowances = await look(limits, clock())
      requireRoom(plan, limits, allowances)
      return allowances
    },
    usedOf: async (agreement) => {
      const counter = ofAgreement(agreement)
      return (await questionsOf(db, sofiaDay(clock()), [counter])).get(counter) ?? 0
    },
  }
}

interface Limit {
  readonly counter: string
  readonly name: string
  readonly agreement?: AgreementDigest
  readonly perDay: number
}

/** Agreements are named by their registry, totals by their operation. */
function limitsOf({ calls }: ExchangePlan): readonly Limit[] {
  const limits = calls.flatMap((call) => {
    const agreement = call.counting?.agreement
    return countersOf(call).flatMap(({ name: counter, perDay }): Limit[] => {
      if (perDay === undefined) return []
      return agreement !== undefined && counter === ofAgreement(agreement)
        ? [{ counter, name: registryOf(call.operation), agreement, perDay }]
        : [{ counter, name: call.operation, perDay }]
    })
  })
  return [...new Map(limits.map((limit) => [limit.counter, limit])).values()]
}

/** A limit that was lowered may be below what was used already. */
export function allowanceOf(
  { name, agreement, perDay }: Pick<Limit, 'name' | 'agreement' | 'perDay'>,
  used: number,
  at: Date,
): Allowance {
  const reset = nextSofiaDay(at)
  return {
    name,
    ...(agreement === undefined ? {} : { agreement }),
    limit: perDay,
    used,
    left: Math.max(0, perDay - used),
    resetAt: reset.toISOString(),
    resetSeconds: Math.ceil((reset.getTime() - at.getTime()) / 1000),
  }
}

function requireRoom(plan: ExchangePlan, limits: readonly Limit[], allowances: readonly Allowance[]): void {
  if (limits.length === 0) return
  const wanted = wantedOf(plan)
  const short = allowances.flatMap(({ name, limit, used, left }, index) => {
    const needed = wanted.get(limits[index]?.counter ?? '') ?? 0
    return needed > left
      ? [`${name}: ${used} of ${limit} questions of today are used, ${needed} more are asked for`]
      : []
  })
  if (short.length > 0) throw new BrokerError('access.quota-exceeded', short.join('; '), { allowances })
}

/** Counter → questions that this plan would put. */
function wantedOf(plan: ExchangePlan): ReadonlyMap<string, number> {
  const foreseen = foresee(plan)
  const wanted = new Map<string, number>()
  for (const call of plan.calls)
    for (const { name } of countersOf(call))
      wanted.set(name, (wanted.get(name) ?? 0) + (foreseen.get(call.name) ?? atLeast(call)))
  return wanted
}

/** Where only the answers of other calls tell: one that will be asked if they find anything is taken to be asked. */
const atLeast = ({ when, forEach }: PlannedCall): number => (when === undefined && forEach === undefined ? 1 : 0)
