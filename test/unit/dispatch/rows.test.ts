import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { createDispatch } from '../../../src/dispatch/fan-out.ts'
import { storeRows } from '../../../src/dispatch/rows.ts'
import type { ExchangePlan } from '../../../src/model/exchange.ts'
import { exchangeId } from '../../../src/model/ids.ts'
import { attemptsOf } from '../../../src/store/attempts.ts'
import { outcomesOf } from '../../../src/store/calls.ts'
import { insertExchange } from '../../../src/store/exchanges.ts'
import type { PayloadKey } from '../../../src/store/payload-cipher.ts'
import type { Store } from '../../../src/store/store.ts'
import { ASKED } from '../../support/asked-frame.ts'
import { testStore } from '../../support/database.ts'
import { aCall, aPlan, aStage, found, opened } from './a-plan.ts'

describe('dispatch on the store', function () {
  this.timeout(60_000)
  let store: Store
  let key: PayloadKey
  let exchange: number
  let plan: ExchangePlan
  before(async () => {
    store = await testStore()
  })
  beforeEach(async () => {
    const calls = [
      aCall('trader', { fields: ['people.id'] }),
      aCall('managers', { needs: ['trader'], forEach: 'calls.trader.people', input: { id: 'item.id' } }),
      aCall('off', { when: 'false' }),
    ]
    plan = aPlan(calls, { exchangeId: exchangeId(randomUUID()) })
    key = store.cipher.newKey({ consumer: plan.consumer, exchangeId: plan.exchangeId })
    const id = await insertExchange(
      store.db,
      {
        consumer: plan.consumer,
        exchangeId: plan.exchangeId,
        service: plan.service,
        caseReference: plan.case,
        requestDigest: Buffer.alloc(32),
        receivedAt: new Date(plan.receivedAt),
        deadline: new Date(plan.deadline),
        retentionClass: 'answer',
        owner: 0,
        key,
        payloads: [],
        calls: plan.calls,
      },
      { bytes: Buffer.from('opened'), leafHash: Buffer.alloc(32), event: 'opened' },
    )
    assert.ok(id !== undefined)
    exchange = id
  })
  const rows = (): ReturnType<typeof storeRows> =>
    storeRows({
      db: store.db,
      locate: () => Promise.resolve({ exchange, key }),
      asked: () => ASKED,
    })

  it('stores what it gives back, items too, each with its attempts', async () => {
    let firstTime = true
    const stage = aStage(
      ({ id }, { call }) => {
        if (call === 'trader') return found({ id: id ?? '', people: [{ id: 'p0' }, { id: 'p1' }] })
        if (call === 'managers.1' && firstTime) {
          firstTime = false
          throw new AdapterFault('unavailable', 'restarting')
        }
        return found({ id: id ?? '', value: `of ${id ?? ''}` })
      },
      { rows: rows() },
    )
    const outcomes = await createDispatch(stage.ports)(opened(plan))
    const stored = await outcomesOf(store.db, exchange, key)
    assert.deepEqual(new Set(stored), new Set(outcomes))
    assert.deepEqual(
      outcomes.map(({ call, outcome }) => `${call} ${outcome}`),
      ['trader found', 'managers.0 found', 'managers.1 found', 'off skipped'],
    )
    const attempts = await attemptsOf(store.db, exchange)
    assert.deepEqual(attempts.map(({ call, number, fault }) => `${call} ${number} ${fault ?? 'ok'}`).sort(), [
      'managers.0 1 ok',
      'managers.1 1 provider.unavailable',
      'managers.1 2 ok',
      'trader 1 ok',
    ])
    assert.equal(
      attempts.every(({ ended_at }) => ended_at !== null),
      true,
    )
  })

  it('goes on after a crash from what was stored, counting attempts on', async () => {
    await rows().begin(plan, [{ name: 'trader', planned: aCall('trader'), input: {}, item: false }], new Date())
    const stage = aStage(({ id }) => found({ id: id ?? '', people: [] }), { rows: rows() })
    const known = await outcomesOf(store.db, exchange, key)
    const outcomes = await createDispatch(stage.ports)(opened(plan, known))
    assert.deepEqual(
      outcomes.map(({ call, outcome }) => `${call} ${outcome}`),
      ['trader found', 'managers skipped', 'off skipped'],
    )
    const numbers = (await attemptsOf(store.db, exchange)).map(({ call, number }) => `${call} ${number}`)
    assert.deepEqual(numbers.sort(), ['trader 1', 'trader 2'])
  })
})
