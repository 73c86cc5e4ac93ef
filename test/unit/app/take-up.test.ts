import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { TAKEN_UP_AT_ONCE, TakeUp, type TakeUpParts } from '../../../src/app/take-up.ts'
import type { LeftExchange } from '../../../src/exchange-log/recover.ts'
import type { ExchangePorts } from '../../../src/exchange/ports.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { makeLogger } from '../../../src/ops/logger.ts'
import { until } from '../../support/estate.ts'
import { anExchange } from '../exchange-log/exchanges.ts'

describe('exchanges that were left open', () => {
  /** `count` of them in rows from 1 on, and a process that takes them up; `end` says what becomes of one. */
  const aProcess = (count: number, end: (row: number) => Promise<void>, isDead = () => true) => {
    const rows = new Map(Array.from({ length: count }, (_, place) => [place + 1, anExchange().plan]))
    const seen = { taken: [] as number[], closed: [] as number[], forgotten: 0, most: 0, inHand: 0 }
    const recover: TakeUpParts['log']['recover'] = (_overdue, { without = [], limit = 1000, onUnreadable } = {}) => {
      const free = (isDead() ? [...rows] : []).filter(([row]) => !without.includes(row)).slice(0, limit)
      for (const [row] of free) if (row === UNREADABLE) onUnreadable?.(row)
      const read = free.filter(([row]) => row !== UNREADABLE)
      seen.taken.push(...read.map(([row]) => row))
      return Promise.resolve(read.map(([row, plan]): LeftExchange => ({ stage: 'opened', plan, known: [], row })))
    }
    const rowOf = (plan: LeftExchange['plan']): number => [...rows].find(([, each]) => each === plan)?.[0] ?? 0
    const fanOut: ExchangePorts['fanOut'] = async ({ plan }) => {
      const row = rowOf(plan)
      seen.inHand += 1
      seen.most = Math.max(seen.most, seen.inHand)
      try {
        await end(row)
        rows.delete(row)
        seen.closed.push(row)
      } finally {
        seen.inHand -= 1
      }
      return 'deferred'
    }
    const takeUp = new TakeUp({
      log: { recover },
      ports: { fanOut, defer: () => Promise.resolve({}) } as unknown as ExchangePorts,
      running: { track: (work) => work() },
      leftOpen: { due: () => [], forget: () => void (seen.forgotten += 1) },
      ending: () => [],
      logger: makeLogger({ level: 'silent', write: () => undefined }),
      clock: () => new Date(),
    })
    return { takeUp, seen }
  }
  const UNREADABLE = 3
  const MANY = 3 * TAKEN_UP_AT_ONCE

  it('are ended a few at a time, the next as soon as there is room, without another look', async () => {
    const { takeUp, seen } = aProcess(1000, () => pause(5))
    takeUp.look()
    await until('their ends', () => seen.closed.length === 999)
    assert.ok(seen.most <= TAKEN_UP_AT_ONCE, `${seen.most} at once`)
    assert.equal(new Set(seen.taken).size, seen.taken.length, 'one was taken twice')
  })

  it('are found soon where somebody waits for them and their process is known to be dead a moment later', async () => {
    let dead = false
    let looks = 0
    const { takeUp, seen } = aProcess(
      1,
      () => Promise.resolve(),
      () => {
        looks += 1
        return dead
      },
    )
    for (let asked = 0; asked < 50; asked += 1) takeUp.lookSoon()
    await pause(10)
    dead = true
    await until('its end', () => seen.closed.length === 1)
    await pause(450)
    assert.ok(looks <= 4, `${looks} looks for fifty that wait`)
  })

  it('do not stand before others where they cannot be ended, or cannot be read', async () => {
    const stuck = (row: number): boolean => row <= 2 * TAKEN_UP_AT_ONCE
    const { takeUp, seen } = aProcess(MANY, (row) =>
      stuck(row) ? Promise.reject(new BrokerError('broker.internal', 'no such service')) : Promise.resolve(),
    )
    // However long that takes, the moment after which it is tried again does not come.
    const now = mock.method(performance, 'now', () => 0)
    try {
      for (let look = 0; look < 6; look += 1) {
        takeUp.look()
        await pause(30)
      }
    } finally {
      now.mock.restore()
    }
    assert.equal(seen.closed.length, MANY - 2 * TAKEN_UP_AT_ONCE)
    assert.equal(seen.taken.filter((row) => row === 1).length, 1, 'it was tried again at once')
  })

  it('are taken up again at once where the database failed them, for that is noted elsewhere', async () => {
    let times = 0
    const { takeUp, seen } = aProcess(1, () => {
      times += 1
      return times < 3 ? Promise.reject(new BrokerError('broker.log-unavailable', 'away')) : Promise.resolve()
    })
    for (let look = 0; look < 3; look += 1) {
      takeUp.look()
      await pause(20)
    }
    assert.deepEqual(seen.closed, [1])
  })

  it('are known to be in other hands only where there was room for all', async () => {
    const many = aProcess(MANY, () => pause(50))
    many.takeUp.look()
    await pause(20)
    assert.equal(many.seen.forgotten, 0)
    const few = aProcess(1, () => Promise.resolve())
    few.takeUp.look()
    await pause(20)
    assert.equal(few.seen.forgotten, 1)
  })

  it('are left to others once the process stops', async () => {
    const { takeUp, seen } = aProcess(MANY, () => pause(20))
    takeUp.look()
    takeUp.stop()
    await pause(100)
    takeUp.look()
    await pause(20)
    assert.ok(seen.taken.length <= TAKEN_UP_AT_ONCE)
  })
})
