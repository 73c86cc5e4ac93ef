import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AdapterFault, type CallContext, type Finding, type OpenAdapter } from '../../../../src/adapter-kit/adapter.ts'
import { dataAdapter } from '../../../../src/adapter-kit/data-adapter.ts'
import { readManifest } from '../../../../src/adapter-kit/examples.ts'
import type { LaterAnswer, PromisedAnswer } from '../../../../src/adapter-kit/later-answer.ts'
import { V2_BASIC } from '../../../../src/adapter-kit/regix/entry-point.ts'
import { readResult, requireReady, writePending } from '../../../../src/adapter-kit/regix/execute-reply.ts'
import type { Simulator } from '../../../../src/simulator/start-simulator.ts'
import { LATER, laterAdapters } from '../../../support/later-registry.ts'
import { startTestSimulator, testEndpoint } from '../../../support/simulator.ts'

const KEY = 'registration@1'
const CONTEXT = {
  ...{ exchangeId: '01900000-0000-7000-8000-000000000000', call: 'vehicle', case: 'ТР-1', legalBasis: 'основание' },
  consumer: { id: 'troyan', name: 'Община Троян', oid: '2.16.100.1.1.999.1' },
  service: { id: 'x@1', title: 'Услуга' },
  official: { identifier: 'a@troyan.example', names: 'Служител Измислен', position: 'експерт' },
  fields: ['plate'],
  log: { info: () => undefined, warn: () => undefined },
}

/** What edno keeps of one call. */
class Kept implements LaterAnswer {
  promise: PromisedAnswer | undefined
  sent: Uint8Array | undefined
  taken_ = false
  promised = () => Promise.resolve(this.promise)
  keep = (promise: PromisedAnswer) => Promise.resolve(void (this.promise = promise))
  pushed = async (waitMs: number) => {
    if (this.sent === undefined && waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    return this.sent
  }
  taken = () => Promise.resolve(void (this.taken_ = true))
}

/** The promised vehicle register over both entry points of its stand-in. */
describe('an operation of RegiX that answers later', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edno-later-unit-'))
  let simulator: Simulator
  before(async () => {
    simulator = await startTestSimulator(LATER)
    laterAdapters(folder)
  })
  after(async () => {
    await simulator.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const opened = async (entryPoint?: 'v1', timeoutMs = 20_000): Promise<OpenAdapter> => {
    const own = join(folder, 'adapters', LATER)
    const manifest = readManifest(own)
    const endpoint = {
      ...(await testEndpoint(simulator.url(LATER))),
      ...(entryPoint === undefined ? {} : { entryPoint }),
    }
    const operations = manifest.operations.map((operation) => ({ ...operation, timeoutMs }))
    return dataAdapter.open({ endpoint, folder: own, manifest: { ...manifest, operations } })
  }
  const ask = (adapter: OpenAdapter, later?: LaterAnswer, plate = 'ОВ0000АА'): Promise<Finding> => {
    const context: CallContext = {
      ...CONTEXT,
      signal: AbortSignal.timeout(30_000),
      ...(later === undefined ? {} : { later }),
    }
    return adapter.operations[KEY]!({ plate }, context)
  }
  const asked = (): number => simulator.calls.get(`${LATER}/${KEY}`) ?? 0
  const fault = (kind: string) => (error: unknown) => AdapterFault.is(error) && error.kind === kind

  for (const entryPoint of [undefined, 'v1'] as const) {
    const name = entryPoint ?? 'v2'
    it(`waits for an answer that comes within its patience (${name})`, async () => {
      simulator.setDelay(LATER, 600)
      await using adapter = await opened(entryPoint)
      const kept = new Kept()
      const finding = await ask(adapter, kept)
      assert.equal(finding.status, 'found')
      assert.equal(finding.sourceReference, `regix:${kept.promise?.reference}`)
      assert.equal(kept.taken_, true)
      assert.ok(kept.promise?.question.includes('ОВ0000АА'))
    })

    it(`says that an answer is promised, and fetches that one, without asking anew (${name})`, async () => {
      simulator.setDelay(LATER, Number.POSITIVE_INFINITY)
      await using adapter = await opened(entryPoint, 300)
      const kept = new Kept()
      const before = asked()
      await assert.rejects(
        ask(adapter, kept),
        (error) => AdapterFault.is(error) && error.kind === 'pending' && error.retryAfterMs === 2000,
      )
      assert.equal(kept.taken_, false)
      simulator.promises.at(-1)!.end()
      assert.equal((await ask(adapter, kept)).status, 'found')
      assert.equal(asked(), before + 1)
    })
  }

  it('takes an answer that comes at once, and one whose promise nobody keeps', async () => {
    await using adapter = await opened()
    simulator.setDelay(LATER, undefined)
    const kept = new Kept()
    assert.equal((await ask(adapter, kept)).status, 'found')
    assert.equal(kept.promise, undefined)
    simulator.setDelay(LATER, 300)
    assert.equal((await ask(adapter)).status, 'found')
  })

  it('takes what the registry sent of itself in place of asking again', async () => {
    simulator.setDelay(LATER, Number.POSITIVE_INFINITY)
    await using adapter = await opened(undefined, 300)
    const kept = new Kept()
    await assert.rejects(ask(adapter, kept), fault('pending'))
    const promised = simulator.promises.at(-1)!
    const checks = promised.checks
    kept.sent = Buffer.from(promised.callback())
    assert.equal((await ask(adapter, kept)).status, 'found')
    assert.equal(promised.checks, checks)
  })

  it('does not take the answer to another question for its own', async () => {
    simulator.setDelay(LATER, Number.POSITIVE_INFINITY)
    await using adapter = await opened(undefined, 300)
    const [kept, others] = [new Kept(), new Kept()]
    await assert.rejects(ask(adapter, kept), fault('pending'))
    const own = simulator.promises.at(-1)!
    await assert.rejects(ask(adapter, others, 'ОВ0000АВ'), fault('pending'))
    const another = simulator.promises.at(-1)!
    const later = adapter.operations[KEY]!.later!
    await later.judge(Buffer.from(own.callback()), kept.promise!, undefined)
    const wrong = fault('bad-answer')
    assert.throws(() => later.judge(Buffer.from(another.callback()), kept.promise!, undefined), wrong)
    const renumbered = another.callback().replace(/<ServiceCallID>\d+/, `<ServiceCallID>${own.callId}`)
    assert.throws(() => later.judge(Buffer.from(renumbered), kept.promise!, undefined), wrong)
    kept.sent = Buffer.from(another.callback())
    await assert.rejects(ask(adapter, kept), wrong)
  })

  for (const entryPoint of [undefined, 'v1'] as const)
    it(`does not take for its own what it fetches by its number and what answers another question (${entryPoint ?? 'v2'})`, async () => {
      simulator.setDelay(LATER, Number.POSITIVE_INFINITY)
      await using adapter = await opened(entryPoint, 200)
      const [kept, others] = [new Kept(), new Kept()]
      await assert.rejects(ask(adapter, kept), fault('pending'))
      await assert.rejects(ask(adapter, others, 'ОВ0000АВ'), fault('pending'))
      for (const promised of simulator.promises) promised.end()
      others.promise = { ...others.promise!, question: kept.promise!.question }
      await assert.rejects(ask(adapter, others), fault('bad-answer'))
      assert.equal(others.taken_, false)
      assert.equal((await ask(adapter, kept)).status, 'found')
    })

  it('tells the registry that the answer is stored, and is refused where the registry knows of none', async () => {
    simulator.setDelay(LATER, 100)
    await using adapter = await opened()
    const kept = new Kept()
    await ask(adapter, kept)
    const later = adapter.operations[KEY]!.later!
    await later.acknowledge(kept.promise!, AbortSignal.timeout(20_000))
    assert.equal(simulator.promises.at(-1)!.acknowledged, true)
    const unknown = { ...kept.promise!, reference: '999999' }
    await assert.rejects(later.acknowledge(unknown, AbortSignal.timeout(20_000)), fault('bad-answer'))
    await assert.rejects(ask(adapter, Object.assign(new Kept(), { promise: unknown })), fault('bad-answer'))
  })

  it('takes a promise for a bad answer where none was asked for', () => {
    const place = { operation: 'Execute', entry: V2_BASIC }
    const result = readResult(Buffer.from(writePending(7, 'c', place)), place)
    assert.deepEqual(result, { pending: { callId: '7', verificationCode: 'c' } })
    assert.throws(() => requireReady(result), fault('bad-answer'))
  })
})
