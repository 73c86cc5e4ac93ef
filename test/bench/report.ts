import { spawnSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import type { Measured } from './contest.ts'
import type { ExchangeBench } from './exchange.bench.ts'
import type { Row, SignatureBench } from './signature.bench.ts'

/** When and where a part was measured; figures of several days stand side by side in the report. */
export function measuredOn(at: Date): string {
  const [first, ...others] = cpus()
  const memory = (totalmem() / 2 ** 30).toFixed(0)
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim()
  return (
    `Measured ${at.toISOString().slice(0, 10)} at commit ${commit}: ${first?.model.trim() ?? 'unknown'}, ` +
    `${others.length + 1} cores, ${memory} GiB; Node ${process.versions.node}, ${process.platform}; ` +
    `load of the machine before ${(loadavg()[0] ?? Number.NaN).toFixed(1)}.`
  )
}

export const signatureReport = (signatures: SignatureBench): string =>
  [
    '## Verifying and signing',
    '',
    'Operations per CPU-second, each program in its own process but for xml-crypto. edno’s side of verifying is the gate for bytes,',
    'strict parsing, C14N, signature, digest, and reading the head out of the canonical octets again; of signing the gate, strict',
    'parsing, C14N and the signature put in. The rivals parse, and do their own check or signature alone. In parentheses: how',
    'many times as fast edno is.',
    '',
    ...signatureTable(signatures),
    '',
    ...signatures.absent.map((why) => `Not measured here: ${why}.\n`),
  ].join('\n')

export const exchangeReport = (exchanges: ExchangeBench): string =>
  ['## Whole exchanges', '', ...exchangePart(exchanges), ''].join('\n')

function signatureTable({ rows }: SignatureBench): string[] {
  const rivals = Object.keys(rows[0]?.rivals ?? {})
  const cell = ({ edno }: Row, value: number | undefined): string =>
    value === undefined ? '–' : `${whole(value)} (${(edno / value).toFixed(1)} ×)`
  return table(
    ['', 'edno', ...rivals],
    rows.map((row) => [
      `${row.act} ${row.size}, ${row.key}`,
      whole(row.edno),
      ...rivals.map((rival) => cell(row, row.rivals[rival])),
    ]),
  )
}

function exchangePart({ edno, unprotected }: ExchangeBench): string[] {
  const row = (name: string, pick: (measured: Measured) => number, how: (a: number, b: number) => string): string[] => [
    name,
    digits(pick(edno)),
    digits(pick(unprotected)),
    how(pick(edno), pick(unprotected)),
  ]
  return [
    '`water-taxi-permit`: four calls on three registries at the same time, three over RegiX’s SOAP and one over REST, all over',
    'mutual TLS. The rival is a hand-written express and axios fan-out ([test/bench/unprotected.ts](../test/bench/unprotected.ts))',
    'that makes the same calls over the same wires and returns the same fields, without signature, grants, schemas, store or log.',
    'edno’s answer is signed, durable, and leaves with the proof that it stands in the exchange log.',
    '',
    ...table(
      ['', 'edno', 'unprotected', 'edno against it'],
      [
        row('exchanges per second, 8 at a time', (m) => m.perSecond, ratio),
        row('CPU ms of the server process, per exchange', (m) => m.cost.server, ratio),
        row('CPU ms of PostgreSQL, per exchange', (m) => m.cost.database ?? Number.NaN, added),
        row('p50 ms, one at a time', (m) => m.alone.p50, added),
        row('p99 ms, one at a time', (m) => m.alone.p99, added),
        row('p50 ms, 8 at a time', (m) => m.busy.p50, added),
        row('p99 ms, 8 at a time', (m) => m.busy.p99, added),
      ],
    ),
    '',
    `${edno.exchanges} exchanges each under load after a warm-up, in rounds that alternate. Server, PostgreSQL, registries and load`,
    'share the cores; the registries answer at once and from memory. They took',
    `${digits(edno.cost.registries)} ms of CPU per exchange of edno and ${digits(unprotected.cost.registries)} of the rival, making the load ` +
      `${digits(edno.cost.load)} and ${digits(unprotected.cost.load)}.`,
    'Real registries take tens to hundreds of milliseconds, which come on top for both.',
  ]
}

export const ratio = (edno: number, rival: number): string => `${(edno / rival).toFixed(2)} ×`
const added = (edno: number, rival: number): string => `+${digits(edno - rival)}`
const whole = (value: number): string => value.toFixed(0)
export const digits = (value: number): string => (Number.isNaN(value) ? 'unknown' : value.toFixed(value < 100 ? 1 : 0))

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
