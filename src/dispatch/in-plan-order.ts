import type { ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { unaskedOutcome } from './run-call.ts'
import { nextStep } from './schedule.ts'

/** `managers.10` after `managers.9`. */
export function inPlanOrder(plan: ExchangePlan, outcomes: readonly CallOutcome[]): readonly CallOutcome[] {
  const places = new Map(plan.calls.map(({ name }, index) => [name, index]))
  const place = ({ call }: CallOutcome): readonly [number, number] => {
    const [name = '', item = '-1'] = call.split('.')
    return [places.get(name) ?? plan.calls.length, Number(item)]
  }
  return outcomes.toSorted((left, right) => {
    const [a, b] = [place(left), place(right)]
    return a[0] - b[0] || a[1] - b[1]
  })
}

const NONE: ReadonlySet<string> = new Set()

/**
 * The outcomes with which an answer can leave now: what is unanswered is `late`, what needs it is skipped. Pure: the rows
 * of these calls stay as they are, for they may still be answered.
 */
export function asIfEnded(plan: ExchangePlan, outcomes: readonly CallOutcome[]): readonly CallOutcome[] {
  const all = [...outcomes]
  for (;;) {
    const step = nextStep(plan, all, NONE)
    if (step.done) return inPlanOrder(plan, all)
    const late = step.ready.map((call) => unaskedOutcome(call))
    all.push(...step.decided, ...late)
    if (step.decided.length + late.length === 0) return inPlanOrder(plan, all)
  }
}

/** Is a required part of the plan still unanswered? */
export function lacksRequired(plan: ExchangePlan, outcomes: readonly CallOutcome[]): boolean {
  const all = [...outcomes]
  for (;;) {
    // What ends without being asked, such as an alternative to what was found, is not unanswered.
    const { decided, unfinished } = nextStep(plan, all, NONE)
    if (decided.length === 0) return unfinished.some(({ need }) => need === 'required')
    all.push(...decided)
  }
}
