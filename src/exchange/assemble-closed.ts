import type { AnswerPart, AssembledAnswer, ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { PROBLEMS, type ProblemCode } from '../problem/codes.ts'
import { headOf } from './assemble.ts'
import { outcomesOf } from './missing.ts'

/**
 * The answer of an exchange to which access was taken away before its answer left: who may not ask any more is not told what
 * was found, nor whether anything was, nor what the checks say of it. Pure.
 */
export function assembleClosed(
  plan: ExchangePlan,
  outcomes: readonly CallOutcome[],
  code: ProblemCode,
  at: Date,
): AssembledAnswer {
  const { bg, en } = PROBLEMS[code]
  return {
    ...headOf(plan, at),
    status: 'refused',
    problems: [{ code, title: { bg, en } }],
    parts: plan.calls.flatMap((call) => outcomesOf(call, outcomes).map((outcome) => partOf(outcome, code))),
    checks: [],
  }
}

const ANSWERED: ReadonlySet<string> = new Set(['found', 'not-found'])

const partOf = ({ call, operation, outcome, problem }: CallOutcome, code: ProblemCode): AnswerPart =>
  ANSWERED.has(outcome)
    ? { call, operation, outcome: 'refused', problem: code }
    : { call, operation, outcome, ...(problem === undefined ? {} : { problem }) }
