import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import pg from 'pg'
import { built } from '../built.ts'
import { Grounds } from '../grounds.ts'
import { tlsOf } from '../keys.ts'
import { percentile } from '../load.ts'
import type { BenchOptions } from '../options.ts'
import { isEgn } from '../../../src/schema/identifiers.ts'
import { searchMarks } from '../../../src/store/search-marks.ts'
import { CONSUMERS, EXCHANGES_OF_EACH, generate, nameFirst, OFFICIALS_OF_EACH, OUTAGE, PERIOD } from './generate.ts'

export interface AskedPage {
  readonly title: string
  /** What the first page says that there are; `>` before a number where counting stopped. */
  readonly total: string
  readonly rows: number
  readonly p50: number
  readonly p95: number
  readonly worst: number
}

export interface Timed {
  readonly title: string
  readonly p50: number
  readonly p95: number
}

export interface AuditBench {
  readonly exchanges: number
  readonly fillSeconds: number
  readonly megabytes: number
  readonly pages: readonly AskedPage[]
  readonly table: { readonly rows: number; readonly seconds: number; readonly megabytes: number }
  readonly statistics: readonly Timed[]
  /** Days that were added up for statistics. */
  readonly days: { readonly count: number; readonly seconds: number }
}

const EXCHANGES = 1_000_000
const ROUNDS = 60
const WARM = 5

/** Filters of an auditor's page; each asked with other values every time. */
const PAGES: Readonly<Record<string, (drawn: Drawn) => string>> = {
  'period alone': () => '',
  'period of one day': ({ day }) => `from=${day}T00:00:00Z&to=${day}T23:59:59Z`,
  consumer: ({ consumer }) => `consumer=${consumer}`,
  service: ({ service }) => `service=${service}`,
  'rare service': () => 'service=water-taxi-permit@1',
  registry: ({ registry }) => `registry=${registry}`,
  official: ({ official }) => `official=${official}`,
  'outcome, common': () => 'outcome=found',
  'outcome, rare': () => 'outcome=failed',
  'outcome, rarest': () => 'outcome=refused',
  status: () => 'status=partial',
  'legal basis': () => 'legalBasis=zmdt-52',
  case: ({ exchange }) => `case=${encodeURIComponent(exchange.case)}`,
  id: ({ exchange }) => `id=${exchange.id}`,
  'consumer and outcome': ({ consumer }) => `consumer=${consumer}&outcome=failed`,
  'consumer, service, registry, outcome': ({ consumer }) =>
    `consumer=${consumer}&service=vehicle-tax@1&registry=maritime-registry&outcome=found`,
  'registry and outcome, none in the period': () =>
    `registry=vehicle-register&outcome=failed&from=2025-06-01T00:00:00Z&to=2026-01-01T00:00:00Z`,
  'registry and outcome, none at all': () => 'registry=civil-registry&outcome=failed',
  'service and basis that do not meet': () => 'service=taxi-permit@1&legalBasis=zmdt-52',
  'official and outcome': ({ official }) => `official=${official}&outcome=failed`,
}

const READINGS: Readonly<Record<string, string>> = {
  'statistics of a year by month': '/v1/statistics?from=2025-01&to=2025-12&by=month',
  'statistics of a year by consumer and service': '/v1/statistics?from=2025-01&to=2025-12&by=consumer,service',
  'statistics of a year by registry and outcome': '/v1/statistics?from=2025-01&to=2025-12&by=registry,outcome',
  'report of a month': '/v1/audit/report?from=2025-03-01T00:00:00Z&to=2025-04-01T00:00:00Z',
}
const READ_OFTEN = 20

interface Drawn {
  readonly consumer: string
  readonly service: string
  readonly registry: string
  readonly official: string
  readonly day: string
  readonly exchange: { readonly id: string; readonly case: string; readonly consumer: string }
}

/** An edno on a store with a million exchanges; what an auditor waits for a page, entry of the log included. */
export const auditBench = ({ exchanges = EXCHANGES, rounds = ROUNDS }: BenchOptions): Promise<AuditBench> =>
  Grounds.during(async (grounds) => {
    const databaseUrl = await grounds.database('audit')
    // Its migrations make the tables that are filled.
    const broker = await grounds.start('broker', { databaseUrl })
    const started = performance.now()
    await generate(databaseUrl, exchanges)
    const fillSeconds = (performance.now() - started) / 1000
    const { drawn, megabytes } = await look(databaseUrl, rounds + WARM)
    const reader = readerOf(new URL(broker.url).origin, grounds.folder, 'audit-office')
    const owner = readerOf(new URL(broker.url).origin, grounds.folder, 'iama')
    grounds.onClose(() => [reader, owner].forEach((each) => each.close()))
    const pages: AskedPage[] = []
    for (const [title, filter] of Object.entries(PAGES))
      pages.push(await ask(title, drawn, (one) => reader.get(pathOf('/v1/audit/exchanges', filter(one)))))
    pages.push(await ask('the same, after the first half', drawn, (one) => reader.get(deepOf(one))))
    pages.push(
      await ask('an owner’s registry', drawn, () =>
        owner.get(pathOf('/v1/registries/maritime-registry/exchanges', '')),
      ),
    )
    pages.push(
      await ask('an owner’s registry, outcome', drawn, () =>
        owner.get(pathOf('/v1/registries/maritime-registry/exchanges', 'outcome=refused')),
      ),
    )
    pages.push(await askPersons(databaseUrl, grounds.folder, { drawn, reader }))
    const table = await whole(reader)
    const days = await countAll(databaseUrl)
    const statistics: Timed[] = []
    for (const [title, path] of Object.entries(READINGS)) statistics.push(await timed(title, () => reader.get(path)))
    return { exchanges, fillSeconds, megabytes, pages, table, statistics, days }
  })

const pathOf = (path: string, filter: string): string =>
  filter.includes('from=')
    ? `${path}?${filter}`
    : `${path}?from=${PERIOD.from}&to=${PERIOD.to}${filter && `&${filter}`}`

const deepOf = ({ exchange }: Drawn): string =>
  pathOf('/v1/audit/exchanges', `service=taxi-permit@1&after=${exchange.consumer}.${exchange.id}`)

interface Read {
  readonly ms: number
  readonly body: string
}

function readerOf(origin: string, folder: string, party: string) {
  const agent = new Agent({ ...tlsOf(folder, `parties/${party}/tls`), keepAlive: true, maxSockets: 1 })
  const send = (path: string, body?: object): Promise<Read> =>
    new Promise((resolve, reject) => {
      const started = performance.now()
      const posted = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
      const asked = request(new URL(path, origin), { agent, ...(body === undefined ? {} : posted) }, (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('end', () => {
          const body = Buffer.concat(pieces).toString()
          if (response.statusCode === 200) resolve({ ms: performance.now() - started, body })
          else reject(new Error(`${path}: ${response.statusCode} ${body}`))
        })
      })
      asked.on('error', reject)
      asked.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return { get: (path: string) => send(path), post: send, close: () => agent.destroy() }
}

async function ask(title: string, drawn: readonly Drawn[], get: (one: Drawn) => Promise<Read>): Promise<AskedPage> {
  const times: number[] = []
  let last: Read | undefined
  for (const [place, one] of drawn.entries()) {
    last = await get(one)
    if (place >= WARM) times.push(last.ms)
  }
  const { exchanges, total } = JSON.parse(last?.body ?? '{}') as {
    exchanges: unknown[]
    total?: number | { count: number; exact: boolean }
  }
  return {
    title,
    total: totalOf(total),
    rows: exchanges.length,
    ...{ p50: percentile(times, 0.5), p95: percentile(times, 0.95), worst: Math.max(...times) },
  }
}

function totalOf(total: number | { readonly count: number; readonly exact: boolean } | undefined): string {
  if (total === undefined) return '–'
  return typeof total === 'number' ? String(total) : `${total.exact ? '' : '> '}${total.count}`
}

/** Everything about one person, by number; each question is about another. */
async function askPersons(
  databaseUrl: string,
  folder: string,
  { drawn, reader }: { readonly drawn: readonly Drawn[]; readonly reader: ReturnType<typeof readerOf> },
): Promise<AskedPage> {
  const key = Buffer.from(readFileSync(join(folder, 'pki', 'broker', 'search.key'), 'utf8').trim(), 'hex')
  const numbers = drawn.map((_, place) => egnOf(place))
  const marks = numbers.map((identifier) => searchMarks(key).person({ identifierType: 'egn', identifier }))
  await nameFirst(databaseUrl, marks)
  const asked = { identifierType: 'egn', basis: 'bench', ...PERIOD, offset: 0, limit: 100 }
  const next = numbers.values()
  return ask('a person', drawn, () => reader.post('/v1/audit/persons', { ...asked, identifier: next.next().value }))
}

/** Invented: the only numbers of that day whose check digit is right. */
function egnOf(place: number): string {
  const born = `900101${String(place).padStart(3, '0')}`
  const digits = Array.from({ length: 10 }, (_, digit) => `${born}${digit}`)
  return digits.find(isEgn) ?? born
}

/** All of it as CSV: how fast rows leave. */
async function whole(reader: ReturnType<typeof readerOf>): Promise<AuditBench['table']> {
  const { ms, body } = await reader.get(pathOf('/v1/audit/exchanges', 'service=vehicle-tax@1&format=csv'))
  return { rows: body.split('\r\n').length - 2, seconds: ms / 1000, megabytes: body.length / 1_048_576 }
}

async function timed(title: string, read: () => Promise<Read>): Promise<Timed> {
  const times: number[] = []
  for (let count = 0; count < READ_OFTEN; count += 1) times.push((await read()).ms)
  return { title, p50: percentile(times, 0.5), p95: percentile(times, 0.95) }
}

/** What edno does once an hour. */
async function countAll(databaseUrl: string): Promise<AuditBench['days']> {
  const { countDays } =
    await built<typeof import('../../../src/store/usage-counting.ts')>('src/store/usage-counting.js')
  const { openDatabase } = await built<typeof import('../../../src/store/pool.ts')>('src/store/pool.js')
  const db = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 30_000 })
  const started = performance.now()
  try {
    const count = await countDays(db, '2026-12-31')
    return { count, seconds: (performance.now() - started) / 1000 }
  } finally {
    await db.destroy()
  }
}

/** Values that stand in the store, drawn anew for each question. */
async function look(databaseUrl: string, count: number): Promise<{ drawn: Drawn[]; megabytes: number }> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ id: string; case: string; consumer: string; official: string }>(
      `select exchange_id as id, case_reference as case, consumer, official from exchange
       where service = 'taxi-permit@1' and received_at < '2025-06-01' order by request_digest limit $1`,
      [count],
    )
    const size = await client.query<{ megabytes: string }>(
      'select pg_database_size(current_database()) / 1048576 as megabytes',
    )
    return { drawn: rows.map(drawnOf), megabytes: Number(size.rows[0]?.megabytes) }
  } finally {
    await client.end()
  }
}

const SERVICES = ['taxi-permit@1', 'vehicle-tax@1']
const REGISTRIES = ['civil-registry', 'maritime-registry', 'vehicle-register', 'guarantee-fund']

const drawnOf = (exchange: Drawn['exchange'] & { readonly official: string }, place: number): Drawn => ({
  consumer: `town-${(place * 37) % CONSUMERS}`,
  service: SERVICES[place % SERVICES.length] ?? '',
  registry: REGISTRIES[place % REGISTRIES.length] ?? '',
  official: exchange.official,
  day: `2025-${String((place % 12) + 1).padStart(2, '0')}-15`,
  exchange,
})

export const GENERATED = {
  exchangesOfEach: EXCHANGES_OF_EACH,
  consumers: CONSUMERS,
  officials: CONSUMERS * OFFICIALS_OF_EACH,
  outage: OUTAGE,
}
