import assert from 'node:assert/strict'
import { createWorker, type Worker } from '../../src/app/create-worker.ts'
import { Secret } from '../../src/config/secret.ts'
import { makeLogger } from '../../src/ops/logger.ts'
import { DeferringEdno, outcomesIn } from '../support/deferring-edno.ts'
import { Estate, until } from '../support/estate.ts'
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

describe('a worker that is killed', function () {
  this.timeout(240_000)
  let estate: Estate
  let edno: Awaited<ReturnType<Estate['serve']>>
  before(async () => {
    estate = await Estate.make({
      deadlinesMs: { 'taxi-permit': 60_000, 'vehicle-tax': 60_000 },
      operations: {
        'vehicle-register/registration@1': { timeoutMs: 30_000 },
        'guarantee-fund/motor-insurance@1': { timeoutMs: 30_000, idempotent: false },
      },
      settings: { dispatch: NOBODY },
    })
    edno = await estate.serve()
  })
  afterEach(() => {
    for (const registry of ['vehicle-register', 'guarantee-fund']) estate.simulator.setFault(registry, undefined)
  })
  after(() => estate.close())

  const work = async () => {
    const worker = estate.begin({}, ['worker'])
    await worker.said('edno works for')
    return worker
  }
  const asked = (operation: string): number => estate.simulator.calls.get(operation) ?? 0

  it('leaves its calls to others, which ask again within 15 s; what must not be asked twice is an incident', async () => {
    const first = await work()
    estate.simulator.setFault('vehicle-register', { kind: 'hang' })
    const signed = estate.sign('taxi')
    const reply = estate.client(edno.url).send(signed.bytes)
    await until('a question', () => asked('vehicle-register/registration@1') > 0)
    estate.simulator.setFault('vehicle-register', undefined)
    estate.simulator.setFault('guarantee-fund', { kind: 'hang' })
    const second = await work()
    first.kill('SIGKILL')
    await first.ended
    const killedAt = performance.now()
    await until('the question again', () => asked('vehicle-register/registration@1') > 1)
    const again = performance.now() - killedAt
    assert.ok(again < 15_000, `${again} ms`)
    console.log(`      asked again ${Math.round(again)} ms after the kill`)

    await until('a question that must not be put twice', () => asked('guarantee-fund/motor-insurance@1') > 0)
    second.kill('SIGKILL')
    await second.ended
    estate.simulator.setFault('guarantee-fund', undefined)
    // Whoever serves looks after what the dead left, too.
    const answer = await reply
    assert.ok(answer.kind === 'answer')
    const verdict = estate.verify(signed, answer.bytes, answer.receipt)
    const insurance = verdict.answer?.parts.find(({ call }) => call === 'insurance')
    assert.equal(insurance?.outcome, 'failed')
    assert.equal(asked('guarantee-fund/motor-insurance@1'), 1)
    const incidents = await estate.ask('select cause, call, state from incident')
    assert.deepEqual(incidents, [{ cause: 'interrupted', call: 'insurance', state: 'open' }])
    const last = await work()
    last.kill('SIGTERM')
    assert.equal((await last.ended).status, 0)
  })

  it('that is told to stop ends the question it has begun, takes no other, and leaves the rest to others', async () => {
    const first = await work()
    const [before, insured] = [asked('vehicle-register/registration@1'), asked('guarantee-fund/motor-insurance@1')]
    estate.simulator.setFault('vehicle-register', { kind: 'slow', ms: 2500 })
    const signed = estate.sign('taxi')
    const reply = estate.client(edno.url).send(signed.bytes)
    await until('a question', () => asked('vehicle-register/registration@1') > before)
    first.kill('SIGTERM')
    assert.equal((await first.ended).status, 0)
    const [vehicle] = await estate.ask<{ state: string }>(
      `select queued_call.state from queued_call join exchange on exchange.id = queued_call.exchange
       where exchange_id = '${signed.exchangeId}' and call = 'vehicle'`,
    )
    assert.equal(vehicle?.state, 'ended')
    assert.equal(asked('guarantee-fund/motor-insurance@1'), insured, 'a stopping worker began another question')
    const second = await work()
    const answer = await reply
    assert.ok(answer.kind === 'answer' && answer.status === 200)
    assert.equal(asked('vehicle-register/registration@1'), before + 1)
    assert.equal(asked('guarantee-fund/motor-insurance@1'), insured + 1)
    second.kill('SIGTERM')
    assert.equal((await second.ended).status, 0)
  })
})
