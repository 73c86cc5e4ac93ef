import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { RegistryBoard } from '../../../src/dispatch/registry-board.ts'
import { storeBoard } from '../../../src/dispatch/store-board.ts'
import { type Owner, takeOwnership } from '../../../src/store/owner.ts'
import type { Store } from '../../../src/store/store.ts'
import { testDatabaseUrl, testStore } from '../../support/database.ts'
import { until } from '../../support/estate.ts'

describe('questions that may be out at once, shared by all processes', function () {
  this.timeout(60_000)
  let databaseUrl: string
  let store: Store
  let owners: Owner[] = []
  let boards: RegistryBoard[] = []
  let count = 0
  let registry = ''
  before(async () => {
    databaseUrl = await testDatabaseUrl()
    store = await testStore(databaseUrl)
  })
  beforeEach(() => {
    count += 1
    registry = `registry-${count}`
  })
  afterEach(async () => {
    await Promise.all(owners.map((owner) => owner.close()))
  })
  /** Beside the store's own process, which asks nothing. */
  const withProcesses = async (many: number): Promise<void> => {
    owners = await Promise.all(Array.from({ length: many }, () => takeOwnership(databaseUrl)))
    boards = owners.map(({ id }) => storeBoard({ db: store.db, owner: id }))
  }
  const share = async (at: number, most: number, used: number, wanted: number): Promise<number> =>
    (await boards[at]!.shareSlots(registry, { most, used, wanted })).allowed

  it('are as many as one process wants, where no other asks', async () => {
    await withProcesses(2)
    assert.equal(await share(0, 10, 0, 4), 4)
    assert.equal(await share(0, 10, 4, 30), 10)
  })

  it('are, for one that wants few, its part already: the next ones need not be asked for', async () => {
    await withProcesses(2)
    assert.equal(await share(0, 12, 0, 1), 4)
  })

  it('are what the others leave until these have given some back', async () => {
    await withProcesses(2)
    assert.equal(await share(0, 10, 0, 30), 10)
    assert.equal(await share(1, 10, 0, 30), 0)
    // It has eight out, and may begin none until there are fewer than five.
    assert.equal(await share(0, 10, 8, 30), 5)
    assert.equal(await share(1, 10, 0, 30), 2)
    assert.equal(await share(0, 10, 5, 30), 5)
    assert.equal(await share(1, 10, 2, 30), 5)
  })

  it('are all that whoever wants few leaves', async () => {
    await withProcesses(3)
    for (let round = 0; round < 2; round += 1) {
      await share(0, 10, 0, 30)
      await share(1, 10, 0, 30)
      await share(2, 10, 0, 2)
    }
    assert.deepEqual([await share(0, 10, 0, 30), await share(1, 10, 0, 30), await share(2, 10, 0, 2)], [4, 4, 2])
  })

  it('are free again where their process asks no more, and where it died', async () => {
    await withProcesses(2)
    await share(0, 10, 0, 30)
    await share(0, 10, 0, 0)
    assert.equal(await share(1, 10, 0, 30), 10)
    await owners[1]!.close()
    // Its session may end a moment after it said goodbye.
    await until('all are free', async () => (await share(0, 10, 0, 30)) === 10)
  })

  it('go round where more processes ask than there are', async () => {
    await withProcesses(3)
    const had = new Set<number>()
    const end = Date.now() + 40_000
    while (had.size < 3 && Date.now() < end) {
      for (const at of [0, 1, 2]) if ((await share(at, 1, 0, 5)) === 1) had.add(at)
      await pause(100)
    }
    assert.equal(had.size, 3)
  })

  it('are never more than the owner says, whatever each of five processes does', async () => {
    await withProcesses(5)
    const most = 7
    const used = [0, 0, 0, 0, 0]
    let largest = 0
    const one = async (at: number): Promise<void> => {
      for (let times = 0; times < 120; times += 1) {
        const wanted = used[at]! + Math.floor(Math.random() * 6)
        const allowed = await share(at, most, used[at]!, wanted)
        // Takes what it may, then some end.
        used[at] = Math.max(used[at]!, Math.min(wanted, allowed))
        largest = Math.max(
          largest,
          used.reduce((sum, each) => sum + each, 0),
        )
        if (Math.random() < 0.5) used[at] = Math.floor(Math.random() * (used[at] + 1))
      }
    }
    await Promise.all(used.map((_, at) => one(at)))
    assert.equal(largest, most)
  })
})
