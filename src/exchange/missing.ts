import { start, scopeOf } from '../expression/scope.ts'
import type { ExchangePlan, PlannedCall } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'

const BROKEN: ReadonlySet<string> = new Set(['failed', 'refused', 'late'])

/** The outcomes of one planned call: its own, or those of its items. */
export function outcomesOf(call: PlannedCall, outcomes: readonly CallOutcome[]): readonly CallOutcome[] {
  const own = outcomes.filter((outcome) => outcome.call === call.name)
  return call.forEach === undefined ? own : [...own, ...itemsOf(call.name, outcomes)]
}

/** `managers.0`, `managers.1` … in the order of the items, which is not the order of their names (`.10` after `.9`). */
function itemsOf(name: string, outcomes: readonly CallOutcome[]): readonly CallOutcome[] {
  const prefix = `${name}.`
  const position = (outcome: CallOutcome): number => Number(outcome.call.slice(prefix.length))
  return outcomes
    .filter((outcome) => outcome.call.startsWith(prefix) && Number.isInteger(position(outcome)))
    .toSorted((left, right) => position(left) - position(right))
}

/** True where the call stands in an `anyOf` group of which one call found something. */
function isSpared({ anyOf = [] }: ExchangePlan, { name }: PlannedCall, outcomes: readonly CallOutcome[]): boolean {
  const group = anyOf.find((members) => members.includes(name)) ?? []
  return outcomes.some(({ call, outcome }) => outcome === 'found' && group.includes(call))
}

/**
 * Parts that should be there and are not: failed, refused or late, or skipped because of one of these; never because
 * something was not found, nor because the service did not want the part (`when`). A group of which any one is enough
 * (`anyOf`) is one part: where one call of it found something, none of it is missing.
 */
export function missingParts(plan: ExchangePlan, outcomes: readonly CallOutcome[]): readonly CallOutcome[] {
  const scope = scopeOf(plan, outcomes)
  const broken = new Set<string>()
  const missing: CallOutcome[] = []
  for (const call of plan.calls) {
    const unknown = start(call, scope).kind !== 'off'
    const blamed = unknown && call.needs.some((need) => broken.has(need))
    const lost = isSpared(plan, call, outcomes)
      ? []
      : outcomesOf(call, outcomes).filter(({ outcome }) => BROKEN.has(outcome) || (outcome === 'skipped' && blamed))
    if (lost.length > 0) broken.add(call.name)
    missing.push(...lost)
  }
  return missing
}
