import type { Measured } from '../contest.ts'
import { expectation } from '../expectation.ts'
import { digits, table } from '../report.ts'
import type { GrowthBench } from './growth.bench.ts'

/** The part of docs/benchmarks.md. */
export function growthReport({ young, old, youngSize, oldSize, fillSeconds }: GrowthBench): string {
  const row = (name: string, pick: (measured: Measured) => number): string[] => [
    name,
    digits(pick(young)),
    digits(pick(old)),
    `${(pick(old) / pick(young)).toFixed(2)} ×`,
  ]
  const grown = old.alone.p50 / young.alone.p50
  return [
    '## A store that grows',
    '',
    'Real exchanges of 3 calls by two ednos on one database server, in rounds that alternate: on a young store and on an old',
    'one. What stands in them are copies of exchanges that were really run there, row by row: application, plan, evidence and',
    `answer, calls, attempts, decision, log entries integrated into the tree. Copying took ${fillSeconds.toFixed(0)} s.`,
    '',
    ...table(
      ['', 'young', 'old', 'old against young'],
      [
        ['exchanges in the store', String(youngSize.exchanges), String(oldSize.exchanges), ''],
        ['entries in the tree of the log', String(youngSize.entries), String(oldSize.entries), ''],
        ['MB on disk', String(youngSize.megabytes), String(oldSize.megabytes), ''],
        row('p50 ms, one at a time', ({ alone }) => alone.p50),
        row('p99 ms, one at a time', ({ alone }) => alone.p99),
        row('exchanges per second, 8 at a time', ({ perSecond }) => perSecond),
        row('CPU ms of the broker, per exchange', ({ cost }) => cost.server),
        row('CPU ms of PostgreSQL, per exchange', ({ cost }) => cost.database ?? Number.NaN),
      ],
    ),
    '',
    expectation(
      `the ${oldSize.exchanges}th exchange at most 1.10 × the ${youngSize.exchanges}th, at p50`,
      `${grown.toFixed(2)} ×`,
      grown <= 1.1,
    ),
    '',
  ].join('\n')
}
