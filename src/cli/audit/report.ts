import { auditClient } from '../../client/audit.ts'
import type { AuditReport } from '../../model/audit-report.ts'
import { type CallerOptions, overConnection } from '../access/caller.ts'
import { instantOf } from '../access/decisions.ts'
import { fill } from '../demo/words.ts'
import type { Output } from '../output.ts'
import { REPORT_WORDS as WORDS } from './words.ts'

export interface ReportOptions extends CallerOptions {
  readonly from: string
  readonly to: string
}

/** What stands out in a period. */
export const showReport = (options: ReportOptions): Promise<boolean> =>
  overConnection(options, auditClient, async (client, { out, json }) => {
    const from = instantOf(options.from, '--from').toISOString()
    const to = instantOf(options.to, '--to').toISOString()
    const report = await client.get<AuditReport>('/v1/audit/report', { from, to })
    if (json) out.json(report)
    else print(report, out)
    return true
  })

type Section = readonly [heading: keyof typeof WORDS, lines: readonly string[]]

function print(report: AuditReport, out: Output): void {
  out.line(fill(out.text(WORDS.period), report.from, report.to))
  for (const [heading, lines] of sectionsOf(report, out)) {
    out.line(`\n${out.strong(out.text(WORDS[heading]))}`)
    for (const line of lines.length === 0 ? [out.text(WORDS.none)] : lines) out.line(`  ${line}`)
  }
}

function sectionsOf(report: AuditReport, out: Output): readonly Section[] {
  const usually = (questions: number, usual: number): string => fill(out.text(WORDS.usually), questions, usual)
  return [
    ['refusals', report.refusals.map(({ problem, consumer, count }) => `${count}  ${problem}  ${consumer}`)],
    ['failures', report.failures.map(({ registry, problem, calls }) => `${calls}  ${registry}  ${problem}`)],
    [
      'withoutCase',
      report.withoutCase.map(
        ({ consumer, exchanges, withoutCase, keepsCases }) =>
          `${consumer}  ${withoutCase} / ${exchanges}${keepsCases ? '' : `  ${out.text(WORDS.noCases)}`}`,
      ),
    ],
    [
      'officials',
      report.officials.map(
        ({ consumer, official, day, questions, usual }) =>
          `${day}  ${consumer}  ${official.slice(0, 8)}  ${usually(questions, usual)}`,
      ),
    ],
    [
      'hours',
      report.hours.map(({ consumer, hour, questions, usual }) => `${hour}  ${consumer}  ${usually(questions, usual)}`),
    ],
    [
      'outsideHours',
      report.outsideHours.map(({ consumer, exchanges, outside }) => `${consumer}  ${outside} / ${exchanges}`),
    ],
    [
      'askedByMany',
      report.askedByMany.map(({ consumers, officials, exchanges, newest }) =>
        [fill(out.text(WORDS.byMany), consumers, officials, exchanges), ...newest].join('  '),
      ),
    ],
    [
      'corrections',
      report.corrections.map(
        ({ registry, state, result, count }) => `${count}  ${registry}  ${state}  ${result ?? ''}`,
      ),
    ],
    ['leftOut', report.leftOut.map(({ what, why }) => `${what}: ${why}`)],
  ]
}
