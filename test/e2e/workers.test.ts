import assert from 'node:assert/strict'
import { createWorker, type Worker } from '../../src/app/create-worker.ts'
import { Secret } from '../../src/config/secret.ts'
import { makeLogger } from '../../src/ops/logger.ts'
import type { CallQueue } from '../../src/dispatch/queue/call-queue.ts'
import { openQueue } from '../../src/dispatch/queue/open-queue.ts'
import { call, keysOf } from '../support/caller.ts'
import { DeferringEdno, outcomesIn } from '../support/deferring-edno.ts'
import { until } from '../support/estate.ts'
import { RedisServer, requireRedis } from '../support/redis.ts'

const QUEUE = { tries: 12, perConsumer: 100, rebuildable: false }
const NOBODY = { inProcess: [], drainMs: 5000 }

/** Long enough for what the queue lost to be found by the sweep. */
const LATER = { deadlineMs: 35_000, deferMs: 60_000 }

/** An edno that asks nobody itself, with everything of its own but the database. */
async function accepting(redis?: RedisServer): Promise<DeferringEdno> {
  const redisUrl = redis === undefined ? {} : { redisUrl: new Secret(redis.url) }
  return DeferringEdno.start({ 'taxi-permit': LATER }, { dispatch: NOBODY, queue: QUEUE, ...redisUrl })
}

/** A worker for all registries. */
function work({ edno: { config } }: DeferringEdno): Promise<Worker> {
  const logger = makeLogger({ level: 'error', write: (line) => void process.stderr.write(line) })
  return createWorker({ config, clock: () => new Date(), logger }, [])
}

for (const backend of ['postgres', 'redis'] as const)
  describe(`a worker, and an edno that leaves all questions to it, by ${backend}`, function () {
    this.timeout(180_000)
    let redis: RedisServer | undefined
    let edno: DeferringEdno
    let worker: Worker
    let closing: (() => Promise<void>) | undefined
    before(async function () {
      if (backend === 'redis') {
        requireRedis(this)
        redis = await RedisServer.start()
      }
      edno = await accepting(redis)
      worker = await work(edno)
      closing = async () => {
        await worker.close()
        await edno.close()
      }
    })
    after(async () => {
      await closing?.()
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

    /** An exchange whose first calls wait in the queue while nobody works, and then not even there. */
    const lost = async (): Promise<string> => {
      await worker.close()
      const queue = await openQueue({
        ...(redis === undefined ? {} : { redisUrl: redis.url }),
        ...{ store: edno.store, rebuildable: true, workers: 0, onError: () => undefined },
      })
      try {
        const empty = () => Promise.all([...registries()].map((registry) => queue.empty(registry)))
        // What the worker did not look at again before it ended, since the call had its end already.
        await empty()
        const left = await standing(queue)
        const application = edno.compose('taxi')
        const headers = { Prefer: 'respond-async' }
        const accepted = await call(edno.edno, { body: edno.sign(application), tls: tls(), headers })
        assert.equal(accepted.status, 202, accepted.body.toString())
        // One that is put after the others are gone would not be lost.
        await until('all its first calls wait in the queue', async () => {
          const calls = await queuedOf(application.exchangeId)
          return calls > 0 && (await standing(queue)) === left + calls
        })
        await empty()
        assert.equal(await standing(queue), left)
        return application.exchangeId
      } finally {
        await queue.close()
      }
    }
    const queuedOf = async (exchangeId: string): Promise<number> => {
      const [row] = await edno.ask<{ calls: number }>(
        `select count(*)::int as calls from queued_call join exchange on exchange.id = queued_call.exchange
         where exchange_id = $1`,
        exchangeId,
      )
      return row!.calls
    }
    const tls = () => keysOf(edno.edno, 'troyan').tls
    const registries = () => edno.edno.app.rules.catalogue.adapters.keys()
    const standing = async (queue: CallQueue): Promise<number> => {
      const counts = await Promise.all([...registries()].map((registry) => queue.counts(registry)))
      return counts.reduce((sum, { waiting, delayed, active }) => sum + waiting + delayed + active, 0)
    }

    it('goes on by itself where the queue lost what waited in it', async () => {
      const id = await lost()
      worker = await work(edno)
      const answer = await edno.eventually(id)
      assert.equal(answer.status, 200, answer.body.toString())
      assert.ok(outcomesIn(answer).includes('insurance found'), outcomesIn(answer).join())
    })

    it('goes on where an operator puts it there again', async () => {
      const id = await lost()
      const variables = redis === undefined ? {} : { REDIS_URL: redis.url }
      const rebuilt = await edno.operatorWith(variables, 'queue', 'rebuild', '--json')
      assert.equal(rebuilt.status, 0, rebuilt.stderr)
      const { queues } = JSON.parse(rebuilt.stdout) as { queues: { put: number }[] }
      assert.ok(
        queues.some(({ put }) => put > 0),
        'no call waited',
      )
      worker = await work(edno)
      const answer = await edno.eventually(id)
      assert.equal(answer.status, 200, answer.body.toString())
      assert.ok(outcomesIn(answer).includes('insurance found'), outcomesIn(answer).join())
    })
  })
