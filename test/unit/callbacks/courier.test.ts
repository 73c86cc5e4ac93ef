import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { Courier } from '../../../src/callbacks/courier.ts'
import { partyId } from '../../../src/model/ids.ts'
import { makeLogger } from '../../../src/ops/logger.ts'
import type { Executor } from '../../../src/store/tables/tables.ts'

describe('the courier', () => {
  it('looks once for all that closed together, and not at all for consumers without an address', async () => {
    let looks = 0
    const db = {
      executeQuery: () => {
        looks += 1
        return Promise.resolve({ rows: [] })
      },
    } as unknown as Executor
    const courier = new Courier({
      db,
      signer: { sign: () => '', publicKeys: [] },
      post: () => Promise.resolve({ kind: 'delivered' }),
      timeoutMs: 1000,
      retrySeconds: [],
      urlOf: (consumer) => (consumer === 'troyan' ? 'https://troyan.test/' : undefined),
      isSuspended: () => false,
      clock: () => new Date(),
      logger: makeLogger({ level: 'silent', write: () => undefined }),
    })
    for (let n = 0; n < 5; n += 1) courier.closed(partyId('vidin'))
    await wait(100)
    assert.equal(looks, 0)
    for (let n = 0; n < 5; n += 1) courier.closed(partyId('troyan'))
    await wait(100)
    assert.equal(looks, 1)
    await courier.stop()
  })
})
