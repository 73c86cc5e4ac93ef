import { expectation } from '../expectation.ts'
import { digits, table } from '../report.ts'
import { type AuditBench, GENERATED } from './audit.bench.ts'

const WANTED_MS = 50

/** The part of docs/benchmarks.md. */
export function auditReport({
  exchanges,
  fillSeconds,
  megabytes,
  pages,
  table: csv,
  statistics,
  days,
}: AuditBench): string {
  const slowest = pages.toSorted((one, other) => other.p95 - one.p95)[0]
  return [
    '## Reading many exchanges',
    '',
    `What an auditor waits for one page of 100 over HTTP, with its total and with the entry in the exchange log that is written`,
    `first: ${exchanges} exchanges of one year in the embedded store, of ${GENERATED.consumers} towns (the largest has about 6 %) with`,
    `${GENERATED.officials} officials, about ${GENERATED.exchangesOfEach} for each person, made by SQL in ${fillSeconds.toFixed(0)} s, ${megabytes} MB. Failures fall into two days. Every question has other values.`,
    '',
    ...table(
      ['page by', 'found', 'rows', 'p50 ms', 'p95 ms', 'worst ms'],
      pages.map(({ title, total, rows, p50, p95, worst }) => [
        ...[title, total, String(rows), digits(p50), digits(p95), digits(worst)],
      ]),
    ),
    '',
    expectation(
      `each filtered page at most ${WANTED_MS} ms at p95`,
      `the slowest is “${slowest?.title}” with ${digits(slowest?.p95 ?? Number.NaN)} ms`,
      (slowest?.p95 ?? Number.NaN) <= WANTED_MS,
    ),
    '',
    `As CSV ${csv.rows} exchanges (${csv.megabytes.toFixed(0)} MB) took ${csv.seconds.toFixed(1)} s: ${(csv.rows / csv.seconds).toFixed(0)} a second.`,
    '',
    ...table(
      ['statistics and report, 20 times each', 'p50 ms', 'p95 ms'],
      statistics.map(({ title, p50, p95 }) => [title, digits(p50), digits(p95)]),
    ),
    '',
    `Adding up ${days.count} days for statistics took ${days.seconds.toFixed(0)} s, which edno does once for each day.`,
    '',
  ].join('\n')
}
