import type { Verdict } from '../../client/verify-exchange.ts'
import type { Reply } from '../../client/send.ts'
import type { Expectation } from './scenarios.ts'

/** What is not as the table of scenarios says; empty when all is. */
export function differences(expect: Expectation, reply: Reply, verdict: Verdict | undefined): string[] {
  if (expect.kind === 'refusal') return refusalDifferences(expect.code, reply)
  if (reply.kind === 'problem') return [`refused with ${reply.problem.code}; an answer was expected`]
  const answer = verdict?.answer
  if (answer === undefined || verdict?.holds !== true) return ['the answer or its receipt does not verify']
  const parts = new Map(answer.parts.map((part) => [part.call, part]))
  return [
    ...differ('status', answer.status, expect.status),
    ...differ('HTTP status', reply.status, expect.status === 'refused' ? 502 : 200),
    ...compare(
      'outcome',
      expect.outcomes,
      toRecord(answer.parts, (part) => [part.call, part.outcome]),
    ),
    ...compare(
      'check',
      expect.checks,
      toRecord(answer.checks, (check) => [check.id, check.result]),
    ),
    ...Object.entries(expect.problems).flatMap(([call, code]) => differ(call, parts.get(call)?.problem, code)),
  ]
}

function refusalDifferences(code: string, reply: Reply): string[] {
  if (reply.kind === 'answer') return [`answered; ${code} was expected`]
  return differ('problem', reply.problem.code, code)
}

const differ = (what: string, seen: string | number | undefined, expected: string | number): string[] =>
  seen === expected ? [] : [`${what}: ${seen ?? 'nothing'} instead of ${expected}`]

/** Both ways: what was expected and is not there, and what is there and was not expected. */
function compare(what: string, expected: Record<string, string>, seen: Record<string, string>): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(seen)])]
  return names.flatMap((name) => differ(`${what} ${name}`, seen[name], expected[name] ?? 'nothing')).filter(Boolean)
}

const toRecord = <T>(items: readonly T[], pair: (item: T) => readonly [string, string]): Record<string, string> =>
  Object.fromEntries(items.map(pair))
