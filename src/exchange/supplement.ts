import type { AssembledSupplement, ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { partOf } from './assemble.ts'
import { hasMandate } from './mandate.ts'

/**
 * What one call brought after the answer had left, with what the grant discloses of it; undefined where there is nothing to
 * add. Pure. Where it is not shown that the signer represents the firm, no evidence leaves, as in the answer.
 */
export function supplement(
  plan: ExchangePlan,
  outcomes: readonly CallOutcome[],
  { call: name, answerDigest, at }: { readonly call: string; readonly answerDigest: string; readonly at: Date },
): AssembledSupplement | undefined {
  const outcome = outcomes.find(({ call }) => call === name)
  const planned = plan.calls.find((call) => call.name === name.split('.')[0])
  if (outcome === undefined || planned === undefined || !ANSWERED.has(outcome.outcome)) return undefined
  return {
    exchangeId: plan.exchangeId,
    service: plan.service,
    format: plan.format,
    answerDigest,
    issuedAt: at.toISOString(),
    part: partOf(planned, outcome, !hasMandate(plan, outcomes)),
  }
}

const ANSWERED: ReadonlySet<string> = new Set(['found', 'not-found'])
