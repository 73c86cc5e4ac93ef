import type { PlannedCallView, PlanView } from '../model/plan-view.ts'
import { fill } from './demo/words.ts'
import type { Output } from './output.ts'

const WORDS = {
  title: { bg: '{} би поискала {}', en: '{} would ask for {}' },
  basis: { bg: 'на основание {}: {}', en: 'on the basis of {}: {}' },
  grant: { bg: 'по разрешение {}', en: 'under the grant {}' },
  owner: { bg: 'собственик {}', en: 'owner {}' },
  once: { bg: '{} въпроса', en: 'questions: {}' },
  depends: { bg: 'според отговора на {}', en: 'hangs on the answer to {}' },
  anyOf: { bg: 'Достатъчен е един отговор, питат се по ред: {}', en: 'One answer is enough, asked in this order: {}' },
  optional: { bg: 'незадължителен', en: 'optional' },
  returned: { bg: 'връща се', en: 'comes back' },
  withheld: { bg: 'чете се за проверките, но не се връща', en: 'is read for checks, and not sent on' },
  checksOnly: { bg: 'нищо: само проверките', en: 'nothing: checks only' },
  checks: { bg: 'Проверки', en: 'Checks' },
  answer: {
    bg: 'Отговорът тръгва до {} s и се пази {} часа.',
    en: 'The answer leaves within {} s and is kept for {} hours.',
  },
  repeated: {
    bg: 'Тези байтове вече са били обмен: изпратени пак, връщат същия отговор и никой не се пита.',
    en: 'These bytes were an exchange already: sent again they get the same answer, and nobody is asked.',
  },
  nothing: {
    bg: 'Никой регистър не е питан и нищо не е записано.',
    en: 'No registry was asked and nothing was written.',
  },
} as const

/** What an application would ask, for a person. */
export function printPlan(view: PlanView, out: Output): void {
  out.line(out.strong(fill(out.text(WORDS.title), view.consumer, `${view.service} (${out.text(view.title)})`)))
  out.line(`  ${fill(out.text(WORDS.basis), view.legalBasis.code, out.text(view.legalBasis.text))}`)
  out.line(`  ${fill(out.text(WORDS.grant), view.grant)}`)
  for (const { registry, name, provider } of view.registries) {
    const owner = out.faint(fill(out.text(WORDS.owner), provider))
    out.line(`\n  ${out.strong(out.text(name))} ${out.faint(registry)} · ${owner}`)
    for (const call of view.calls) if (call.operation.startsWith(`${registry}/`)) printCall(call, view, out)
  }
  for (const group of view.anyOf ?? []) out.line(`\n  ${fill(out.text(WORDS.anyOf), group.join(', '))}`)
  out.line(`\n  ${out.strong(out.text(WORDS.checks))}`)
  for (const { title } of view.checks) out.line(`    ${out.text(title)}`)
  out.line(`\n${fill(out.text(WORDS.answer), view.deadlineMs / 1000, view.answerKeptHours)}`)
  if (view.repeated) out.line(out.text(WORDS.repeated))
  out.line(out.text(WORDS.nothing))
}

function printCall(call: PlannedCallView, { anyOf = [] }: PlanView, out: Output): void {
  const { name, operation, questions, needs, fields, withheld } = call
  const group = anyOf.find((members) => members.includes(name)) ?? []
  const first = [...needs, ...group.slice(0, group.indexOf(name))]
  const how =
    questions === null ? fill(out.text(WORDS.depends), first.join(', ')) : fill(out.text(WORDS.once), questions)
  const optional = call.need === 'optional' ? ` · ${out.text(WORDS.optional)}` : ''
  out.line(`    ${name.padEnd(20)} ${operation}  ${out.faint(`${how}${optional}`)}`)
  out.line(`      ${out.text(WORDS.returned)}: ${fields.length === 0 ? out.text(WORDS.checksOnly) : fields.join(', ')}`)
  if (withheld.length > 0) out.line(`      ${out.text(WORDS.withheld)}: ${withheld.join(', ')}`)
}
