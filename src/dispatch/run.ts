import type { ExchangePlan } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { Unanswered } from './hand-over.ts'
import type { Later } from './later.ts'
import type { DispatchPorts, EndedAttempt } from './ports.ts'
import type { RegistryPolicies } from './registry-policy.ts'
import type { SameQuestions } from './same-question.ts'

/** One exchange, as long as its calls are asked here. */
export interface Run {
  readonly plan: ExchangePlan
  readonly ports: DispatchPorts
  readonly policies: RegistryPolicies
  readonly questions: SameQuestions
  readonly deadline: AbortSignal
  readonly endsAt: Date
  readonly later: Later | undefined
  readonly defers: boolean
  readonly taken: AbortSignal | undefined
}

/** How a call left this process: with its outcome, or without one. */
export type Left = { readonly outcome: CallOutcome } | { readonly unanswered: Unanswered }

/** Stored first, then told. */
export async function conclude({ plan, ports }: Run, outcome: CallOutcome, attempt?: EndedAttempt): Promise<void> {
  await ports.rows.end(plan, outcome, attempt, ports.clock())
  ports.observer?.outcome?.(plan.exchangeId, outcome)
}
