import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { connect } from '../../src/client/connect.ts'
import { createMetrics } from '../../src/ops/metrics.ts'
import { Estate, until } from '../support/estate.ts'
import { markersIn } from '../support/markers.ts'
import { metricsOf, readMetrics, sampleIn } from '../support/metrics.ts'
import { OwnDatabase } from '../support/own-database.ts'
import { testPki } from '../support/pki.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { RedisServer, requireRedis } from '../support/redis.ts'
import { tell } from './form.ts'

const EXCHANGES = 6
/** The number of a person of the cast. */
const PERSON = '8427029967'
const ANSWERED = { registry: 'vehicle-register', outcome: 'answered', code: '' }

describe('chaos 8: personal data on the way through queues', function () {
  this.timeout(180_000)
  const hints: string[] = []
  const written: string[] = []
  const measured: string[] = []
  let redis: RedisServer
  let database: OwnDatabase
  let estate: Estate
  let receiver: Receiver
  let close: (() => Promise<void>) | undefined
  before(async function () {
    requireRedis(this)
    redis = await RedisServer.start()
    database = await OwnDatabase.start()
    const folder = mkdtempSync(join(tmpdir(), 'edno-receiver-'))
    const pki = await testPki()
    const caFile = join(folder, 'receiver.crt')
    writeFileSync(caFile, pki.ca)
    receiver = await startReceiver(await pki.leaf('receiver', { use: 'server', hosts: ['localhost'] }))
    estate = await Estate.make({
      databaseUrl: database.url,
      partyMembers: { troyan: `callbacks: { url: "https://localhost:${receiver.port}/callbacks" }` },
      deadlinesMs: { 'taxi-permit': 3000 },
      defersMs: { 'taxi-permit': 600_000 },
      settings: {
        dispatch: { inProcess: [], drainMs: 2000 },
        callbacks: { caFile, allowNetworks: ['127.0.0.0/8', '::1/128'] },
      },
    })
    close = async () => {
      await estate.close()
      await database.stop()
      await redis.stop()
      await receiver.close()
      rmSync(folder, { recursive: true, force: true })
    }
    for (const queue of [{ REDIS_URL: redis.url }, {}]) await exchangesThrough(queue)
  })
  after(() => close?.())

  /** Deferred first, because a registry hangs; answered when it is back. Everything that is said meanwhile is kept. */
  async function exchangesThrough(queue: Record<string, string>): Promise<void> {
    const talkative = { ...queue, EDNO_LOG_LEVEL: 'trace', EDNO_METRICS_PORT: '0' }
    const edno = await estate.serve(talkative)
    const worker = estate.begin(talkative, ['worker'])
    await worker.said('edno works for')
    const listener = new pg.Client({ connectionString: database.url })
    listener.on('notification', ({ channel, payload = '' }) => hints.push(`${channel} ${payload}`))
    await listener.connect()
    await listener.query('listen edno_hint')
    const bodies = (): number => new Set(receiver.received.map(({ body }) => body)).size
    const told = bodies()
    estate.simulator.setFault('vehicle-register', { kind: 'hang' })
    const { ca, tls } = estate.keysOf('troyan')
    const { http, close: hangUp } = connect({ url: edno.url, ca, ...tls }, 'en')
    const headers = { 'Content-Type': 'application/xml', Prefer: 'respond-async' }
    const sent = Array.from({ length: EXCHANGES }, () => estate.sign('taxi'))
    for (const { bytes } of sent)
      assert.equal((await http.post('/v1/exchanges', Buffer.from(bytes), { headers })).status, 202)
    await until('they are deferred', async () => (await inState('deferred', sent)) === EXCHANGES)
    estate.simulator.setFault('vehicle-register', undefined)
    await until('they are closed', async () => (await inState('closed', sent)) === EXCHANGES, 90_000)
    await until('each is told', () => bodies() >= told + 2 * EXCHANGES)
    for (const path of [`/v1/exchanges/${PERSON}`, `/v1/exchanges?case=${PERSON}`, `/${PERSON}`])
      assert.ok((await http.get<Buffer>(path)).status >= 400, path)
    measured.push(await metricsOf(edno), await metricsOf(worker), await toAnOperator(edno.url))
    const ready = await http.get<Buffer>('/readyz')
    written.push(ready.data.toString(), JSON.stringify(ready.headers))
    hangUp()
    await listener.end()
    for (const process of [worker, edno]) {
      process.kill('SIGTERM')
      const { stdout, stderr } = await process.ended
      written.push(stdout, stderr)
    }
  }
  const toAnOperator = async (url: string): Promise<string> => {
    const { ca, tls } = estate.keysOf('edno-operator')
    const { http, close: hangUp } = connect({ url, ca, ...tls }, 'en')
    const { status, data } = await http.get<Buffer>('/metrics')
    hangUp()
    assert.equal(status, 200)
    return data.toString()
  }
  const inState = async (state: string, sent: readonly { exchangeId: string }[]): Promise<number> => {
    const ids = sent.map(({ exchangeId }) => exchangeId)
    const [row] = await database.ask<{ count: number }>(
      'select count(*)::int as count from exchange where state = $1 and exchange_id = any($2)',
      [state, ids],
    )
    return row?.count ?? 0
  }
  const filesBelow = async (folder: string): Promise<Buffer[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return Promise.all(
      entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))),
    )
  }

  it('stands nowhere in Redis, not in what was thrown away since, and the search would find it', async () => {
    await until('all is on disk', async () =>
      (await filesBelow(redis.folder)).some((file) => file.includes('edno-vehicle-register')),
    )
    for (const file of await filesBelow(redis.folder)) assert.deepEqual(markersIn(file), [])
    redis.command('set', 'probe', PERSON)
    await until('the probe is found', async () =>
      (await filesBelow(redis.folder)).some((file) => markersIn(file).length > 0),
    )
    redis.command('flushall')
  })

  it('stands in no table of any schema, job tables and callbacks among them', async () => {
    const tables = await database.ask<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    )
    const names = tables.map(({ name }) => name)
    for (const wanted of ['public.queued_call', 'public.callback', 'bullmq.'])
      assert.ok(
        names.some((name) => name.startsWith(wanted)),
        wanted,
      )
    for (const name of names)
      for (const row of await database.ask<Record<string, unknown>>(`select * from ${name}`))
        for (const [column, value] of Object.entries(row)) {
          const content = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))
          assert.deepEqual(markersIn(content), [], `${name}.${column}`)
        }
  })

  it('stands in no file of the database: not in its write-ahead log, where jobs that ended still are', async () => {
    const files = await filesBelow(database.folder)
    assert.ok(
      files.some((file) => file.includes('edno-vehicle-register')),
      'no trace of the queue',
    )
    for (const file of files) assert.deepEqual(markersIn(file), [])
  })

  it('stands in no callback that arrived: not in its body, not in its headers', () => {
    for (const { body, headers } of receiver.received)
      assert.deepEqual(markersIn(Buffer.from(body + JSON.stringify(headers))), [])
  })

  it('stands in no metric of a process that serves or works, and the search would find it', async () => {
    assert.equal(measured.length, 6)
    for (const text of measured) {
      assert.ok(readMetrics(text).length > 40)
      assert.deepEqual(markersIn(Buffer.from(text)), [])
    }
    const asked = measured.filter((text) => sampleIn(text, 'edno_calls_ended_total', ANSWERED) !== undefined)
    assert.equal(asked.length, 2, 'the worker asked, through both queues')
    const closed = measured.filter((text) => text.includes('edno_exchanges_ended_total{service="taxi-permit@1"'))
    assert.ok(closed.length >= 2, 'exchanges were counted')
    const refused = measured.filter(
      (text) => sampleIn(text, 'edno_refusals_total', { code: 'request.not-found' }) === 1,
    )
    assert.equal(refused.length, 4, 'refusals were counted, at both doors of whoever serves')
    for (const probe of [PERSON, 'Въображаема']) {
      const metrics = createMetrics()
      metrics.callEnded({ registry: `vehicle-register ${probe}`, end: 'answered' })
      assert.deepEqual(markersIn(Buffer.from(await metrics.write())), [probe])
    }
  })

  it('stands in no hint, no line of a log, no word about health', () => {
    assert.ok(hints.length > 0 && written.some((text) => text.includes('"call":"vehicle"')))
    for (const text of [...hints, ...written]) assert.deepEqual(markersIn(Buffer.from(text)), [])
    tell('personal data', {
      exchanges: 2 * EXCHANGES,
      callbacks: receiver.received.length,
      hints: hints.length,
      'texts of metrics': measured.length,
      'lines of logs': written.join('').split('\n').length,
      found: 0,
    })
  })
})
