import assert from 'node:assert/strict'
import { type DeferringParts, openDeferring } from '../../../src/app/deferring.ts'
import type { CallQueue } from '../../../src/dispatch/queue/call-queue.ts'
import { aStage, echoing } from '../dispatch/a-plan.ts'

describe('a process that defers', function () {
  this.timeout(60_000)

  it('ends although its queue, which is away, never does', async () => {
    const queue = { stopWorking: () => new Promise<void>(() => undefined) } as unknown as CallQueue
    const store = { hints: { hear: () => () => undefined } }
    const parts = { ports: aStage(echoing).ports, store, queue, log: {}, served: new Set<string>(), tries: 2 }
    const deferring = openDeferring(parts as unknown as DeferringParts)
    const since = performance.now()
    await deferring.drain(50)
    assert.ok(performance.now() - since < 30_000)
  })
})
