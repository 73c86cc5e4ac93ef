import { Agent } from 'node:https'
import { join } from 'node:path'
import { DOMParser } from '@xmldom/xmldom'
import axios from 'axios'
import type { AdapterManifest, CallContext } from '../../src/adapter-kit/adapter.ts'
import { readManifest } from '../../src/adapter-kit/examples.ts'
import { findRoot } from '../../src/config/root.ts'
import { envelopeOf, personArgument } from '../support/regix.ts'
import { built } from './built.ts'
import { expectation } from './expectation.ts'
import { Grounds } from './grounds.ts'
import { type Tls, tlsOf } from './keys.ts'
import { percentile } from './load.ts'
import { table } from './report.ts'

const WARM_UP = 500
const COUNT = 300
const ROUNDS = 12
const MOST_MS = 0.15

/** CPU ms of this process for one call, in the middle of the rounds. */
export interface KitCost {
  readonly name: string
  readonly bareMs: number
  /** With the body read into something that a program can look at, and nothing looked at. */
  readonly readMs: number
  readonly kitMs: number
}

interface Question {
  readonly name: string
  readonly registry: string
  readonly operation: string
  readonly input: Readonly<Record<string, string>>
  readonly fields: readonly string[]
  readonly path: string
  readonly contentType: string
  readonly body: string
  /** By what a client of such a registry reads its answers with, whoever wrote it. */
  readonly read: (bytes: Buffer) => unknown
}

const EGN = '8427029967'
const VIN = 'EDNTESTVEHCLE0001'

const QUESTIONS: readonly Question[] = [
  {
    ...{ name: 'RegiX, civil-registry/valid-person', registry: 'civil-registry', operation: 'valid-person@1' },
    ...{ input: { egn: EGN }, fields: ['names', 'birthDate', 'deathDate'] },
    ...{ path: '/RegiXEntryPointV2.svc/basic', contentType: 'text/xml; charset=utf-8' },
    body: envelopeOf({ argument: personArgument(EGN), returnAccessMatrix: true }),
    read: (bytes) => new DOMParser().parseFromString(bytes.toString('utf8'), 'text/xml'),
  },
  {
    ...{ name: 'REST, guarantee-fund/motor-insurance', registry: 'guarantee-fund', operation: 'motor-insurance@1' },
    ...{ input: { vin: VIN }, fields: ['policyNumber', 'validUntil'] },
    ...{ path: '/v1/policies/search', contentType: 'application/json' },
    body: JSON.stringify({ vehicle: { vin: VIN } }),
    read: (bytes) => JSON.parse(bytes.toString('utf8')) as unknown,
  },
]

/** The same question to the same registry, by axios alone, which hands over bytes, and by an adapter of the kit, which hands over evidence. */
export const kitBench = (rounds = ROUNDS): Promise<readonly KitCost[]> =>
  Grounds.during(async ({ folder, registries }) => {
    const tls = tlsOf(folder, 'broker/client')
    const costs: KitCost[] = []
    for (const question of QUESTIONS) {
      const askers = [
        bareAsker(registries.url, tls, question, () => undefined),
        bareAsker(registries.url, tls, question, question.read),
        await kitAsker(registries.url, tls, question),
      ] as const
      const taken = askers.map((): number[] => [])
      for (const { ask } of askers) await cpuMsOf(ask, WARM_UP)
      for (let round = 0; round < rounds; round += 1)
        for (const [which, { ask }] of askers.entries()) taken[which]?.push(await cpuMsOf(ask, COUNT))
      const [bareMs = 0, readMs = 0, kitMs = 0] = taken.map((each) => percentile(each, 0.5))
      costs.push({ name: question.name, bareMs, readMs, kitMs })
      for (const { close } of askers) await close()
    }
    return costs
  })

interface Asker {
  readonly ask: () => Promise<unknown>
  readonly close: () => Promise<void>
}

async function cpuMsOf(ask: Asker['ask'], count: number): Promise<number> {
  const before = process.cpuUsage()
  for (let n = 0; n < count; n += 1) await ask()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / count
}

function bareAsker(
  registries: string,
  tls: Tls,
  { registry, path, contentType, body }: Question,
  read: Question['read'],
): Asker {
  const agent = new Agent({ keepAlive: true, ...tls })
  const http = axios.create({ httpsAgent: agent, proxy: false, responseType: 'arraybuffer' })
  return {
    ask: async () => {
      const { status, data } = await http.post<Buffer>(`${registries}/${registry}${path}`, body, {
        headers: { 'content-type': contentType },
      })
      if (status !== 200) throw new Error('the bench got no answer')
      read(data)
    },
    close: () => {
      agent.destroy()
      return Promise.resolve()
    },
  }
}

async function kitAsker(
  registries: string,
  tls: Tls,
  { registry, operation, input, fields }: Question,
): Promise<Asker> {
  const { dataAdapter } = await built<typeof import('../../src/adapter-kit/data-adapter.ts')>(
    'src/adapter-kit/data-adapter.js',
  )
  const folder = join(findRoot(), 'adapters', registry)
  const manifest: AdapterManifest = readManifest(folder)
  const endpoint = { url: `${registries}/${registry}`, ca: tls.ca, certificate: tls.cert, key: tls.key }
  const wanted = manifest.operations.filter(({ id, version }) => `${id}@${version}` === operation)
  const adapter = await dataAdapter.open({ endpoint, folder, manifest: { ...manifest, operations: wanted } })
  const handler = adapter.operations[operation]
  if (handler === undefined) throw new Error(`the bench finds no ${operation}`)
  return {
    ask: async () => {
      const context: CallContext = { ...CONTEXT, fields, signal: new AbortController().signal }
      if ((await handler(input, context)).status !== 'found') throw new Error('the bench got another answer')
    },
    close: async () => adapter[Symbol.asyncDispose](),
  }
}

const CONTEXT = {
  ...{ exchangeId: '01900000-0000-7000-8000-000000000000', call: 'driver', case: 'ТР-ДЕМО-1', legalBasis: 'чл. 24а' },
  consumer: { id: 'troyan', name: 'Община Троян', oid: '2.16.100.1.1.999.1' },
  service: { id: 'taxi-permit@1', title: 'Разрешение за таксиметров превоз' },
  official: { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' },
  log: { info: () => undefined, warn: () => undefined },
}

export const kitReport = (costs: readonly KitCost[]): string =>
  [
    '## What the adapter kit costs',
    '',
    'CPU milliseconds of the asking process for one question over mutual TLS on a connection that is open: by axios, which sends a text that lies',
    'ready and is handed bytes; by axios where somebody then reads those bytes, which the format asks of every client (xmldom, `JSON.parse`), and',
    'looks at nothing; and by an adapter of the kit without code, which writes the question from the input by its map, gates, parses and reads the',
    'answer, and hands over evidence with no field that was not asked for. Signatures of answers are not verified here (see *Verifying and signing*).',
    '',
    ...table(
      ['', 'axios', 'axios, body read', 'the kit', 'more than axios', 'more than axios, body read'],
      costs.map(({ name, bareMs, readMs, kitMs }) =>
        [name].concat([bareMs, readMs, kitMs, kitMs - bareMs, kitMs - readMs].map(ms)),
      ),
    ),
    '',
    ...costs.flatMap(({ name, bareMs, readMs, kitMs }) => [
      atMost(`${name}, more than axios that is handed bytes`, kitMs - bareMs),
      atMost(`${name}, more than axios and reading the body`, kitMs - readMs),
    ]),
    '',
    `The middle of rounds of ${COUNT} questions each, in turns, after ${WARM_UP}.`,
    '',
  ].join('\n')

const atMost = (what: string, more: number): string =>
  expectation(`${what}, at most ${MOST_MS} ms`, `${ms(more)} ms`, more <= MOST_MS)

const ms = (value: number): string => value.toFixed(3)
