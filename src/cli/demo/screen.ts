import type { Answer } from '../../message/read-answer.ts'
import type { ExchangePlan, PlannedCall } from '../../model/exchange.ts'
import { registryOf } from '../../model/ids.ts'
import type { Json } from '../../model/json.ts'
import type { CallOutcome } from '../../model/outcome.ts'
import type { Output } from '../output.ts'
import { CHECK_WORDS, fill, OUTCOME_WORDS, WORDS } from './words.ts'

/** Prints one exchange so that a person sees the whole story: plan, outcomes as they arrive, checks, data. */
export interface Screen {
  readonly plan: (plan: ExchangePlan, consumerName: string) => void
  readonly outcome: (outcome: CallOutcome, elapsedMs: number) => void
  readonly answer: (answer: Answer, bytes: number, elapsedMs: number) => void
}

const NAME_WIDTH = 20
const OPERATION_WIDTH = 44

export function screen(out: Output): Screen {
  let outcomesBegun = false
  return {
    plan: (plan, consumerName) => {
      printHead(out, plan, consumerName)
      const registries = new Set(plan.calls.map((call) => registryOf(call.operation)))
      out.line(`\n${out.strong(fill(out.text(WORDS.plan), plan.calls.length, registries.size))}`)
      for (const call of plan.calls) out.line(planLine(out, call))
    },
    outcome: (outcome, elapsedMs) => {
      if (!outcomesBegun) out.line(`\n${out.strong(out.text(WORDS.outcomes))}`)
      outcomesBegun = true
      out.line(outcomeLine(out, outcome, elapsedMs))
    },
    answer: (answer, bytes, elapsedMs) => {
      printChecks(out, answer)
      printDisclosed(out, answer)
      const line = fill(out.text(WORDS.answer), answer.status, bytes, elapsedMs)
      out.line(`\n${out.strong(line)}`)
      for (const problem of answer.problems)
        out.line(
          `  ${out.bad('✗')} ${[problem.call, out.text(problem.title), problem.code].filter(Boolean).join(' · ')}`,
        )
    },
  }
}

/** Where the evidence lies, and how to check it. */
export const keptWhere = (out: Output, folder: string): string =>
  fill(out.text(WORDS.saved), folder, `npx edno verify ${folder}`)

function printHead(out: Output, plan: ExchangePlan, consumerName: string): void {
  out.line(`\n${out.strong(fill(out.text(WORDS.asks), consumerName))}`)
  const facts = [
    [WORDS.service, plan.service],
    [WORDS.case, plan.case],
    [WORDS.basis, out.text(plan.legalBasis.text)],
    [WORDS.exchange, plan.exchangeId],
  ] as const
  for (const [word, value] of facts) out.line(`  ${out.faint(out.text(word).padEnd(12))} ${value}`)
}

function planLine(out: Output, call: PlannedCall): string {
  const notes = [
    ...(call.needs.length > 0 ? [`${out.text(WORDS.needs)} ${call.needs.join(', ')}`] : []),
    ...(call.forEach === undefined ? [] : [out.text(WORDS.forEach)]),
    ...(call.need === 'optional' ? [out.text(WORDS.optional)] : []),
  ]
  return `  ${call.name.padEnd(NAME_WIDTH)} ${call.operation.padEnd(OPERATION_WIDTH)} ${out.faint(notes.join(' · '))}`
}

function outcomeLine(out: Output, outcome: CallOutcome, elapsedMs: number): string {
  const word = out.text(OUTCOME_WORDS[outcome.outcome])
  const good = outcome.outcome === 'found'
  const coloured = good ? out.good(word) : outcome.problem === undefined ? word : out.bad(word)
  const dropped = outcome.provenance?.othersDropped === true ? ` · ${out.text(WORDS.othersDropped)}` : ''
  const time = `${String(Math.round(elapsedMs)).padStart(6)} ms`
  return `  ${out.faint(time)}  ${outcome.call.padEnd(NAME_WIDTH)} ${coloured}${out.faint(problemNote(outcome) + dropped)}`
}

const problemNote = ({ problem }: CallOutcome): string => (problem === undefined ? '' : `  ${problem}`)

function printChecks(out: Output, answer: Answer): void {
  if (answer.checks.length === 0) return
  out.line(`\n${out.strong(out.text(WORDS.checks))}`)
  const width = Math.max(...answer.checks.map((check) => out.text(check.title).length))
  for (const check of answer.checks) {
    const word = out.text(CHECK_WORDS[check.result])
    const mark = { pass: out.good(`✓ ${word}`), fail: out.bad(`✗ ${word}`), unknown: `? ${word}` }[check.result]
    out.line(`  ${out.text(check.title).padEnd(width)}  ${mark}`)
  }
}

function printDisclosed(out: Output, answer: Answer): void {
  const parts = answer.parts.filter((part) => part.evidence !== undefined)
  if (answer.status === 'refused') return
  out.line(`\n${out.strong(out.text(WORDS.disclosed))}`)
  if (parts.length === 0) out.line(`  ${out.text(WORDS.checksOnly)}`)
  for (const part of parts) out.line(`  ${part.call.padEnd(NAME_WIDTH)} ${oneLine(part.evidence ?? null)}`)
}

/** Evidence in a line: values only where the names say nothing more. */
function oneLine(value: Json): string {
  if (value === null || typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return (value as readonly Json[]).map(oneLine).join('; ')
  return Object.entries(value as Record<string, Json>)
    .map(([name, inner]) => (inner !== null && typeof inner === 'object' ? oneLine(inner) : `${name} ${String(inner)}`))
    .join(', ')
}
