import type { ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { questionKey } from './same-question.ts'
import { nextStep, type Step } from './schedule.ts'

/**
 * How many questions each call would put, as far as the application alone decides it: by the very steps that dispatch
 * takes. A call that waits for the answer of another is absent; of calls with one question the first puts it. Pure.
 */
export function foresee(plan: ExchangePlan): ReadonlyMap<string, number> {
  const outcomes: CallOutcome[] = []
  let step: Step = nextStep(plan, outcomes, new Set())
  while (step.decided.length > 0) {
    outcomes.push(...step.decided)
    step = nextStep(plan, outcomes, new Set())
  }
  const questions = new Map(outcomes.map(({ call }) => [nameOf(call), 0]))
  const put = new Set<string>()
  for (const call of step.ready) {
    const { name } = call.planned
    questions.set(name, (questions.get(name) ?? 0) + (put.has(questionKey(call)) ? 0 : 1))
    put.add(questionKey(call))
  }
  return questions
}

/** `managers.0` → `managers` */
const nameOf = (call: string): string => call.split('.', 1)[0] ?? call
