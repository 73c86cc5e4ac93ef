import assert from 'node:assert/strict'
import { LeftOpen } from '../../../src/app/left-open.ts'
import type { ExchangePorts } from '../../../src/exchange/ports.ts'
import type { OpenedExchange } from '../../../src/model/exchange.ts'
import { exchangeId, partyId } from '../../../src/model/ids.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import type { ProblemCode } from '../../../src/problem/codes.ts'

const consumer = partyId('troyan')
const ID = exchangeId('01900000-0000-7000-8000-000000000001')
const opened = { stage: 'opened', plan: { consumer, exchangeId: ID } } as OpenedExchange

describe('exchanges that were left open', () => {
  let now: number
  let failure: ProblemCode | undefined
  let left: LeftOpen
  let ports: ExchangePorts
  beforeEach(() => {
    now = 0
    failure = undefined
    left = new LeftOpen(() => now)
    const work = async (): Promise<never> => {
      if (failure !== undefined) throw new BrokerError(failure, 'no')
      return undefined as never
    }
    ports = left.watching({ fanOut: work, seal: work, close: work, defer: work } as unknown as ExchangePorts)
  })

  const fails = async (port: 'fanOut' | 'seal' | 'close'): Promise<void> => {
    const work = {
      fanOut: () => ports.fanOut(opened),
      seal: () => ports.seal('', opened.plan as never),
      close: () => ports.close(opened, undefined as never, []),
    }
    await assert.rejects(work[port](), { code: failure })
  }
  const due = (): readonly string[] => left.due().map((name) => `${name.consumer} ${name.exchangeId}`)

  for (const port of ['fanOut', 'seal', 'close'] as const)
    it(`are taken up again a moment after the database failed them (${port})`, async () => {
      failure = 'broker.log-unavailable'
      await fails(port)
      assert.deepEqual(due(), [])
      now = 250
      assert.deepEqual(due(), [`troyan ${ID}`])
    })

  it('wait twice as long each time it fails again, and never longer than half a minute', async () => {
    failure = 'broker.log-unavailable'
    const waits: number[] = []
    for (let time = 0; time < 9; time += 1) {
      await fails('close')
      const since = now
      while (due().length === 0 && now - since < 60_000) now += 250
      waits.push(now - since)
    }
    assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  it('are forgotten once they are closed', async () => {
    failure = 'broker.log-unavailable'
    await fails('close')
    failure = undefined
    await ports.close(opened, undefined as never, [])
    now = 60_000
    assert.deepEqual(due(), [])
  })

  it('are noted where they could not be deferred, and forgotten once they are', async () => {
    failure = 'broker.log-unavailable'
    await assert.rejects(ports.defer(opened), { code: failure })
    now = 250
    assert.deepEqual(due(), [`troyan ${ID}`])
    failure = undefined
    await ports.defer(opened)
    assert.deepEqual(due(), [])
  })

  it('are forgotten where they were due and not to be had any more: another process closed them', async () => {
    failure = 'broker.log-unavailable'
    await fails('close')
    now = 250
    const [taken] = left.due()
    assert.ok(taken)
    left.forget(left.due(), [taken])
    assert.equal(left.due().length, 1)
    left.forget(left.due(), [])
    now = 60_000
    assert.deepEqual(due(), [])
  })

  it('are left to the slower sweep where something else than the database failed', async () => {
    failure = 'broker.signing'
    await fails('seal')
    now = 60_000
    assert.deepEqual(due(), [])
  })
})
