import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadRules } from '../../../src/app/rules.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { findRoot } from '../../../src/config/root.ts'
import { serviceRef } from '../../../src/model/ids.ts'
import { delayRegistries } from '../fan-out/citizen.ts'
import { Grounds } from '../grounds.ts'
import { tlsOf } from '../keys.ts'
import { percentile } from '../load.ts'
import { digits, ratio, table } from '../report.ts'
import { linesOf } from '../rivals/lines.ts'
import { counted } from './counted.ts'
import { ASKED, today, type Wanted } from './today.ts'
import { withEdno } from './with-edno.ts'

const WANTED: Wanted = { driver: { egn: '8427029967' }, trader: { uic: '999999995' }, vehicle: { plate: 'ОВ0000АА' } }
const DELAYS_MS = [0, 50, 200] as const
const WARM_UP = 5
const ROUNDS = 10

interface Way {
  readonly ms: readonly number[]
  /** For one application, on a connection that is open. */
  readonly bytes: number
  /** Questions put by it, or for it. */
  readonly asked: number
  readonly lines: number
}

export interface TaxiBench {
  readonly today: Way
  readonly edno: Way
}

interface Client {
  /** What speaks against the permit. */
  readonly decide: (wanted: Wanted) => Promise<readonly string[]>
  readonly asked: () => number
  readonly close: () => void
}

/** One application for a taxi permit: the municipality's own calls against one to edno; in turns. */
export const taxiBench = (rounds = ROUNDS): Promise<TaxiBench> =>
  Grounds.during(async (grounds) => {
    await requireSameQuestions()
    const { folder } = grounds
    const broker = await grounds.start('broker', { databaseUrl: await grounds.database('taxi') })
    const [toRegistries, toEdno] = [await counted(grounds.registries.url), await counted(broker.url)]
    const { ca, ...tls } = pairOf(folder, 'parties/troyan/tls')
    const trusted = { ca, seal: pairOf(folder, 'broker/seal').certificate, logKey: logKeyOf(folder) }
    const own = today(toRegistries.url, tlsOf(folder, 'broker/client'))
    const edno = withEdno({
      party: 'troyan',
      url: toEdno.url,
      tls,
      seal: pairOf(folder, 'parties/troyan/seal'),
      trusted,
    })
    const ways = [
      { client: own, wire: toRegistries, ms: [] as number[], lines: linesOf('../taxi/today.ts') },
      { client: edno, wire: toEdno, ms: [] as number[], lines: linesOf('../taxi/with-edno.ts') },
    ] as const
    try {
      for (const { client } of ways) for (let n = 0; n < WARM_UP; n += 1) await decided(client)
      const bytes = [await bytesOf(ways[0]), await bytesOf(ways[1])] as const
      for (const delayMs of DELAYS_MS) {
        await delayRegistries(grounds, delayMs)
        await inTurns(ways, rounds)
      }
      const questions = own.asked() / (WARM_UP + 1 + rounds * DELAYS_MS.length)
      return {
        today: { ms: ways[0].ms, lines: ways[0].lines, bytes: bytes[0], asked: questions },
        edno: { ms: ways[1].ms, lines: ways[1].lines, bytes: bytes[1], asked: edno.asked() },
      }
    } finally {
      for (const { client, wire } of ways) {
        client.close()
        await wire.close()
      }
    }
  })

function pairOf(folder: string, name: string) {
  const { ca, cert, key } = tlsOf(folder, name)
  return { ca, certificate: cert, key }
}

const logKeyOf = (folder: string): string => readFileSync(join(folder, 'log.vkey'), 'utf8')

interface Contestant {
  readonly client: Client
  /** p50 of each delay. */
  readonly ms: number[]
}

async function inTurns(ways: readonly Contestant[], rounds: number): Promise<void> {
  const taken = ways.map((way) => ({ ...way, rounds: [] as number[] }))
  for (let round = 0; round < rounds; round += 1) for (const way of taken) way.rounds.push(await timed(way.client))
  for (const { ms, rounds: each } of taken) ms.push(percentile(each, 0.5))
}

async function decided(client: Client): Promise<void> {
  const found = await client.decide(WANTED)
  if (found.length > 0) throw new Error(`the bench got another decision than the demonstration: ${found.join(', ')}`)
}

async function timed(client: Client): Promise<number> {
  const started = performance.now()
  await decided(client)
  return performance.now() - started
}

async function bytesOf({ client, wire }: { readonly client: Client; readonly wire: { readonly bytes: () => number } }) {
  const before = wire.bytes()
  await decided(client)
  return wire.bytes() - before
}

/** A service that asks more than the script does would be compared with less work. */
async function requireSameQuestions(): Promise<void> {
  const { catalogue } = await loadRules(loadConfig({ root: findRoot(), environment: {} }))
  const service = catalogue.services.get(serviceRef('taxi-permit', 1))
  const wanted = new Set(service?.definition.calls.map(({ operation }) => String(operation)))
  const differing = [...wanted]
    .filter((name) => !ASKED.includes(name))
    .concat(ASKED.filter((name) => !wanted.has(name)))
  if (differing.length > 0)
    throw new Error(`test/bench/taxi/today.ts and taxi-permit@1 do not ask the same: ${differing.join(', ')}`)
}

export function taxiReport({ today: own, edno }: TaxiBench): string {
  const row = (name: string, pick: (way: Way) => number): string[] => [
    name,
    digits(pick(own)),
    `${digits(pick(edno))} (${ratio(pick(edno), pick(own))})`,
  ]
  return [
    '## The taxi application, before and after',
    '',
    `One decision on a taxi permit: by the municipality’s own client, ${own.asked} calls one after the other from templates`,
    '([today.ts](../test/bench/taxi/today.ts)), and by one signed application to edno whose signed answer is verified with its receipt',
    `([with-edno.ts](../test/bench/taxi/with-edno.ts)), which asks ${edno.asked} questions. Bytes are those of the municipality’s connections, both ways,`,
    'TLS included, for one application on connections that are open.',
    '',
    ...table(
      ['', 'own calls', 'edno (against them)'],
      [
        ...DELAYS_MS.map((delayMs, index) =>
          row(`ms in all, registries that answer after ${delayMs} ms, p50`, (way) => way.ms[index] ?? Number.NaN),
        ),
        row('bytes on the wire', (way) => way.bytes),
        row('messages', (way) => (way === own ? own.asked : 1)),
        row('lines of client code', (way) => way.lines),
      ],
    ),
    '',
    'What the own client leaves out (signatures, grants, legal basis, repetition, a record, the list of missing parts) is not counted.',
    '',
  ].join('\n')
}
