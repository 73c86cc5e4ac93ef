import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { Consumers } from '../support/consumers.ts'
import { Estate, isRunning, type Serving, until } from '../support/estate.ts'
import { assertEndedOnce, assertNothingLost, Questions } from '../support/invariants.ts'
import { MUNICIPALITIES } from '../support/municipalities.ts'
import { OwnDatabase } from '../support/own-database.ts'
import { form, seeded, tell } from './form.ts'

/** A kill comes so many questions to registries after the last, in the middle of exchanges. */
const MOST_QUESTIONS = 80
const LONGEST_OUTAGE_MS = 1500

describe('chaos 3: a database that is killed again and again', function () {
  this.timeout(form.databaseKills * 15_000 + 120_000)
  const chance = seeded()
  const questions = new Questions()
  let database: OwnDatabase
  let estate: Estate
  let edno: Serving
  before(async () => {
    database = await OwnDatabase.start()
    estate = await Estate.make({ databaseUrl: database.url, alsoGranted: MUNICIPALITIES, onAsked: questions.note })
    estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 40 })
    edno = await estate.serve()
  })
  after(async () => {
    await estate.close()
    await database.stop()
  })

  it(`keeps what it acknowledged through ${form.databaseKills} kills, and recovers without a hand`, async () => {
    const consumers = new Consumers({ estate, url: edno.url, parties: MUNICIPALITIES })
    consumers.start()
    for (let kill = 0; kill < form.databaseKills; kill += 1) {
      const last = questions.count + 10 + chance.upTo(MOST_QUESTIONS)
      await until('registries are asked', () => questions.count >= last)
      await database.kill()
      await wait(chance.upTo(LONGEST_OUTAGE_MS))
      await database.restart()
    }
    await wait(500)
    await Promise.race([consumers.stop(), edno.ended.then(({ stderr }) => assert.fail(stderr.slice(-2000)))])

    assert.ok(isRunning(edno.pid), 'edno ended with its database')
    const counts = await assertEndedOnce(estate)
    await assertNothingLost(estate, consumers)
    await questions.assertRecordedBefore(estate)
    assert.deepEqual(consumers.unexpected, [], 'a problem that does not say broker.*, retry later')
    assert.equal(consumers.broken, 0, 'a caller was left without any reply')
    assert.ok((consumers.problems.get('broker.log-unavailable') ?? 0) > 0, 'no kill met an exchange')
    tell('database killed', {
      seed: chance.seed,
      kills: form.databaseKills,
      consumers: MUNICIPALITIES.length,
      ...counts,
      questions: questions.count,
      ...consumers.told,
      lost: 0,
      doubled: 0,
    })
  })
})
