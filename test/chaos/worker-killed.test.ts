import assert from 'node:assert/strict'
import { Estate, until } from '../support/estate.ts'
import { form, tell } from './form.ts'

describe('chaos 2: a worker that is killed', function () {
  this.timeout(form.workerKills * 90_000 + 240_000)
  let estate: Estate
  let edno: Awaited<ReturnType<Estate['serve']>>
  before(async () => {
    estate = await Estate.make({
      deadlinesMs: { 'taxi-permit': 60_000, 'vehicle-tax': 60_000 },
      operations: {
        'vehicle-register/registration@1': { timeoutMs: 30_000 },
        'guarantee-fund/motor-insurance@1': { timeoutMs: 30_000, idempotent: false },
      },
      settings: { dispatch: { inProcess: [], drainMs: 5000 } },
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

  /** Kills one while its question may be put again, and the next while its question may not; milliseconds until the first is put again. */
  const killBoth = async (): Promise<number> => {
    const [before, insured] = [asked('vehicle-register/registration@1'), asked('guarantee-fund/motor-insurance@1')]
    const first = await work()
    estate.simulator.setFault('vehicle-register', { kind: 'hang' })
    const signed = estate.sign('taxi')
    const reply = estate.client(edno.url).send(signed.bytes)
    await until('a question', () => asked('vehicle-register/registration@1') > before)
    estate.simulator.setFault('vehicle-register', undefined)
    estate.simulator.setFault('guarantee-fund', { kind: 'hang' })
    const second = await work()
    first.kill('SIGKILL')
    await first.ended
    const killedAt = performance.now()
    await until('the question again', () => asked('vehicle-register/registration@1') > before + 1)
    const again = performance.now() - killedAt

    await until('a question that must not be put twice', () => asked('guarantee-fund/motor-insurance@1') > insured)
    second.kill('SIGKILL')
    await second.ended
    estate.simulator.setFault('guarantee-fund', undefined)
    // Whoever serves looks after what the dead left, too.
    const answer = await reply
    assert.ok(answer.kind === 'answer')
    const verdict = estate.verify(signed, answer.bytes, answer.receipt)
    const insurance = verdict.answer?.parts.find(({ call }) => call === 'insurance')
    assert.equal(insurance?.outcome, 'failed')
    assert.equal(asked('guarantee-fund/motor-insurance@1'), insured + 1)
    const last = await work()
    last.kill('SIGTERM')
    assert.equal((await last.ended).status, 0)
    return again
  }

  it(`leaves its calls to others, which ask again within ${form.longestTakeoverMs / 1000} s; what must not be asked twice is an incident`, async () => {
    const times: number[] = []
    for (let round = 0; round < form.workerKills / 2; round += 1) times.push(await killBoth())
    const incidents = await estate.ask('select cause, call, state from incident')
    assert.deepEqual(
      incidents,
      times.map(() => ({ cause: 'interrupted', call: 'insurance', state: 'open' })),
    )
    const longest = Math.round(Math.max(...times))
    tell('worker killed', {
      kills: form.workerKills,
      incidents: incidents.length,
      'asked again within': `${longest} ms`,
      'asked twice that must not be': 0,
    })
    assert.ok(longest < form.longestTakeoverMs, `${longest} ms`)
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
