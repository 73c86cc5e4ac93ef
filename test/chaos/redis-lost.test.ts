import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { Consumers } from '../support/consumers.ts'
import { Estate, isRunning, type Serving, until } from '../support/estate.ts'
import { assertEndedOnce, assertNothingLost, Questions } from '../support/invariants.ts'
import { MUNICIPALITIES } from '../support/municipalities.ts'
import { OwnDatabase } from '../support/own-database.ts'
import type { Started } from '../support/processes.ts'
import { RedisServer, requireRedis } from '../support/redis.ts'
import { form, seeded, tell } from './form.ts'

const LONGEST_OUTAGE_MS = 1000
const MOST_QUESTIONS = 30

describe('chaos 3: a Redis that is killed, comes back empty, and is flushed', function () {
  this.timeout(form.redisBlows * 90_000 + 240_000)
  const chance = seeded()
  const questions = new Questions()
  let redis: RedisServer
  let database: OwnDatabase
  let estate: Estate
  let close: (() => Promise<void>) | undefined
  let edno: Serving
  let worker: Started
  before(async function () {
    requireRedis(this)
    redis = await RedisServer.start()
    database = await OwnDatabase.start()
    estate = await Estate.make({
      databaseUrl: database.url,
      alsoGranted: MUNICIPALITIES,
      onAsked: questions.note,
      // All questions go through the queue.
      settings: { dispatch: { inProcess: [], drainMs: 5000 } },
      deadlinesMs: { 'taxi-permit': 60_000 },
    })
    close = async () => {
      await estate.close()
      await database.stop()
      await redis.stop()
    }
    edno = await estate.serve({ REDIS_URL: redis.url })
    worker = estate.begin({ REDIS_URL: redis.url }, ['worker'])
    await worker.said('edno works for')
  })
  after(() => close?.())

  const blows: Readonly<Record<string, () => Promise<void>>> = {
    'killed and restarted': async () => {
      await redis.kill()
      await wait(chance.upTo(LONGEST_OUTAGE_MS))
      await redis.restart()
    },
    'restarted empty': async () => {
      await redis.kill()
      await wait(chance.upTo(LONGEST_OUTAGE_MS))
      await redis.restart('empty')
    },
    flushed: async () => void redis.command('flushall'),
  }

  it('loses nothing, and goes on without a hand', async () => {
    const consumers = new Consumers({ estate, url: edno.url, parties: MUNICIPALITIES.slice(0, 4) })
    consumers.start()
    const names = Object.keys(blows)
    for (let blow = 0; blow < form.redisBlows; blow += 1) {
      const last = questions.count + 4 + chance.upTo(MOST_QUESTIONS)
      await until('registries are asked', () => questions.count >= last, 90_000)
      await blows[names[blow % names.length]!]!()
    }
    const last = consumers.delivered.length + 4
    await until('answers come again', () => consumers.delivered.length >= last, 90_000)
    await consumers.stop()

    assert.ok(isRunning(edno.pid) && isRunning(worker.pid), 'a process ended with its Redis')
    const counts = await assertEndedOnce(estate)
    await assertNothingLost(estate, consumers)
    await questions.assertRecordedBefore(estate)
    assert.deepEqual(consumers.unexpected, [])
    assert.ok(
      consumers.delivered.every(({ status }) => status === 200),
      'an answer went missing with a job',
    )
    tell('Redis lost', {
      seed: chance.seed,
      blows: form.redisBlows,
      ...counts,
      questions: questions.count,
      ...consumers.told,
      lost: 0,
      doubled: 0,
    })
  })
})
