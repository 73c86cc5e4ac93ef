import assert from 'node:assert/strict'
import { createWorker, type Worker } from '../../src/app/create-worker.ts'
import { Secret } from '../../src/config/secret.ts'
import { makeLogger } from '../../src/ops/logger.ts'
import { DeferringEdno, outcomesIn } from '../support/deferring-edno.ts'
import { RedisServer, requireRedis } from '../support/redis.ts'

const QUEUE = { tries: 12, perConsumer: 100, rebuildable: false }
const NOBODY = { inProcess: [], drainMs: 5000 }

/** An edno that asks nobody itself, and a worker for all registries, each with everything of its own but the database. */
async function together(redis?: RedisServer): Promise<{ edno: DeferringEdno; worker: Worker }> {
  const redisUrl = redis === undefined ? {} : { redisUrl: new Secret(redis.url) }
  const edno = await DeferringEdno.start({}, { dispatch: NOBODY, queue: QUEUE, ...redisUrl })
  const config = edno.edno.config
  const logger = makeLogger({ level: 'error', write: (line) => void process.stderr.write(line) })
  return { edno, worker: await createWorker({ config, clock: () => new Date(), logger }, []) }
}

for (const backend of ['postgres', 'redis'] as const)
  describe(`a worker, and an edno that leaves all questions to it, by ${backend}`, function () {
    this.timeout(120_000)
    let redis: RedisServer | undefined
    let edno: DeferringEdno
    let worker: Worker
    let closing: readonly { readonly close: () => Promise<void> }[] = []
    before(async function () {
      if (backend === 'redis') {
        requireRedis(this)
        redis = await RedisServer.start()
      }
      const both = await together(redis)
      edno = both.edno
      worker = both.worker
      closing = [worker, edno]
    })
    after(async () => {
      for (const each of closing) await each.close()
      await redis?.stop()
    })

    it('answers as ever, and keeps ids only in the queue', async () => {
      assert.equal(worker.backend, backend)
      const times: number[] = []
      for (let round = 0; round < 10; round += 1) {
        const application = edno.compose('taxi')
        const began = performance.now()
        const answer = await edno.send(edno.sign(application))
        times.push(performance.now() - began)
        assert.equal(answer.status, 200, answer.body.toString())
        assert.ok(outcomesIn(answer).includes('insurance found'), outcomesIn(answer).join())
      }
      const rows = await edno.ask<{ registries: number }>(
        'select count(distinct registry)::int as registries from queued_call',
      )
      assert.ok(rows[0]!.registries >= 5)
      console.log(`      through ${backend}: ${times.map((ms) => Math.round(ms)).join(' ')} ms`)
    })

    it('goes on when the queue is emptied, at a command or by itself', async () => {
      const rebuilt = await edno.operatorWith(redis === undefined ? {} : { REDIS_URL: redis.url }, 'queue', 'rebuild')
      assert.equal(rebuilt.status, 0, rebuilt.stderr)
      redis?.command('flushall')
      const answer = await edno.send(edno.sign(edno.compose('taxi')))
      assert.equal(answer.status, 200, answer.body.toString())
    })
  })
