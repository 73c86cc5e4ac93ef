import type { TravellingProblem } from '../../client/connect.ts'
import type { AgreementContent, RecordedAct } from '../../model/agreement.ts'
import type { AgreementView } from '../../model/agreement-view.ts'
import type { LocalisedText } from '../../model/localised.ts'
import { fill } from '../demo/words.ts'
import type { Output } from '../output.ts'
import { DONE, SIDES, STATES, WORDS } from './words.ts'

/** As much of a digest as tells agreements apart for people; any unique beginning is understood. */
export const SHORT = 12

export function printProblem(problem: TravellingProblem, out: Output): void {
  out.line(`${out.bad('✗')} ${out.strong(problem.title)} (${problem.code}, HTTP ${problem.status})`)
  if (problem.detail !== undefined) out.line(`  ${problem.detail}`)
  out.line(`  ${problem.advice}`)
}

/** One line each. */
export function printRows(agreements: readonly AgreementView[], out: Output): void {
  for (const agreement of agreements) out.line(rowOf(agreement, out))
}

/** What its state is called; one that is valid by itself, but decides nothing, is not shown as if it did. */
export const stateWord = ({ state, inForce }: Pick<AgreementView, 'state' | 'inForce'>): LocalisedText =>
  state.name === 'valid' && !inForce ? WORDS.notInForce : STATES[state.name]

function rowOf(view: AgreementView, out: Output): string {
  const { digest, content, quota } = view
  const { consumer, registry, service, validity } = content
  const cells = [
    out.strong(digest.slice(0, SHORT)),
    out.text(stateWord(view)).padEnd(12),
    `${consumer.party} → ${registry}`.padEnd(38),
    service.padEnd(20),
    `${validity.from}…${validity.until}`,
    noteOf(view, out),
    quota === undefined ? '' : fill(out.text(WORDS.left), quota.left, quota.limit),
  ]
  return cells.join('  ').trimEnd()
}

function noteOf(view: AgreementView, out: Output): string {
  const { state } = view
  const word = state.name === 'proposed' ? WORDS.waits : WORDS.suspendedBy
  const by = state.by.map((side) => out.text(SIDES[side])).join(', ')
  const notes = [by === '' ? '' : fill(out.text(word), by), whyNotOf(view, out)]
  return notes.filter((note) => note !== '').join('; ')
}

/** Why one that stands does not decide; empty where it does, or where its state says it already. */
function whyNotOf({ state, content, inForce, replacedBy, outdated }: AgreementView, out: Output): string {
  if (replacedBy !== undefined) return fill(out.text(WORDS.replaced), replacedBy.slice(0, SHORT))
  if (outdated === true) return out.text(WORDS.outdated)
  if (state.name !== 'valid' || inForce) return ''
  return state.inForce ? '' : fill(out.text(WORDS.notYet), content.validity.from)
}

/** A row each, and below it what would leave and on which conditions. */
export function printAsked(agreements: readonly AgreementView[], out: Output): void {
  for (const view of agreements) {
    out.line(rowOf(view, out))
    printOperations(view, out)
    for (const [name, value] of conditionsOf(view.content, out)) out.line(`    ${out.faint(`${name}:`)} ${value}`)
  }
}

/** What may leave, which may be less than was written down once. */
function printOperations({ content, checksOnly = [] }: AgreementView, out: Output): void {
  for (const { operation, fields } of content.operations) {
    const isClosed = fields.length === 0 || checksOnly.includes(operation)
    out.line(`    ${operation}: ${isClosed ? out.text(WORDS.checksOnly) : fields.join(', ')}`)
  }
}

/** All that an agreement says, and who declared what about it. */
export function printAgreement(view: AgreementView, out: Output): void {
  out.line(out.strong(view.digest))
  printRows([view], out)
  out.line()
  for (const [name, value] of factsOf(view.content, out)) out.line(`  ${`${name}:`.padEnd(18)} ${value}`)
  printOperations(view, out)
  for (const [operation, { left, limit }] of Object.entries(view.totals ?? {}))
    out.line(`  ${out.text(WORDS.total)} ${operation}: ${fill(out.text(WORDS.left), left, limit)}`)
  out.line(`\n  ${out.strong(out.text(WORDS.acts))}`)
  for (const act of view.acts) out.line(`    ${actLine(act, out)}`)
}

type Fact = readonly [name: string, value: string]

const factsOf = (content: AgreementContent, out: Output): readonly Fact[] => [
  [out.text(WORDS.period), `${content.validity.from}…${content.validity.until}`],
  [out.text(WORDS.request), content.request],
  ...conditionsOf(content, out),
  [out.text(WORDS.fields), ''],
]

/** Whatever bounds what leaves; what an agreement does not say is left out. */
function conditionsOf(content: AgreementContent, out: Output): readonly Fact[] {
  const { withhold, officials, quota, delegate } = content
  const facts: (readonly [keyof typeof WORDS, string | undefined])[] = [
    ['purpose', content.purpose],
    ['bases', content.legalBases.join(', ')],
    ['officials', officials?.join(', ')],
    ['quota', quota?.perDay.toString()],
    ['delegate', delegate?.party],
    ['openCase', content.openCase === true ? '✓' : undefined],
    ['withheld', withhold.length === 0 ? undefined : withhold.join(', ')],
  ]
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[out.text(WORDS[name]), value] as const]))
}

const actLine = ({ recordedAt, by, act, reason }: RecordedAct, out: Output): string =>
  `${recordedAt}  ${by} ${out.text(DONE[act])}${reason === undefined ? '' : `: ${reason}`}`
