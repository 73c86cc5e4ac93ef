import type { AdapterReport, CheckResult } from '../../catalogue/adapter-report.ts'
import type { Output } from '../output.ts'

export const REPORTERS = ['text', 'tap', 'junit', 'json'] as const
export type Reporter = (typeof REPORTERS)[number]

/** The report for those who read it, or for the machine that a reporter is for. */
export function writeReport(report: AdapterReport, reporter: Reporter, out: Output): string {
  if (reporter === 'json') return JSON.stringify(report)
  if (reporter === 'tap') return tap(report)
  return reporter === 'junit' ? junit(report) : text(report, out)
}

function text(report: AdapterReport, out: Output): string {
  const failed = report.checks.filter(({ passed }) => !passed)
  const groups = [...new Set(report.checks.map(({ group }) => group))]
  const lines = groups.flatMap((group) => [
    out.strong(group === 'adapter' ? report.adapter : group),
    ...report.checks.filter((check) => check.group === group).flatMap((check) => checkLines(check, out)),
  ])
  const run = report.checks.filter(({ notApplicable }) => notApplicable === undefined)
  const sum = `${run.length - failed.length}/${run.length}`
  const end =
    failed.length === 0
      ? out.good(out.text({ bg: `издържа: ${sum} проверки`, en: `passed: ${sum} checks` }))
      : out.bad(out.text({ bg: `не издържа: ${sum} проверки`, en: `failed: ${sum} checks passed` }))
  return [...lines, end].join('\n')
}

function checkLines({ title, passed, ms, reason = '', notApplicable }: CheckResult, out: Output): readonly string[] {
  if (notApplicable !== undefined)
    return [`  – ${title} ${out.faint(`${out.text({ bg: 'неприложимо', en: 'not applicable' })}: ${notApplicable}`)}`]
  return passed
    ? [`  ${out.good('✓')} ${title} ${out.faint(`${ms} ms`)}`]
    : [`  ${out.bad('✗')} ${title}`, ...reason.split('\n').map((line) => `      ${line}`)]
}

/** TAP 14. */
const tap = ({ checks }: AdapterReport): string =>
  [
    'TAP version 14',
    `1..${checks.length}`,
    ...checks.flatMap(({ group, title, passed, ms, reason = '', notApplicable }, index) => [
      `${passed ? 'ok' : 'not ok'} ${index + 1} - ${`${group}: ${title}`.replaceAll('#', '\\#')}` +
        (notApplicable === undefined ? '' : ` # SKIP ${notApplicable}`),
      ...['  ---', `  duration_ms: ${ms}`, ...(passed ? [] : [`  message: ${JSON.stringify(reason)}`]), '  ...'],
    ]),
  ].join('\n')

/** The form that CI servers read; no standard describes it. */
function junit({ adapter, checks, at }: AdapterReport): string {
  const failures = checks.filter(({ passed }) => !passed).length
  const skipped = checks.filter(({ notApplicable }) => notApplicable !== undefined).length
  const seconds = (ms: number): string => (ms / 1000).toFixed(3)
  const total = seconds(checks.reduce((sum, { ms }) => sum + ms, 0))
  const name = attribute(`edno adapter check ${adapter}`)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${name}" tests="${checks.length}" failures="${failures}" skipped="${skipped}" time="${total}" timestamp="${at}">`,
    ...checks.map(({ group, title, passed, ms, reason = '', notApplicable }) => {
      const start = `  <testcase classname="${attribute(group)}" name="${attribute(title)}" time="${seconds(ms)}"`
      if (notApplicable !== undefined) return `${start}><skipped message="${attribute(notApplicable)}"/></testcase>`
      return passed ? `${start}/>` : `${start}><failure message="${attribute(reason)}"/></testcase>`
    }),
    '</testsuite>',
  ].join('\n')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Control characters, which XML cannot hold, become blanks. */
const attribute = (value: string): string =>
  value.replaceAll(/[^\P{C}]/gu, ' ').replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
