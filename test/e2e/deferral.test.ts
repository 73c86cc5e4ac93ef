import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { readAnswer } from '../../src/message/read-answer.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { deferringServices } from '../support/deferring-services.ts'

/** Real HTTPS, a real PostgreSQL that also holds the queue, simulated registries. */
describe('an exchange whose registry is slow', function () {
  this.timeout(120_000)
  let edno: TestApp
  let databaseUrl: string
  let servicesFolder: string
  before(async () => {
    databaseUrl = await testDatabaseUrl()
    servicesFolder = await deferringServices({
      'vehicle-tax': { deadlineMs: 4500, deferMs: 60_000 },
      'taxi-permit': { deadlineMs: 4500, deferMs: 60_000 },
    })
    edno = await testApp({ databaseUrl, servicesFolder })
  })
  afterEach(() => {
    edno.app.simulator?.setFault('vehicle-register', undefined)
    edno.app.simulator?.setFault('guarantee-fund', undefined)
  })
  after(async () => {
    await edno.close()
    await rm(servicesFolder, { recursive: true })
  })

  const ask = async <Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> => {
    const db = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 5000 })
    try {
      return (await query.execute(db)).rows
    } finally {
      await db.destroy()
    }
  }
  const compose = (scenario: string) => applicationOf(scenarioNamed(scenariosOf(edno.config), scenario), [], new Date())
  const send = (application: ReturnType<typeof compose>): Promise<Answered> => {
    const { seal, tls } = keysOf(edno, 'troyan')
    return call(edno, { body: signedBytes(application, seal, false), tls })
  }
  const fetch = (id: string): Promise<Answered> =>
    call(edno, { method: 'GET', path: `/v1/exchanges/${id}`, tls: keysOf(edno, 'troyan').tls })
  const eventually = async (id: string): Promise<Answered> => {
    for (const end = Date.now() + 30_000; Date.now() < end; ) {
      await pause(100)
      const got = await fetch(id)
      if (got.status !== 202) return got
    }
    throw new Error('it never ended')
  }
  const outcomes = ({ body }: Answered): string[] =>
    readAnswer(body).parts.map(({ call: name, outcome }) => `${name} ${outcome}`)

  it('is deferred at its deadline, goes on in the queue, and is answered once', async () => {
    edno.app.simulator?.setFault('vehicle-register', { kind: 'hang' })
    const application = compose('taxi')
    const began = performance.now()
    const first = await send(application)
    assert.equal(first.status, 202, first.body.toString())
    assert.ok(performance.now() - began < 5500)
    assert.equal(first.headers['location'], `/v1/exchanges/${application.exchangeId}`)
    edno.app.simulator?.setFault('vehicle-register', undefined)
    const answer = await eventually(application.exchangeId)
    assert.equal(answer.status, 200, answer.body.toString())
    assert.ok(outcomes(answer).includes('vehicle found'))
    const events = await ask(sql<{ event: string }>`
      select event from log_entry join exchange on exchange.id = exchange
      where exchange_id = ${application.exchangeId} order by log_entry.id`)
    assert.deepEqual(
      events.map(({ event }) => event),
      ['opened', 'answered'],
    )
  })
})
