import { availableParallelism } from 'node:os'
import { expectation } from '../expectation.ts'
import { digits, table } from '../report.ts'
import type { CitizenBench } from './citizen.ts'
import { WAYS, type Way } from './contestants.ts'
import type { FanOutBench, FanOutRow } from './fan-out.bench.ts'
import { registriesOf, type Size, SIZES } from './sizes.ts'

const NAMES: Readonly<Record<Way, string>> = {
  'in process': 'edno, in process',
  'two processes': 'edno, two processes on one database',
  'through Redis': 'edno, through Redis, one worker',
  'through PostgreSQL': 'edno, through PostgreSQL, one worker',
  unprotected: 'unprotected fan-out',
}

/** The part of docs/benchmarks.md. */
export function fanOutReport({ rows, missing, citizen }: FanOutBench): string {
  const [first] = rows
  const counts = SIZES.map((size) => `${size} (${registriesOf(size)})`).join(', ')
  return [
    '## Fanning out',
    '',
    `Services of ${counts} calls (in parentheses: of how many registries), all of`,
    'which begin together: asked by the process that accepts, by a worker process that gets them through a queue, or by the',
    'hand-written fan-out without signature, grants, schemas, store or log ([own-code.ts](../test/bench/rivals/own-code.ts), all',
    `at once). ${first?.measured.exchanges ?? 0} exchanges under load each, 8 at a time (with two processes 4 at each), and ` +
      `one after the other for the last column pair, in rounds`,
    'that alternate. CPU is that of the broker’s processes together, worker included, without PostgreSQL, Redis and registries; all',
    `of them and the load share the ${availableParallelism()} cores. Registries answer at once and from memory.`,
    '',
    ...table(
      [
        '',
        'calls',
        'exchanges/s',
        'CPU ms',
        'CPU ms of PostgreSQL',
        'p50 ms, busy',
        'p99 ms, busy',
        'p50 ms, alone',
        'p99 ms, alone',
      ],
      rows.map((row) => cells(row)),
    ),
    '',
    ...WAYS.flatMap((way) =>
      missing[way] === undefined ? [] : [`Not measured here: ${NAMES[way]}: ${missing[way]}.`, ''],
    ),
    ...rows.flatMap(({ way, size, unproven }) =>
      unproven === 0
        ? []
        : [`- ${NAMES[way]}, ${size} calls: ${unproven} answers left before the proof of their log entry was ready.`],
    ),
    '',
    ...expectations(rows),
    '',
    ...citizenPart(citizen),
    '',
  ].join('\n')
}

function cells({ way, size, measured }: FanOutRow): string[] {
  const { perSecond, cost, busy, alone } = measured
  const numbers = [perSecond, cost.server, cost.database ?? Number.NaN, busy.p50, busy.p99]
  // One exchange at a time goes to the one process or to the other.
  const single = way === 'two processes' ? ['–', '–'] : [digits(alone.p50), digits(alone.p99)]
  return [NAMES[way], String(size), ...numbers.map(digits), ...single]
}

function expectations(rows: readonly FanOutRow[]): string[] {
  const of = (way: Way, size: Size) => rows.find((row) => row.way === way && row.size === size)?.measured
  const share = (way: Way, against: Way): number =>
    (of(way, 3)?.perSecond ?? Number.NaN) / (of(against, 3)?.perSecond ?? Number.NaN)
  const added = (way: Way): number =>
    (of(way, 3)?.alone.p50 ?? Number.NaN) - (of('in process', 3)?.alone.p50 ?? Number.NaN)
  const [unprotected, second] = [share('in process', 'unprotected'), share('two processes', 'in process')]
  const most = mostPerSecond(of('in process', 3)) / (of('in process', 3)?.perSecond ?? Number.NaN)
  const redis = added('through Redis')
  const postgres = added('through PostgreSQL')
  return [
    'Expected of 3 calls:',
    '',
    expectation(
      'in process at least 0.50 × the unprotected fan-out',
      `${unprotected.toFixed(2)} ×`,
      unprotected >= 0.5,
    ),
    expectation('through Redis at most 15 ms more at p50, alone', `${redis.toFixed(1)} ms`, redis <= 15),
    `- Through PostgreSQL instead: ${postgres.toFixed(1)} ms more.`,
    expectation(
      `two processes at least 1.60 × one, where cores allow (here ${availableParallelism()}, shared with all the rest)`,
      `${second.toFixed(2)} ×`,
      second >= 1.6,
    ),
    `- What all processes together take of these cores lets any number of brokers have at most ${most.toFixed(2)} × of one.`,
  ]
}

/** What the cores would hold if they did nothing else and never waited. */
function mostPerSecond(measured: FanOutRow['measured'] | undefined): number {
  if (measured === undefined) return Number.NaN
  const { server, database = Number.NaN, registries, load } = measured.cost
  return (availableParallelism() * 1000) / (server + database + registries + load)
}

const citizenPart = ({ waiting, lines }: CitizenBench): string[] => [
  '### What a municipality’s own code takes',
  '',
  'One request of one citizen, p50 in milliseconds: by code of its own that asks one register after the other and reads the',
  'fields ([own-code.ts](../test/bench/rivals/own-code.ts)), and by one signed application to edno whose signed answer is verified',
  '([edno-code.ts](../test/bench/rivals/edno-code.ts)).',
  '',
  ...table(
    ['calls', 'registries answer', 'own code, in turn', 'edno', 'edno against it'],
    waiting.map(({ size, delayMs, ownMs, ednoMs }) => [
      String(size),
      delayMs === 0 ? 'at once' : `after ${delayMs} ms`,
      digits(ownMs),
      digits(ednoMs),
      `${(ednoMs / ownMs).toFixed(2)} ×`,
    ]),
  ),
  '',
  `Lines of code on the municipality’s side, for nine registers: ${lines.own} of its own, ${lines.edno} with edno’s client (the same for`,
  'any number of registers). What its own code leaves out (proof, grants, limits, repetition, a record) is not counted.',
]
