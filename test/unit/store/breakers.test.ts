import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { storeBoard } from '../../../src/dispatch/store-board.ts'
import type { RegistryBoard } from '../../../src/dispatch/registry-board.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

const EVER_MS = 60_000

describe('what all processes know of the registries', function () {
  this.timeout(60_000)
  let store: Store
  let one: RegistryBoard
  let other: RegistryBoard
  let count = 0
  let registry = ''
  before(async () => {
    store = await testStore()
    one = storeBoard({ db: store.db, owner: 1 })
    other = storeBoard({ db: store.db, owner: 2 })
  })
  beforeEach(() => {
    count += 1
    registry = `registry-${count}`
  })
  /** As if so much time had passed. */
  const pass = async (ms: number): Promise<void> => {
    const past = sql`${ms}::float8 * interval '1 millisecond'`
    await sql`update registry_breaker set retry_at = retry_at - ${past}, probe_until = probe_until - ${past}
      where registry = ${registry}`.execute(store.db)
  }
  const waitMs = async (): Promise<number | undefined> => (await other.read()).get(registry)?.retryInMs

  it('is which of them are taken for dead, and for how long, as one process says first', async () => {
    assert.equal(await waitMs(), undefined)
    await one.open(registry, 40_000)
    await other.open(registry, EVER_MS)
    const left = Number(await waitMs())
    assert.ok(left > 20_000 && left <= 40_000, `${left} ms`)
  })

  it('is who of them all may look whether one is back: one, once it is time', async () => {
    await one.open(registry, EVER_MS)
    assert.equal(await one.takeProbe(registry, EVER_MS), false)
    await pass(EVER_MS)
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, at) => [one, other][at % 2]!.takeProbe(registry, EVER_MS)),
    )
    assert.equal(taken.filter(Boolean).length, 1)
    assert.ok(Number(await waitMs()) > 30_000, 'the others wait for it')
  })

  it('is that it is back, by the word of whoever looked and of nobody else', async () => {
    await one.open(registry, 0)
    assert.equal(await one.takeProbe(registry, EVER_MS), true)
    await other.close(registry)
    await other.reopen(registry, 0)
    assert.ok(Number(await waitMs()) > 30_000)
    await one.close(registry)
    assert.equal(await waitMs(), undefined)
  })

  it('is that it is not, how often in a row, and when to look again', async () => {
    await one.open(registry, 0)
    await one.takeProbe(registry, EVER_MS)
    await one.reopen(registry, EVER_MS)
    const open = (await other.read()).get(registry)
    assert.equal(open?.opened, 2)
    assert.ok(open.retryInMs > 30_000 && open.retryInMs <= EVER_MS)
    assert.equal(await other.takeProbe(registry, EVER_MS), false)
  })

  it('passes the turn on where whoever had it died', async () => {
    await one.open(registry, 0)
    assert.equal(await one.takeProbe(registry, EVER_MS), true)
    assert.equal(await other.takeProbe(registry, EVER_MS), false)
    await pass(EVER_MS)
    assert.equal(await other.takeProbe(registry, EVER_MS), true)
    await one.close(registry)
    assert.ok(Number(await waitMs()) > 30_000, 'the first has no say any more')
  })

  it('is how fast each is asked by all of them together', async () => {
    const rate = { perSecond: 4 }
    const turns: (number | undefined)[] = []
    const since = performance.now()
    for (const board of [one, other, one, other, one]) turns.push(await board.takeTurn(registry, rate, EVER_MS))
    assert.deepEqual(turns.slice(0, 4), [0, 0, 0, 0])
    assertIsAt(Number(turns[4]), 250, since)
  })

  it('gives no turn to whoever would not wait for it', async () => {
    const rate = { perMinute: 1 }
    const since = performance.now()
    assert.equal(await one.takeTurn(registry, rate, EVER_MS), 0)
    assertIsAt(Number(await other.takeTurn(registry, rate, EVER_MS)), 60_000, since)
    assert.equal(await other.takeTurn(registry, rate, EVER_MS), undefined)
    assertIsAt(Number(await one.takeTurn(registry, rate, 2 * EVER_MS)), 120_000, since)
  })

  it('gives a turn only where second and minute both have one', async () => {
    const rate = { perSecond: 100, perMinute: 2 }
    const since = performance.now()
    assert.deepEqual([await one.takeTurn(registry, rate, 0), await other.takeTurn(registry, rate, 0)], [0, 0])
    assert.equal(await one.takeTurn(registry, rate, 20_000), undefined)
    assertIsAt(Number(await one.takeTurn(registry, rate, EVER_MS)), 30_000, since)
    assert.equal(await one.takeTurn(registry, { perSecond: 100 }, 0), 0)
  })

  it('never gives more turns at once than there are, however many ask together', async () => {
    const rate = { perSecond: 7 }
    const since = performance.now()
    const turns = await Promise.all(
      Array.from({ length: 60 }, (_, at) => [one, other][at % 2]!.takeTurn(registry, rate, EVER_MS)),
    )
    const sorted = turns.map(Number).toSorted((a, b) => a - b)
    assert.ok(sorted.filter((ms) => ms === 0).length >= 7)
    // One a seventh of a second, from the eighth on; what passed while they asked makes them a little earlier.
    const passed = performance.now() - since + 5
    for (const [at, ms] of sorted.entries()) assert.ok(ms >= ((at - 6) * 1000) / 7 - passed, `${at}: ${ms} ms`)
  })
})

/** What is to be waited leads to that moment, which counts from the first question: what passed since is waited no more. */
function assertIsAt(waitMs: number, moment: number, since: number): void {
  const passed = performance.now() - since
  assert.ok(waitMs >= moment - passed - 5 && waitMs <= moment, `${waitMs} ms to wait after ${passed} ms`)
}
