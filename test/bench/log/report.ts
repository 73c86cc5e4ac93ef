import { expectation } from '../expectation.ts'
import { table } from '../report.ts'
import type { LogBench } from './log.bench.ts'

const WANTED = { integrated: 50_000, verified: 200_000, provenMs: 2, addedMs: 0.3 }

const whole = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', ' ')
const ms = (value: number): string => value.toFixed(2)

/** The part of docs/benchmarks.md. */
export function logReport({ integrated, verified, proven, added }: LogBench): string {
  const adds = added.withLog - added.without + added.building
  return [
    '## The exchange log',
    '',
    'On an embedded PostgreSQL, as `npm start` has it. Entries have the size of real ones (opened, asked, answered: 300 to 700 octets).',
    'What the log adds is measured on opening, asking and closing one exchange after another, with the entries and an integrator that',
    'runs, and by the same statements without their entries, by turns and each 10 ms after the one before it; what putting',
    'entries together takes, which both do, is added. The wait for the receipt, which comes with an answer, is told apart.',
    '',
    ...table(
      ['', 'measured'],
      [
        [`leaves per second, ${whole(integrated.entries)} entries that waited`, whole(integrated.perSecond)],
        [`entries per CPU-second, verifying ${whole(verified.entries)} in a folder`, whole(verified.perCpuSecond)],
        ['entries per second, the same', whole(verified.perSecond)],
        ['entries per second, copied from rows into a folder', whole(verified.exportedPerSecond)],
        [`inclusion proof among ${whole(proven.size)}, p50 ms`, ms(proven.p50)],
        ['the same, p99 ms', ms(proven.p99)],
        ['opening, asking, closing, p50 ms, with the log', ms(added.withLog)],
        ['the same without entries', ms(added.without)],
        ['putting the three entries together, p50 ms', ms(added.building)],
        ['until the receipt is there, after closing, p50 ms', ms(added.receipt)],
      ],
    ),
    '',
    expectation(
      `integrated in batches, at least ${whole(WANTED.integrated)} leaves/s`,
      whole(integrated.perSecond),
      integrated.perSecond >= WANTED.integrated,
    ),
    expectation(
      `verifying a whole log, at least ${whole(WANTED.verified)} entries/s per core`,
      whole(verified.perCpuSecond),
      verified.perCpuSecond >= WANTED.verified,
    ),
    expectation(
      `inclusion proof at ${whole(proven.size)} entries, at most ${WANTED.provenMs} ms at p50`,
      `${ms(proven.p50)} ms`,
      proven.p50 <= WANTED.provenMs,
    ),
    expectation(
      `what the log adds to an exchange, at most ${WANTED.addedMs} ms at p50`,
      `${ms(adds)} ms`,
      adds <= WANTED.addedMs,
    ),
    '',
  ].join('\n')
}
