import type { AnswerStatus, ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { AssembledSupplement } from '../model/supplement.ts'
import { partOf } from './assemble.ts'
import { hasMandate } from './mandate.ts'

/** The answer that a supplement belongs to. */
export interface AnswerLeft {
  readonly status: AnswerStatus
  /** SHA-256 of its bytes, base64. */
  readonly digest: string
}

/**
 * What one call brought after the answer had left, with what the grant discloses of it; undefined where there is nothing to
 * add. Pure. Where the answer was refused, for whatever reason, no evidence leaves later either: half an answer must not be decided
 * on. The same holds where it is not shown that the signer represents the firm.
 */
export function supplement(
  plan: ExchangePlan,
  outcomes: readonly CallOutcome[],
  { call: name, answer, at }: { readonly call: string; readonly answer: AnswerLeft; readonly at: Date },
): AssembledSupplement | undefined {
  const outcome = outcomes.find(({ call }) => call === name)
  const planned = plan.calls.find((call) => call.name === name.split('.')[0])
  if (outcome === undefined || planned === undefined || !ANSWERED.has(outcome.outcome)) return undefined
  return {
    exchangeId: plan.exchangeId,
    service: plan.service,
    format: plan.format,
    answerDigest: answer.digest,
    issuedAt: at.toISOString(),
    part: partOf(planned, outcome, answer.status === 'refused' || !hasMandate(plan, outcomes)),
  }
}

const ANSWERED: ReadonlySet<string> = new Set(['found', 'not-found'])
