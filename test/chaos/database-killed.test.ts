import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { Consumers } from '../support/consumers.ts'
import { Estate, isRunning, type Serving, until } from '../support/estate.ts'
import { assertEndedOnce, assertNothingLost, Questions } from '../support/invariants.ts'
import { MUNICIPALITIES } from '../support/municipalities.ts'
import { OwnDatabase } from '../support/own-database.ts'
import type { Started } from '../support/processes.ts'
import { form, seeded, tell } from './form.ts'

/** A kill comes so many questions to registries after the last, in the middle of exchanges. */
const MOST_QUESTIONS = 80
const LONGEST_OUTAGE_MS = 1500

/** Of exchanges whose answer comes later. */
const DEADLINE_MS = 300

interface Form {
  readonly name: string
  readonly kills: number
  /** All questions are put by a worker, by way of the queue, which stands in the same database; some answers come later. */
  readonly queued: boolean
}

const killed = ({ name, kills, queued }: Form) =>
  describe(`chaos 3: a database that is killed again and again${name}`, function () {
    this.timeout(kills * 60_000 + 300_000)
    const chance = seeded()
    const questions = new Questions()
    let database: OwnDatabase
    let estate: Estate
    let edno: Serving
    let worker: Started | undefined
    before(async () => {
      database = await OwnDatabase.start()
      const later = {
        settings: { dispatch: { inProcess: [], drainMs: 5000 } },
        deadlinesMs: { 'taxi-permit': 60_000, 'water-taxi-permit': DEADLINE_MS },
        defersMs: { 'water-taxi-permit': 60_000 },
      }
      const of = { databaseUrl: database.url, alsoGranted: MUNICIPALITIES, onAsked: questions.note }
      estate = await Estate.make({ ...of, ...(queued ? later : {}) })
      estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 40 })
      if (queued) estate.simulator.setFault('maritime-registry', { kind: 'slow', ms: DEADLINE_MS * 1.5 })
      edno = await estate.serve()
      if (!queued) return
      worker = estate.begin({}, ['worker'])
      await worker.said('edno works for')
    })
    after(async () => {
      await estate.close()
      await database.stop()
    })

    it(`keeps what it acknowledged through ${kills} kills, and recovers without a hand`, async () => {
      const of = { estate, url: edno.url }
      const consumers = new Consumers({ ...of, parties: MUNICIPALITIES.slice(0, queued ? 4 : 8) })
      const unhurried = new Consumers({
        ...{ ...of, parties: queued ? MUNICIPALITIES.slice(0, 2) : [] },
        ...{ scenarios: ['water-taxi'], later: true },
      })
      const all = [consumers, unhurried]
      for (const each of all) each.start()
      for (let kill = 0; kill < kills; kill += 1) {
        const last = questions.count + 10 + chance.upTo(MOST_QUESTIONS)
        await until('registries are asked', () => questions.count >= last, 60_000)
        await database.kill()
        await wait(chance.upTo(LONGEST_OUTAGE_MS))
        await database.restart()
      }
      await wait(500)
      const stopped = Promise.all(all.map((each) => each.stop()))
      await Promise.race([stopped, edno.ended.then(({ stderr }) => assert.fail(stderr.slice(-2000)))])

      assert.ok(isRunning(edno.pid), 'edno ended with its database')
      assert.ok(worker === undefined || isRunning(worker.pid), 'a worker ended with its database')
      const counts = await assertEndedOnce(estate)
      await questions.assertRecordedBefore(estate)
      for (const each of all) {
        await assertNothingLost(estate, each)
        assert.deepEqual(each.unexpected, [], 'a problem that does not say broker.*, retry later')
        assert.equal(each.broken, 0, 'a caller was left without any reply')
      }
      if (queued) assert.ok(unhurried.acknowledged.size > 0, 'nothing was answered by 202')
      else assert.ok((consumers.problems.get('broker.log-unavailable') ?? 0) > 0, 'no kill met an exchange')
      const refused = consumers.delivered.filter(({ status }) => status !== 200).length
      tell(`database killed${name}`, {
        ...{ seed: chance.seed, kills, consumers: MUNICIPALITIES.length, ...counts, questions: questions.count },
        ...consumers.told,
        ...(queued ? { 'acknowledged by 202': unhurried.acknowledged.size } : {}),
        ...{ 'too late': refused, lost: 0, doubled: 0 },
      })
    })
  })

killed({ name: '', kills: form.databaseKills, queued: false })
killed({ name: ', the queue with it', kills: form.queueKills, queued: true })
