import type { AgreementDigest } from '../model/agreement.ts'
import type { ExchangePlan, PlannedCall } from '../model/exchange.ts'
import { registryOf } from '../model/ids.ts'
import type { Allowance } from '../model/quota.ts'
import { nextSofiaDay, sofiaDay } from '../model/sofia-day.ts'
import { questionsOf } from '../store/quotas.ts'
import type { Executor } from '../store/tables/tables.ts'
import { countersOf, ofAgreement } from './counters.ts'
import { foresee } from './foresee.ts'

/** What is left of the limits of a day. Counting itself goes with the attempts (`rows.ts`). */
export interface Quotas {
  /** Every limit that the calls of a plan have, each once, and how many questions the plan would put. */
  readonly look: (plan: ExchangePlan) => Promise<readonly (Allowance & { readonly wanted: number })[]>
}

export function createQuotas({ db, clock }: { readonly db: Executor; readonly clock: () => Date }): Quotas {
  return {
    look: async (plan) => {
      const limits = limitsOf(plan)
      if (limits.length === 0) return []
      const at = clock()
      const used = await questionsOf(db, sofiaDay(at), namesOf(limits))
      const wanted = wantedOf(plan)
      return limits.map((limit) => ({
        ...allowanceOf(limit, used.get(limit.counter) ?? 0, at),
        wanted: wanted.get(limit.counter) ?? 0,
      }))
    },
  }
}

interface Limit {
  readonly counter: string
  readonly name: string
  readonly agreement?: AgreementDigest
  readonly perDay: number
}

const namesOf = (limits: readonly Limit[]): readonly string[] => limits.map(({ counter }) => counter)

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
function allowanceOf(
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

/** Counter → questions that this plan would put. */
function wantedOf(plan: ExchangePlan): ReadonlyMap<string, number> {
  const foreseen = foresee(plan)
  const wanted = new Map<string, number>()
  for (const call of plan.calls)
    for (const { name } of countersOf(call))
      wanted.set(name, (wanted.get(name) ?? 0) + (foreseen.get(call.name) ?? atLeast(call, plan)))
  return wanted
}

/** Where only the answers of other calls tell: one that will be asked if they find anything is taken to be asked. */
const atLeast = ({ name, when, forEach }: PlannedCall, { anyOf = [] }: ExchangePlan): number =>
  when === undefined && forEach === undefined && !anyOf.some((members) => members.includes(name)) ? 1 : 0
