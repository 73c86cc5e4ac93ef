import type { Verdict } from '../../client/verify-exchange.ts'
import type { Answer } from '../../message/read-answer.ts'
import type { Output } from '../output.ts'
import { printVerdict } from '../verify.ts'
import type { DemoRun } from './run-scenario.ts'
import { keptWhere, screen } from './screen.ts'
import { fill, WORDS } from './words.ts'

export interface DemoOptions {
  readonly scenario: string
  readonly json?: boolean
  readonly out?: string
  readonly lang?: string
}

/** The end of the story: the answer verified, whether all is as the table says, and what to try next. */
export function report(run: DemoRun, options: DemoOptions, out: Output): void {
  if (options.json === true) {
    out.json(jsonOf(run))
    return
  }
  if (run.reply.kind === 'problem') reportRefusal(run, out)
  else reportAnswer(run, run.reply.bytes.length, out)
  if (run.differences.length === 0) out.line(`\n${out.good(`✓ ${out.text(WORDS.asExpected)}`)}`)
  else {
    out.line(`\n${out.bad(`✗ ${out.text(WORDS.notExpected)}`)}`)
    for (const difference of run.differences) out.line(`  ${difference}`)
  }
  if (options.out !== undefined)
    out.line(`\n${run.reply.kind === 'answer' ? keptWhere(out, options.out) : out.text(WORDS.nothingKept)}`)
  printNext(out)
}

function reportAnswer(run: DemoRun, bytes: number, out: Output): void {
  const { verdict } = run
  if (verdict?.answer !== undefined) screen(out).answer(verdict.answer, bytes, run.elapsedMs)
  if (verdict === undefined) return
  printVerdict(verdict, out)
  if (verdict.index !== undefined && verdict.treeSize !== undefined)
    out.line(`  ${out.faint(fill(out.text(WORDS.receipt), verdict.index + 1, verdict.treeSize))}`)
}

function reportRefusal(run: DemoRun, out: Output): void {
  if (run.reply.kind !== 'problem') return
  const { problem } = run.reply
  out.line(`\n${out.strong(fill(out.text(WORDS.refused), problem.code, problem.status))}`)
  out.line(`  ${problem.title}`)
  if (problem.detail !== undefined) out.line(`  ${out.faint(problem.detail)}`)
  out.line(`  ${problem.advice}`)
  const asked = run.questions === 0 ? out.text(WORDS.nobodyAsked) : fill(out.text(WORDS.registriesAsked), run.questions)
  out.line(`  ${asked}`)
}

function printNext(out: Output): void {
  const commands = [
    [WORDS.nextServe, 'npm start'],
    [WORDS.nextOther, 'npx edno submit --scenario taxi --set vehicle.plate=ОВ0000АК'],
    [WORDS.nextRefused, 'npx edno submit --scenario taxi --party bansko'],
  ] as const
  out.line(`\n${out.strong(out.text(WORDS.next))}`)
  for (const [word, command] of commands) out.line(`  ${command}\n    ${out.faint(out.text(word))}`)
}

/** The one object of `--json`. */
function jsonOf({ scenario, verdict, reply, elapsedMs, differences, questions }: DemoRun) {
  return {
    scenario: scenario.name,
    service: `${scenario.service.id}@${scenario.service.version}`,
    ...(reply.kind === 'problem' ? { problem: reply.problem.code } : {}),
    ...answerOf(verdict?.answer),
    signature:
      reply.kind === 'problem'
        ? null
        : { valid: verdict?.findings.some(({ what, holds }) => what === 'answer.signature' && holds) ?? false },
    receipt: reply.kind === 'problem' ? null : receiptOf(verdict),
    questions,
    elapsedMs,
    asExpected: differences.length === 0,
    differences,
  }
}

function answerOf(answer: Answer | undefined) {
  return {
    exchangeId: answer?.exchangeId,
    status: answer?.status,
    outcomes: (answer?.parts ?? []).map(({ call, operation, outcome }) => ({
      call,
      operation,
      registry: operation.slice(0, operation.indexOf('/')),
      outcome,
    })),
    checks: (answer?.checks ?? []).map(({ id, result }) => ({ id, result })),
  }
}

const receiptOf = (verdict: Verdict | undefined) => ({
  verified: verdict?.holds === true && verdict.index !== undefined,
  index: verdict?.index,
  treeSize: verdict?.treeSize,
})
