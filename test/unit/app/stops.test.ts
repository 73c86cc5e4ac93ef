import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { Stops } from '../../../src/app/stops.ts'
import { WaitingCalls } from '../../../src/dispatch/waiting-calls.ts'
import type { Hints } from '../../../src/store/hints.ts'
import type { Executor } from '../../../src/store/tables/tables.ts'

type Told = Parameters<Hints['hear']>[0]

/** A database that answers when it is told to. */
const aSlowDatabase = () => {
  const asked: (() => void)[] = []
  const executeQuery = () =>
    new Promise((resolve) => {
      asked.push(() => resolve({ rows: [] }))
    })
  return { db: { executeQuery } as unknown as Executor, asked }
}

describe('who looks at the rows now and then', function () {
  this.timeout(60_000)

  afterEach(() => mock.restoreAll())

  it('asks a slow database for exchanges that are taken back once at a time, and once more for what it heard of since', async () => {
    const { db, asked } = aSlowDatabase()
    const hearing: Told[] = []
    const hear: Hints['hear'] = (told) => {
      hearing.push(told)
      return () => undefined
    }
    let tick = (): void => assert.fail('nobody looks')
    const every = (look: () => void): unknown => {
      tick = look
      return { unref: () => undefined }
    }
    mock.method(globalThis, 'setInterval', every as unknown as typeof setInterval)
    const stops = new Stops(db, { hear })
    await stops.during(7, async () => {
      for (let many = 0; many < 5; many += 1) hearing[0]?.({ kind: 'exchange', exchange: 7 })
      tick()
      await turn()
      assert.equal(asked.length, 1)
      asked[0]?.()
      await turn()
      assert.equal(asked.length, 2)
      asked[1]?.()
      await turn()
      hearing[0]?.({ kind: 'call', exchange: 7, call: 'a' })
      hearing[0]?.({ kind: 'exchange', exchange: 8 })
      await turn()
      assert.equal(asked.length, 2, 'asked for what it did not hear of')
      tick()
      await turn()
      assert.equal(asked.length, 3)
      asked[2]?.()
    })
  })

  it('asks a slow database for the ends of calls once at a time', async () => {
    const { db, asked } = aSlowDatabase()
    const waiting = new WaitingCalls(db, { hear: () => () => undefined })
    const stop = new AbortController()
    const ended = waiting.wait({ exchange: 1, call: 'a' }, stop.signal)
    await pause(900)
    assert.equal(asked.length, 1)
    stop.abort()
    await ended
    waiting.close()
  })
})
