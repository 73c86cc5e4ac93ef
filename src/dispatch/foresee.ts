import type { ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { nextStep, type Step } from './schedule.ts'

/**
 * How many questions each call would put, as far as the application alone decides it: by the very steps that dispatch
 * takes. A call that waits for the answer of another is absent. Pure.
 */
export function foresee(plan: ExchangePlan): ReadonlyMap<string, number> {
  const outcomes: CallOutcome[] = []
  let step: Step = nextStep(plan, outcomes, new Set())
  while (step.decided.length > 0) {
    outcomes.push(...step.decided)
    step = nextStep(plan, outcomes, new Set())
  }
  const questions = new Map(outcomes.map(({ call }) => [nameOf(call), 0]))
  for (const { planned } of step.ready) questions.set(planned.name, (questions.get(planned.name) ?? 0) + 1)
  return questions
}

/** `managers.0` → `managers` */
const nameOf = (call: string): string => call.split('.', 1)[0] ?? call
