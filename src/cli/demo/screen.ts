import type { Answer } from '../../message/read-answer.ts'
import type { ExchangePlan, PlannedCall } from '../../model/exchange.ts'
import { registryOf } from '../../model/ids.ts'
import type { Json } from '../../model/json.ts'
import type { LocalisedText } from '../../model/localised.ts'
import type { CallOutcome } from '../../model/outcome.ts'
import type { Output } from '../output.ts'
import type { Scenario } from './scenarios.ts'
import { CHECK_WORDS, fill, OUTCOME_WORDS, STATUS_WORDS, WORDS } from './words.ts'

/** Who asks for what; known before anything is sent, so that a refusal tells it too. */
export interface Asked {
  readonly scenario: Scenario
  readonly consumerName: string
  readonly serviceTitle: string
}

/** Prints one exchange so that a person sees the whole story: plan, outcomes as they arrive, checks, data. */
export interface Screen {
  readonly head: (asked: Asked) => void
  readonly plan: (plan: ExchangePlan) => void
  readonly outcome: (outcome: CallOutcome, elapsedMs: number) => void
  readonly answer: (answer: Answer, bytes: number, elapsedMs: number) => void
}

const NAME_WIDTH = 20

export function screen(out: Output): Screen {
  let outcomesBegun = false
  let calls: readonly PlannedCall[] = []
  const found = new Set<string>()
  return {
    head: (asked) => printHead(out, asked),
    plan: (plan) => {
      calls = plan.calls
      printPlan(out, plan)
    },
    outcome: (outcome, elapsedMs) => {
      if (!outcomesBegun) out.line(`\n${out.strong(out.text(WORDS.outcomes))}`)
      outcomesBegun = true
      if (outcome.outcome === 'found') found.add(callOf(outcome))
      const why = isUnneeded(outcome, calls, found) ? `  ${out.text(WORDS.notNeeded)}` : ''
      out.line(`${outcomeLine(out, outcome, elapsedMs)}${out.faint(why)}`.trimEnd())
    },
    answer: (answer, bytes, elapsedMs) => {
      printChecks(out, answer)
      printDisclosed(out, answer)
      const line = fill(out.text(WORDS.answer), out.text(STATUS_WORDS[answer.status]), bytes, elapsedMs)
      out.line(`\n${out.strong(line)}`)
      if (answer.problems.length > 0) out.line(`\n${out.strong(out.text(WORDS.reasons))}`)
      for (const problem of answer.problems)
        out.line(
          `  ${out.bad('✗')} ${[problem.call, out.text(problem.title), problem.code].filter(Boolean).join(' · ')}`,
        )
      out.line(`\n${out.strong(out.text(WORDS.verification))}`)
    },
  }
}

/** Where the evidence lies, and how to check it. */
export const keptWhere = (out: Output, folder: string): string =>
  fill(out.text(WORDS.saved), folder, `npx edno verify ${folder}`)

function printHead(out: Output, { scenario, consumerName, serviceTitle }: Asked): void {
  out.line(`\n${out.strong(fill(out.text(WORDS.asks), consumerName))}`)
  printFact(out, WORDS.scenario, `${out.text(scenario.title)} (${scenario.name})`)
  printFact(out, WORDS.service, `${serviceTitle} (${scenario.service.id}@${scenario.service.version})`)
  printFact(out, WORDS.case, scenario.case)
}

const printFact = (out: Output, word: LocalisedText, value: string): void =>
  out.line(`  ${out.faint(out.text(word).padEnd(12))} ${value}`)

function printPlan(out: Output, { calls, legalBasis, exchangeId }: ExchangePlan): void {
  printFact(out, WORDS.basis, out.text(legalBasis.text))
  printFact(out, WORDS.exchange, exchangeId)
  const registries = new Set(calls.map((call) => registryOf(call.operation)))
  const conditional = calls.filter((call) => call.when !== undefined).length
  const some = conditional === 0 ? '' : fill(out.text(WORDS.onlyIfNeeded), conditional)
  out.line(`\n${out.strong(fill(out.text(WORDS.plan), calls.length, registries.size) + some)}`)
  const width = Math.max(...calls.map((call) => call.operation.length))
  for (const call of calls) out.line(planLine(out, call, width))
}

/** The call of a part: `managers` of `managers.0`. */
const callOf = ({ call }: CallOutcome): string => call.split('.')[0] ?? call

/** Skipped by its own condition, and not for want of what it needs. */
function isUnneeded(outcome: CallOutcome, calls: readonly PlannedCall[], found: ReadonlySet<string>): boolean {
  if (outcome.outcome !== 'skipped') return false
  const planned = calls.find(({ name }) => name === callOf(outcome))
  return planned?.when !== undefined && planned.needs.every((name) => found.has(name))
}

function planLine(out: Output, call: PlannedCall, width: number): string {
  const notes = [
    ...(call.needs.length > 0 ? [`${out.text(WORDS.needs)} ${call.needs.join(', ')}`] : []),
    ...(call.when === undefined ? [] : [out.text(WORDS.ifNeeded)]),
    ...(call.forEach === undefined ? [] : [out.text(WORDS.forEach)]),
    ...(call.need === 'optional' ? [out.text(WORDS.optional)] : []),
  ]
  const line = `  ${call.name.padEnd(NAME_WIDTH)} ${call.operation}`
  if (notes.length === 0) return line
  return `${line}${' '.repeat(width - call.operation.length + 2)}${out.faint(notes.join(' · '))}`
}

function outcomeLine(out: Output, outcome: CallOutcome, elapsedMs: number): string {
  const word = out.text(OUTCOME_WORDS[outcome.outcome])
  const good = outcome.outcome === 'found'
  const coloured = good ? out.good(word) : outcome.problem === undefined ? word : out.bad(word)
  const dropped = outcome.provenance?.othersDropped === true ? ` · ${out.text(WORDS.othersDropped)}` : ''
  const time = `${String(Math.round(elapsedMs)).padStart(6)} ms`
  return `  ${out.faint(time)}  ${outcome.call.padEnd(NAME_WIDTH)} ${coloured}${problemNote(outcome)}${dropped}`
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
  if (answer.status === 'refused' || answer.status === 'cancelled') return
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
