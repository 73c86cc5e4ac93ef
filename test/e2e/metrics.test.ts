import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import pg from 'pg'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { METRICS_TYPE } from '../../src/ops/metrics.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'
import { markersIn } from '../support/markers.ts'
import { hasPrometheusParser, readByPython, readMetrics, sampleIn } from '../support/metrics.ts'
import { testPki } from '../support/pki.ts'

describe('metrics', function () {
  this.timeout(180_000)
  let edno: TestApp
  let database: pg.Client
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    edno = await testApp({ databaseUrl, settings: { metrics: { port: 0 } } })
    database = new pg.Client({ connectionString: databaseUrl })
    await database.connect()
  })
  after(async () => {
    await database.end()
    await edno.close()
  })

  const get = (party: string | undefined): Promise<Answered> =>
    call(edno, { method: 'GET', path: '/metrics', tls: party === undefined ? undefined : keysOf(edno, party).tls })
  const written = async (): Promise<string> => (await get('edno-operator')).body.toString()
  const sign = (): Buffer => {
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
    return Buffer.from(signedBytes(application, keysOf(edno, 'troyan').seal, false))
  }
  const send = (body = sign()): Promise<Answered> => call(edno, { body, tls: keysOf(edno, 'troyan').tls })
  /** How much a sample grew while something was done; one that is not written yet is 0. */
  const growth = async (
    name: string,
    labels: Record<string, string>,
    work: () => Promise<unknown>,
  ): Promise<number> => {
    const before = sampleIn(await written(), name, labels) ?? 0
    await work()
    return (sampleIn(await written(), name, labels) ?? 0) - before
  }
  const comesTo = (name: string, labels: Record<string, string>, value: number): Promise<void> =>
    until(`${name} is ${value}`, async () => sampleIn(await written(), name, labels) === value)

  it('are told to operators and auditors, and to nobody else', async () => {
    for (const party of ['edno-operator', 'audit-office']) {
      const { status, headers } = await get(party)
      assert.deepEqual([status, headers['content-type'], headers['cache-control']], [200, METRICS_TYPE, 'no-store'])
    }
    for (const party of ['troyan', 'grao', 'citizen-portal']) {
      const { status, code } = await get(party)
      assert.deepEqual([status, code], [403, 'access.not-operator'], party)
    }
    const nobody = await get(undefined)
    assert.deepEqual([nobody.status, nobody.code], [401, 'access.unauthenticated'])
    const stranger = await (await testPki()).leaf('stranger', { use: 'client' })
    const unknown = await call(edno, { method: 'GET', path: '/metrics', tls: stranger })
    assert.equal(unknown.code, 'access.unknown-party')
  })

  it('count each exchange once, however often it is sent, and how long it took', async () => {
    const body = sign()
    const twice = async (): Promise<void> => {
      for (const _ of [1, 2]) assert.equal((await send(body)).status, 200)
    }
    const seen = { service: 'taxi-permit@1' }
    assert.equal(await growth('edno_exchanges_ended_total', { ...seen, status: 'complete' }, twice), 1)
    assert.equal(await growth('edno_exchange_duration_seconds_count', seen, send), 1)
    assert.equal(await growth('edno_exchange_duration_seconds_bucket', { ...seen, le: '+Inf' }, send), 1)
  })

  it('count the calls of each registry, those that fail with their code', async () => {
    const failed = { registry: 'guarantee-fund', outcome: 'failed', code: 'provider.bad-answer' }
    const answered = { registry: 'vehicle-register', outcome: 'answered', code: '' }
    assert.equal(await growth('edno_calls_ended_total', answered, send), 1)
    assert.equal(await growth('edno_call_duration_seconds_count', { registry: 'vehicle-register' }, send), 1)
    edno.app.simulator!.setFault('guarantee-fund', { kind: 'malformed' })
    try {
      assert.equal(await growth('edno_calls_ended_total', failed, send), 1)
      const partial = { service: 'taxi-permit@1', status: 'partial' }
      assert.equal(await growth('edno_exchanges_ended_total', partial, send), 1)
    } finally {
      edno.app.simulator!.setFault('guarantee-fund', undefined)
    }
  })

  it('count refusals by their code, and what the operational log was told', async () => {
    const unreadable = () => call(edno, { body: Buffer.from('x'), tls: keysOf(edno, 'troyan').tls })
    const { code } = await unreadable()
    assert.equal(code, 'request.malformed')
    assert.equal(await growth('edno_refusals_total', { code: 'request.malformed' }, unreadable), 1)
    assert.equal(await growth('edno_refusals_total', { code: 'access.unauthenticated' }, () => get(undefined)), 1)
    assert.equal(
      await growth('edno_refusals_total', { code: 'request.not-found' }, () => call(edno, { path: '/x' })),
      1,
    )
    assert.ok((await growth('edno_operational_log_lines_total', { severity: 'warn' }, unreadable)) >= 1)
  })

  it('read from the rows how breaker, incidents, callbacks and promises stand', async () => {
    assert.equal((await send()).status, 200)
    const registry = 'maritime-registry'
    for (const [name, labels] of [
      ['edno_breaker_open', { registry }],
      ['edno_incidents_open', { registry }],
      ['edno_callbacks', { state: 'dead' }],
      ['edno_log_promises_broken', { state: 'open' }],
    ] as const)
      await comesTo(name, labels, 0)
    await database.query(`insert into registry_breaker (registry, retry_at) values ($1, now() + interval '1 hour')`, [
      registry,
    ])
    const one = 'from call join exchange on exchange.id = call.exchange limit 1'
    await database.query(
      `insert into incident (exchange, call, registry, operation, cause, opened_at)
       select call.exchange, name, $1, operation, 'interrupted', now() ${one}`,
      [registry],
    )
    await database.query(
      `insert into callback (exchange, consumer, kind, state, ended_at)
       select exchange.id, consumer, 'exchange.answered', 'dead', now() from exchange limit 1`,
    )
    await comesTo('edno_breaker_open', { registry }, 1)
    await comesTo('edno_incidents_open', { registry }, 1)
    await comesTo('edno_callbacks', { state: 'dead' }, 1)
    await database.query('delete from registry_breaker; delete from incident')
    await comesTo('edno_breaker_open', { registry }, 0)
    await database.query(
      `insert into log_promise (entry, leaf_hash, made_at, due_at, broken_at)
       values (999999, decode(repeat('00', 32), 'hex'), now(), now(), now())`,
    )
    await comesTo('edno_log_promises_broken', { state: 'open' }, 1)
    await comesTo('edno_ready', { check: 'promises' }, 0)
  })

  it('are a text that Prometheus reads, every family explained', async () => {
    await comesTo('edno_database_readable', {}, 1)
    const text = await written()
    const families = readMetrics(text)
    assert.ok(families.length > 40)
    for (const wanted of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds', 'edno_log_size'])
      assert.ok(families.find(({ name }) => name === wanted)!.samples.length > 0, wanted)
    if (!hasPrometheusParser()) {
      console.log('      left out, because there is no prometheus_client')
      return
    }
    const read = readByPython(text)
    // That library leaves the ending of counters away.
    for (const { name, type, samples } of families)
      assert.equal(read[type === 'counter' ? name.replace(/_total$/, '') : name], samples.length, name)
  })

  it('name no consumer together with what it asked, no exchange and nobody', async () => {
    const text = await written()
    assert.deepEqual(markersIn(Buffer.from(text)), [])
    assert.doesNotMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-/)
    for (const { name, samples } of readMetrics(text))
      for (const { labels } of samples) {
        if (!name.startsWith('edno_')) continue
        for (const label of Object.keys(labels)) assert.ok(LABELS.has(label), `${name}: ${label}`)
        if ('party' in labels) assert.deepEqual([name, Object.keys(labels)], [CERTIFICATES, ['party', 'use']])
        assert.ok(!('service' in labels && 'registry' in labels), name)
      }
  })

  it('stand in the table of docs/OPERATING.md, each of them and no other', async () => {
    const page = readFileSync(join(edno.config.root, 'docs', 'OPERATING.md'), 'utf8')
    const told = [...page.matchAll(/^\| `(edno_\w+)`/gm)].map(([, name]) => name)
    const own = readMetrics(await written()).map(({ name }) => name)
    assert.deepEqual(told.sort(), own.filter((name) => name.startsWith('edno_')).sort())
  })

  it('are told on the loopback port to programs of this machine, under its name alone, and nothing else is', async () => {
    const url = edno.app.metricsUrl!
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
    const answered = await fetch(url)
    assert.deepEqual([answered.status, answered.headers.get('content-type')], [200, METRICS_TYPE])
    assert.ok(sampleIn(await answered.text(), 'edno_database_readable') === 1)
    const at = (path: string, options: object = {}): Promise<[number | undefined, string]> =>
      new Promise((resolve, reject) => {
        request(new URL(path, url), options, (response) => {
          let text = ''
          response.on('data', (chunk) => (text += String(chunk)))
          response.on('end', () => resolve([response.statusCode, (JSON.parse(text) as { code: string }).code]))
        })
          .on('error', reject)
          .end()
      })
    const refused = [404, 'request.not-found']
    assert.deepEqual(await at('/v1/exchanges'), refused)
    assert.deepEqual(await at('/metrics?x=1'), refused)
    assert.deepEqual(await at('/metrics', { method: 'POST' }), refused)
    assert.deepEqual(await at('/metrics', { headers: { host: 'rebound.example:80' } }), refused)
  })
})

const CERTIFICATES = 'edno_certificate_days_left'
const LABELS = new Set([
  ...[
    'service',
    'status',
    'registry',
    'outcome',
    'code',
    'severity',
    'check',
    'state',
    'witness',
    'party',
    'use',
    'le',
  ],
])
