import { evaluate } from '../expression/evaluate.ts'
import { scopeOf } from '../expression/scope.ts'
import type { ExchangePlan } from '../model/exchange.ts'
import type { Json } from '../model/json.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { BrokerError } from '../problem/broker-error.ts'

/**
 * Who signed for a firm must represent it by the register that the service names (docs/adr/0008). Two things must be so:
 * the register was asked about the Applicant and about no other firm, and it names the signer among those who represent it.
 */

/** Before anybody is asked: refuses with `applicant.mismatch` where the application alone shows that it is another firm. */
export function requireFirm(plan: ExchangePlan): void {
  if (plan.mandate !== undefined && firmAskedAbout(plan, []) === 'another')
    throw new BrokerError('applicant.mismatch', 'the firm whose representatives are asked for is not the Applicant')
}

/** Is the mandate shown? A register that was not asked, or found no such firm, shows none. Pure. */
export function hasMandate(plan: ExchangePlan, outcomes: readonly CallOutcome[]): boolean {
  const { mandate } = plan
  if (mandate === undefined) return true
  const found = outcomes.find(({ call, outcome }) => call === mandate.call && outcome === 'found')
  if (found?.evidence === undefined || firmAskedAbout(plan, outcomes) !== 'applicant') return false
  return valuesAt(found.evidence, mandate.representatives.split('.')).includes(mandate.signer)
}

function firmAskedAbout(plan: ExchangePlan, outcomes: readonly CallOutcome[]): 'applicant' | 'another' | 'unknown' {
  const call = plan.calls.find(({ name }) => name === plan.mandate?.call)
  const source = call?.input[plan.mandate?.firm ?? '']
  if (source === undefined) return 'another'
  const asked = evaluate(source, scopeOf(plan, outcomes))
  if (asked.unknown) return 'unknown'
  return asked.value === plan.applicant?.identifier ? 'applicant' : 'another'
}

/** The values under a dotted path, lists transparent. */
function valuesAt(value: Json | undefined, path: readonly string[]): readonly Json[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => valuesAt(item, path))
  const [name, ...rest] = path
  if (name === undefined) return value === undefined ? [] : [value]
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return []
  return valuesAt((value as Readonly<Record<string, Json>>)[name], rest)
}
