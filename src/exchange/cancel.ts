import type { AnswerPart, AssembledAnswer, ClosedExchange, ExchangePlan, OpenedExchange } from '../model/exchange.ts'
import type { CallOutcome } from '../model/outcome.ts'
import { PROBLEMS, type ProblemCode } from '../problem/codes.ts'
import { headOf } from './assemble.ts'
import { outcomesOf } from './missing.ts'
import type { ExchangePorts } from './ports.ts'
import { sign } from './sign.ts'

/** What the calls of a cancelled exchange end with that had not ended, and the one problem of its answer. */
export const CANCELLED: ProblemCode = 'exchange.cancelled'

/** Its answer: what was asked and what came of it, and nothing that was found. Pure. */
export function assembleCancelled(plan: ExchangePlan, outcomes: readonly CallOutcome[], at: Date): AssembledAnswer {
  const { bg, en } = PROBLEMS[CANCELLED]
  return {
    ...headOf(plan, at),
    status: 'cancelled',
    problems: [{ code: CANCELLED, title: { bg, en } }],
    parts: plan.calls.flatMap((call) => outcomesOf(call, outcomes).map(partOf)),
    // A check says what evidence says.
    checks: [],
  }
}

const partOf = ({ call, operation, outcome, problem }: CallOutcome): AnswerPart => ({
  call,
  operation,
  outcome,
  ...(problem === undefined ? {} : { problem }),
})

/** assemble → sign → close of an exchange whose calls were all ended by taking it back. */
export async function completeCancelled(opened: OpenedExchange, ports: ExchangePorts): Promise<ClosedExchange> {
  const assembled = assembleCancelled(opened.plan, opened.known, ports.clock())
  ports.observer?.assembled?.(assembled)
  return ports.close(opened, await sign(assembled, ports), opened.known)
}
