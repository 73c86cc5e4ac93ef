import { evaluate, type Scope } from '../expression/evaluate.ts'
import { scopeOf } from '../expression/scope.ts'
import type {
  AnswerCheck,
  AnswerPart,
  AnswerProblem,
  AssembledAnswer,
  ExchangePlan,
  PlannedCall,
} from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { ServiceCheck } from '../model/service.ts'
import { isProblemCode, PROBLEMS, type ProblemCode } from '../problem/codes.ts'
import { disclose } from './disclose.ts'
import { hasMandate } from './mandate.ts'
import { missingParts, outcomesOf } from './missing.ts'

/**
 * The answer from a plan and what became of its calls: parts, checks, disclosure, provenance. Pure.
 *
 * Checks read all evidence; what leaves is only what the grant discloses. Where a required part is missing the answer is
 * refused and no evidence leaves, only what became of each call and what the checks say: half an answer must not be decided on.
 */
export function assemble(plan: ExchangePlan, outcomes: readonly CallOutcome[], at: Date): AssembledAnswer {
  const missing = missingParts(plan, outcomes)
  const problems = problemsIn(plan, outcomes, requiredOnly(plan, missing))
  const refused = problems.length > 0
  return {
    ...headOf(plan, at),
    status: refused ? 'refused' : missing.length > 0 ? 'partial' : 'complete',
    problems,
    parts: plan.calls.flatMap((call) => outcomesOf(call, outcomes).map((outcome) => partOf(call, outcome, refused))),
    checks: checksOf(plan, outcomes),
  }
}

/** What every answer says, whatever came of the exchange. */
export const headOf = (
  { exchangeId, consumer, service, format, requestDigest, regix, calls }: ExchangePlan,
  at: Date,
): Omit<AssembledAnswer, 'status' | 'problems' | 'parts' | 'checks'> => ({
  stage: 'assembled',
  exchangeId,
  consumer,
  service,
  format,
  requestDigest,
  issuedAt: at.toISOString(),
  ...(regix === undefined
    ? {}
    : { regix: { ...regix, disclosure: Object.fromEntries(calls.map(({ name, disclosed }) => [name, disclosed])) } }),
})

/**
 * Why nothing may leave. What is missing comes first: a register that did not answer shows nothing, and it may answer
 * another time; one that answered and does not name who signed for the firm settles it.
 */
function problemsIn(
  plan: ExchangePlan,
  outcomes: readonly CallOutcome[],
  missing: readonly CallOutcome[],
): readonly AnswerProblem[] {
  if (missing.length > 0) return problemsOf(missing)
  return hasMandate(plan, outcomes) ? [] : [problem('applicant.mismatch', plan.mandate?.call)]
}

const requiredOnly = (plan: ExchangePlan, missing: readonly CallOutcome[]): readonly CallOutcome[] => {
  const required = plan.calls.filter(({ need }) => need === 'required')
  return missing.filter((lost) => required.some((call) => outcomesOf(call, [lost]).length > 0))
}

/** `provider.required-missing` first, then one problem for each part that is missing, under its own code. */
function problemsOf(missing: readonly CallOutcome[]): readonly AnswerProblem[] {
  return [problem('provider.required-missing'), ...missing.map(({ call, problem: code }) => problem(known(code), call))]
}

/** A part that was skipped has no code of its own: it is missing because another is. */
const known = (code: string | undefined): ProblemCode =>
  code !== undefined && isProblemCode(code) ? code : 'provider.required-missing'

function problem(code: ProblemCode, call?: string): AnswerProblem {
  const title = { bg: PROBLEMS[code].bg, en: PROBLEMS[code].en }
  return call === undefined ? { code, title } : { code, title, call }
}

export function partOf(call: PlannedCall, outcome: CallOutcome, refused: boolean): AnswerPart {
  const evidence = refused || outcome.evidence === undefined ? undefined : disclose(outcome.evidence, call.disclosed)
  return {
    call: outcome.call,
    operation: outcome.operation,
    outcome: outcome.outcome,
    ...(outcome.problem === undefined ? {} : { problem: outcome.problem }),
    ...(outcome.provenance === undefined ? {} : { provenance: outcome.provenance }),
    ...(evidence === undefined ? {} : { evidence }),
  }
}

function checksOf(plan: ExchangePlan, outcomes: readonly CallOutcome[]): readonly AnswerCheck[] {
  const scope = scopeOf(plan, outcomes)
  const half = new Set(plan.calls.filter((call) => isHalfAnswered(call, outcomes)).map(({ name }) => name))
  return plan.checks.map((check) => {
    const { id, title, calls } = check
    return { id, title, calls, result: calls.some((name) => half.has(name)) ? 'unknown' : judge(check, scope) }
  })
}

/** A check over some of the persons of a list would tell what is known of those few, whoever made the others fail. */
const isHalfAnswered = (call: PlannedCall, outcomes: readonly CallOutcome[]): boolean =>
  call.forEach !== undefined && outcomesOf(call, outcomes).some(({ outcome }) => !ANSWERED.has(outcome))

const ANSWERED: ReadonlySet<string> = new Set(['found', 'not-found'])

/** What cannot be evaluated is unknown, never fail: a silent registry says nothing against anybody. */
function judge(check: ServiceCheck, scope: Scope): AnswerCheck['result'] {
  const result = evaluate(check.expr, scope)
  if (result.unknown || typeof result.value !== 'boolean') return 'unknown'
  return result.value ? 'pass' : 'fail'
}
