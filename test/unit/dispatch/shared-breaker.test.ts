import assert from 'node:assert/strict'
import { localBoard } from '../../../src/dispatch/local-board.ts'
import type { RegistryBoard } from '../../../src/dispatch/registry-board.ts'
import { boardView, sharedBreaker, type SharedBreaker, type Sign } from '../../../src/dispatch/shared-breaker.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'

const REGISTRY = 'civil-registry'

/** A time that the test moves. */
class Time {
  at = 1000
  readonly now = (): number => this.at
}

/** A process: its own view of the board, its own count of signs. */
function aProcess(board: RegistryBoard, time: Time, lines: string[] = []): SharedBreaker {
  const log = { info: () => undefined, warn: (line: string) => void lines.push(line) }
  return sharedBreaker({ registry: REGISTRY, board, view: boardView(board, time.now), log })
}

async function give(breaker: SharedBreaker, ...signs: readonly Sign[]): Promise<void> {
  for (const sign of signs) await breaker.leave(await breaker.enter(100), sign)
}
const kind = async (breaker: SharedBreaker): Promise<string> => (await breaker.look()).kind
const DEAD = ['dead', 'dead', 'dead', 'dead', 'dead'] as const

describe('the breaker of a registry', () => {
  let time: Time
  let board: RegistryBoard
  let one: SharedBreaker
  let other: SharedBreaker
  beforeEach(() => {
    time = new Time()
    board = localBoard(time.now)
    one = aProcess(board, time)
    other = aProcess(board, time)
  })

  it('opens after five signs of death in a row, and not before', async () => {
    await give(one, ...DEAD.slice(1))
    assert.equal(await kind(one), 'closed')
    await give(one, 'dead')
    assert.equal(await kind(one), 'open')
  })

  it('stays closed while the registry shows life in between; a busy one shows neither', async () => {
    await give(one, ...DEAD.slice(1), 'alive', ...DEAD.slice(1))
    assert.equal(await kind(one), 'closed')
    await give(one, 'unknown', 'dead')
    assert.equal(await kind(one), 'open')
  })

  it('is open for every other process within half a second', async () => {
    await kind(other)
    await give(one, ...DEAD)
    time.at += 500
    assert.equal(await kind(other), 'open')
  })

  it('looks at the board at most twice a second, however many ask', async () => {
    let reads = 0
    const counted = { ...board, read: () => ((reads += 1), board.read()) }
    const breaker = aProcess(counted, time)
    await Promise.all(Array.from({ length: 50 }, () => breaker.look()))
    time.at += 499
    await breaker.look()
    assert.equal(reads, 1)
    time.at += 1
    await breaker.look()
    assert.equal(reads, 2)
  })

  it('lets one question of one process through when its time is over, and all the others when that one is answered', async () => {
    await give(one, ...DEAD)
    assert.equal((await other.enter(100)).kind, 'open')
    time.at += 1000
    assert.equal(await kind(one), 'due')
    const [mine, next, theirs] = [await one.enter(100), await one.enter(100), await other.enter(100)]
    assert.deepEqual([mine.kind, next.kind, theirs.kind], ['probe', 'open', 'open'])
    await one.leave(mine, 'alive')
    time.at += 500
    assert.deepEqual([await kind(one), await kind(other)], ['closed', 'closed'])
  })

  for (const sign of ['dead', 'unknown'] as const)
    it(`stays open, and twice as long, where the question that was let through says ${sign}`, async () => {
      await give(one, ...DEAD)
      time.at += 1000
      await one.leave(await one.enter(100), sign)
      time.at += 1999
      assert.equal((await other.enter(100)).kind, 'open')
      time.at += 501
      assert.equal((await other.enter(100)).kind, 'probe')
    })

  it('gives the turn to another where whoever had it says nothing any more', async () => {
    await give(one, ...DEAD)
    time.at += 1000
    assert.equal((await one.enter(100)).kind, 'probe')
    time.at += 600
    assert.equal((await other.enter(100)).kind, 'probe')
  })

  it('counts anew once it is closed again', async () => {
    await give(one, ...DEAD)
    time.at += 1000
    await give(one, 'alive', ...DEAD.slice(1))
    assert.equal(await kind(one), 'closed')
  })

  describe('while the database is away', () => {
    const gone = (): Promise<never> => Promise.reject(new BrokerError('broker.log-unavailable', 'gone'))
    let away: boolean
    let flaky: RegistryBoard
    beforeEach(() => {
      away = false
      const either =
        <A extends readonly unknown[], R>(method: (...args: A) => Promise<R>) =>
        (...args: A): Promise<R> =>
          away ? gone() : method(...args)
      flaky = {
        read: either(board.read),
        open: either(board.open),
        takeProbe: either(board.takeProbe),
        close: either(board.close),
        reopen: either(board.reopen),
        turnIn: () => Promise.resolve(0),
        takeTurn: either(board.takeTurn),
        shareSlots: either(board.shareSlots),
      }
      one = aProcess(flaky, time)
    })

    it('is not opened by it, and opens with the next sign once it is back', async () => {
      away = true
      await give(one, ...DEAD)
      assert.equal(await kind(one), 'closed')
      away = false
      time.at += 500
      await give(one, 'dead')
      assert.equal(await kind(one), 'open')
    })

    it('is not closed by it: what was known last stands, and nobody is let through', async () => {
      await give(one, ...DEAD)
      assert.equal(await kind(one), 'open')
      away = true
      time.at += 5000
      assert.equal((await one.enter(100)).kind, 'open')
    })
  })

  it('tells the operator when it opens and when the registry answers again', async () => {
    const lines: string[] = []
    one = aProcess(board, time, lines)
    await give(one, ...DEAD)
    time.at += 1000
    await give(one, 'alive')
    assert.deepEqual(lines, ['a registry is taken for dead: nobody asks it for a while', 'a registry answers again'])
  })
})
