import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type EmbeddedServer, launch } from '../../src/store/embedded/launch.ts'
import { placesBelow } from '../../src/store/embedded/places.ts'
import { readPostmasterFile } from '../../src/store/embedded/postmaster.ts'
import { openFolder } from '../support/database.ts'
import { Estate, isRunning, type Serving, until } from '../support/estate.ts'
import { getJson } from '../support/get-json.ts'
import { metricsOf, sampleIn } from '../support/metrics.ts'

interface Readiness {
  readonly ready: boolean
  readonly checks: Readonly<Record<string, string>>
}

const COMPLETE = { service: 'taxi-permit@1', status: 'complete' }

describe('a database that is gone for a while', function () {
  this.timeout(180_000)
  let estate: Estate
  let edno: Serving
  let server: EmbeddedServer
  let folder: string
  before(async () => {
    folder = await openFolder()
    server = await launch({ dataDirectory: folder, onNotice: () => undefined })
    // A slow registry is so slow that the database is gone before it answers.
    estate = await Estate.make({
      deadlinesMs: { 'taxi-permit': 60_000, 'vehicle-tax': 60_000 },
      operations: { 'vehicle-register/registration@1': { timeoutMs: 10_000 } },
    })
    edno = await estate.serve({ DATABASE_URL: server.databaseUrl, EDNO_METRICS_PORT: '0' })
  })
  after(async () => {
    await estate.close()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const readiness = async (): Promise<{ status: number; body: Readiness }> => {
    const { status, body } = await getJson(`${edno.url}/readyz`, estate.keysOf('troyan').ca)
    return { status, body: body as Readiness }
  }
  const killDatabase = async (): Promise<void> => {
    const { pid } = (await readPostmasterFile(placesBelow(join(folder, 'database')).cluster))!
    process.kill(pid, 'SIGKILL')
    await until('the server is dead', () => !isRunning(pid))
  }
  const restart = async (): Promise<void> => {
    const { databaseUrl } = server
    server = await launch({ dataDirectory: folder, onNotice: () => undefined })
    assert.equal(server.databaseUrl, databaseUrl)
  }

  it('opens no exchange and asks nobody while it is gone, says so, and goes on without a hand when it is back', async () => {
    const client = estate.client(edno.url)
    const first = estate.sign('taxi')
    assert.equal((await client.send(first.bytes)).status, 200)
    assert.equal((await readiness()).status, 200)
    const questions = estate.questions

    await killDatabase()
    // Readiness is looked at once a second, however many ask.
    await until('it says that it is not ready', async () => (await readiness()).status === 503)
    const unready = await readiness()
    assert.equal(unready.body.ready, false)
    assert.equal(unready.body.checks['database'], 'broker.log-unavailable')
    const refused = estate.sign('taxi')
    for (const { bytes } of [refused, first]) {
      const reply = await client.send(bytes)
      assert.ok(reply.kind === 'problem', 'answered without a log')
      assert.deepEqual([reply.status, reply.problem.code], [503, 'broker.log-unavailable'])
      assert.doesNotMatch(JSON.stringify(reply.problem), /postgres:|127\.0\.0\.1|password/)
    }
    assert.equal(estate.questions, questions)
    const metrics = await metricsOf(edno)
    assert.equal(sampleIn(metrics, 'edno_database_readable'), 0)
    assert.equal(sampleIn(metrics, 'edno_ready', { check: 'database' }), 0)
    assert.equal(sampleIn(metrics, 'edno_log_size'), undefined, 'what is not known is not told')
    assert.equal(sampleIn(metrics, 'edno_exchanges_ended_total', COMPLETE), 1, 'what is known is')

    await restart()
    await until('it is ready again', async () => (await readiness()).status === 200)
    await until('its rows are told again', async () => sampleIn(await metricsOf(edno), 'edno_database_readable') === 1)
    const reply = await client.send(refused.bytes)
    assert.ok(reply.kind === 'answer' && reply.status === 200, JSON.stringify(reply))
    assert.equal(estate.verify(refused, reply.bytes, reply.receipt).holds, true)
  })

  it('gives no answer that the log does not hold, and its one answer after the next start', async () => {
    estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 6000 })
    const operation = 'vehicle-register/registration@1'
    const before = estate.simulator.calls.get(operation) ?? 0
    const signed = estate.sign('taxi')
    const sent = estate.client(edno.url).send(signed.bytes)
    await until('the vehicle register is asked', () => (estate.simulator.calls.get(operation) ?? 0) > before)
    await killDatabase()
    const reply = await sent
    assert.ok(reply.kind === 'problem', 'an answer left without its closing entry')
    assert.deepEqual([reply.status, reply.problem.code], [503, 'broker.log-unavailable'])

    estate.simulator.setFault('vehicle-register', undefined)
    await restart()
    edno.kill('SIGTERM')
    assert.equal((await edno.ended).status, 0)
    edno = await estate.serve({ DATABASE_URL: server.databaseUrl })
    const answered = await estate.client(edno.url).send(signed.bytes)
    assert.ok(answered.kind === 'answer' && answered.status === 200, JSON.stringify(answered))
    assert.equal(estate.verify(signed, answered.bytes, answered.receipt).holds, true)
  })

  it('is never stopped by an edno that did not start it', async () => {
    edno.kill('SIGTERM')
    assert.equal((await edno.ended).status, 0)
    const { pid } = (await readPostmasterFile(placesBelow(join(folder, 'database')).cluster))!
    assert.ok(isRunning(pid))
  })
})
