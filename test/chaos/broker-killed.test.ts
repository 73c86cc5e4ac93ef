import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { Consumers } from '../support/consumers.ts'
import { Estate, type Serving, until } from '../support/estate.ts'
import { freePort } from '../support/free-port.ts'
import { assertEndedOnce, assertNothingLost, Questions } from '../support/invariants.ts'
import { MUNICIPALITIES } from '../support/municipalities.ts'
import { OwnDatabase } from '../support/own-database.ts'
import { form, seeded, tell } from './form.ts'

/**
 * A kill comes so many questions to registries after the broker listens, and a moment later: in the middle of exchanges,
 * however slow the machine is. An exchange asks ten.
 */
const MOST_QUESTIONS = 60
const LONGEST_MOMENT_MS = 25
/** Of so many starts one is killed before it listens. */
const ONE_START_IN = 8
/** Of exchanges whose answer comes later. */
const DEADLINE_MS = 300
const LONGEST_START_MS = 900

describe('chaos 1: a broker that is killed at any moment', function () {
  this.timeout(form.brokerKills * 30_000 + 300_000)
  const chance = seeded()
  const questions = new Questions()
  let database: OwnDatabase
  let estate: Estate
  let port: string
  before(async () => {
    database = await OwnDatabase.start()
    estate = await Estate.make({
      databaseUrl: database.url,
      alsoGranted: MUNICIPALITIES,
      onAsked: questions.note,
      deadlinesMs: { 'water-taxi-permit': DEADLINE_MS },
      defersMs: { 'water-taxi-permit': 60_000 },
    })
    port = String(await freePort())
    // So that kills find exchanges in the middle.
    estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 40 })
    // So that these are deferred, and their calls wait in the queue.
    estate.simulator.setFault('maritime-registry', { kind: 'slow', ms: DEADLINE_MS * 1.5 })
  })
  after(async () => {
    await estate.close()
    await database.stop()
  })

  let edno: Serving | undefined
  const serve = async (): Promise<Serving> => (edno = await estate.serve({ EDNO_HTTP_PORT: port }))
  afterEach(async () => {
    edno?.kill('SIGKILL')
    await edno?.ended
    edno = undefined
  })
  const killSomewhen = async (): Promise<void> => {
    const starting = estate.begin({ EDNO_HTTP_PORT: port })
    if (chance.next() < 1 / ONE_START_IN) await wait(chance.upTo(LONGEST_START_MS))
    else {
      await starting.said('edno listens on')
      const last = questions.count + chance.upTo(MOST_QUESTIONS)
      await until('registries are asked', () => questions.count >= last)
      await wait(chance.upTo(LONGEST_MOMENT_MS))
    }
    starting.kill('SIGKILL')
    assert.equal((await starting.ended).signal, 'SIGKILL')
  }

  it(`owes nobody anything after ${form.brokerKills} kills`, async () => {
    const of = { estate, url: `https://127.0.0.1:${port}`, parties: MUNICIPALITIES }
    const consumers = new Consumers(of)
    const unhurried = new Consumers({
      ...of,
      parties: MUNICIPALITIES.slice(0, 4),
      scenarios: ['water-taxi'],
      later: true,
    })
    for (const each of [consumers, unhurried]) each.start()
    for (let kill = 0; kill < form.brokerKills; kill += 1) await killSomewhen()
    await serve()
    await Promise.all([consumers.stop(), unhurried.stop()])

    const counts = await assertEndedOnce(estate)
    for (const each of [consumers, unhurried]) await assertNothingLost(estate, each)
    // Whoever was told 202 asks for the answer only: an exchange that edno forgot would be a problem that is none of its own.
    assert.deepEqual(unhurried.unexpected, [])
    assert.ok(unhurried.interrupted.size > 0, 'no kill met an exchange that had been acknowledged')
    await questions.assertRecordedBefore(estate)
    assert.deepEqual(consumers.unexpected, [])
    // What was killed and taken up again after its deadline is answered all the same: as a refusal.
    const complete = consumers.delivered.filter(({ status }) => status === 200).length
    assert.ok(complete > 0, 'no exchange was in time')
    assert.ok(consumers.broken > 0, 'no kill met an exchange')
    tell('broker killed', {
      seed: chance.seed,
      kills: form.brokerKills,
      consumers: MUNICIPALITIES.length,
      ...counts,
      questions: questions.count,
      ...consumers.told,
      'complete in time': complete,
      'acknowledged by 202': unhurried.acknowledged.size,
      'of them met by a kill': unhurried.interrupted.size,
      lost: 0,
      doubled: 0,
      'answered differently': 0,
    })
    edno?.kill('SIGTERM')
    assert.equal((await edno?.ended)?.status, 0)
    edno = undefined
  })

  it('asks nobody while the row of the attempt cannot be written', async () => {
    const { url } = await serve()
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const before = questions.count
    try {
      await client.query('begin')
      await client.query('lock table attempt in exclusive mode')
      const sent = estate.client(url).send(estate.sign('taxi').bytes)
      await until('the attempts wait for their rows', async () => {
        const [row] = await database.ask<{ waiting: number }>(
          "select count(*)::int as waiting from pg_locks where not granted and relation = 'attempt'::regclass",
        )
        return (row?.waiting ?? 0) > 0
      })
      await wait(300)
      assert.equal(questions.count, before, 'a registry was asked before the row was there')
      await client.query('rollback')
      assert.equal((await sent).status, 200)
      assert.ok(questions.count > before)
    } finally {
      await client.end()
    }
  })
})
