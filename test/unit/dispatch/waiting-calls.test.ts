import assert from 'node:assert/strict'
import { WaitingCalls } from '../../../src/dispatch/waiting-calls.ts'
import type { Hint } from '../../../src/store/hints.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

describe('queued calls that are waited for', function () {
  this.timeout(60_000)
  let store: Store
  before(async () => {
    store = await testStore()
  })
  it('are told to all who wait for them: an exchange that is taken up again, and who waited for it before', async () => {
    let say: (hint: Hint) => void = () => undefined
    const hear = (listener: (hint: Hint) => void) => {
      say = listener
      return () => undefined
    }
    const calls = new WaitingCalls(store.db, { hear })
    try {
      const until = new AbortController().signal
      const both = Promise.all([
        calls.wait({ exchange: 1, call: 'a' }, until),
        calls.wait({ exchange: 1, call: 'a' }, until),
      ])
      const stopped = calls.wait({ exchange: 1, call: 'a' }, AbortSignal.timeout(1))
      assert.equal(await stopped, undefined)
      say({ kind: 'call', exchange: 1, call: 'a' })
      assert.deepEqual(await both, ['hint', 'hint'])
    } finally {
      calls.close()
    }
  })
})
