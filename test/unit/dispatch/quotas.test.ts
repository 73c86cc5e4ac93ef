import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { createDispatch } from '../../../src/dispatch/fan-out.ts'
import { createQuotas, type Quotas } from '../../../src/dispatch/quotas.ts'
import { storeRows } from '../../../src/dispatch/rows.ts'
import type { AgreementDigest } from '../../../src/model/agreement.ts'
import type { ExchangePlan, PlannedCall } from '../../../src/model/exchange.ts'
import { exchangeId } from '../../../src/model/ids.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import type { Counting } from '../../../src/model/quota.ts'
import { sofiaDay } from '../../../src/model/sofia-day.ts'
import { insertExchange } from '../../../src/store/exchanges.ts'
import { questionsOf } from '../../../src/store/quotas.ts'
import type { Store } from '../../../src/store/store.ts'
import { ASKED } from '../../support/asked-frame.ts'
import { testStore } from '../../support/database.ts'
import {
  aCall,
  anOperation,
  aPlan,
  aStage,
  type Answer,
  echoing,
  found,
  opened,
  OPERATION,
  RecordingRows,
  standing,
} from './a-plan.ts'

const ends = (outcomes: readonly CallOutcome[]): string[] =>
  outcomes.map(({ call, outcome, problem }) => [call, outcome, problem].filter(Boolean).join(' '))
const digest = (): AgreementDigest => randomUUID() as unknown as AgreementDigest
const counted = (name: string, counting: Counting, changes: Partial<PlannedCall> = {}): PlannedCall =>
  aCall(name, { counting, ...changes })

describe('dispatch under a quota', () => {
  it('asks nobody about a call that is over a limit, and ends it refused', async () => {
    const rows = new RecordingRows({}, ['b'])
    const stage = aStage(echoing, {}, rows)
    const outcomes = await createDispatch(stage.ports)(opened(aPlan([aCall('a'), aCall('b')])))
    assert.deepEqual(ends(outcomes), ['a found', 'b refused access.quota-exceeded'])
    assert.deepEqual(
      stage.asked.map(({ context }) => context.call),
      ['a'],
    )
    assert.ok(rows.events.includes('end b refused - -'))
  })

  const limited = { agreement: digest(), perDay: 5 }
  it('takes the count of a question back that never reached the registry: its input does not fit', async () => {
    const operations = new Map([[OPERATION, anOperation({ acceptsInput: () => false })]])
    const stage = aStage(echoing, { operations })
    await createDispatch(stage.ports)(opened(aPlan([counted('a', limited)])))
    assert.deepEqual(stage.rows.events, ['begin a', 'uncount a', 'end a failed 1 provider.adapter-defect'])
  })

  it('takes the count back of what still waited for its turn at the deadline', async () => {
    const operations = new Map([
      [OPERATION, { ...anOperation(), manifest: { ...anOperation().manifest, maxConcurrent: 1 } }],
    ])
    const slow: Answer = async () => {
      await pause(300)
      return found({ id: 'a', value: 'v' })
    }
    const now = standing()
    const stage = aStage(slow, { operations, clock: now.clock })
    const deadline = now.in(100)
    await createDispatch(stage.ports)(opened(aPlan([counted('a', limited), counted('b', limited)], { deadline })))
    assert.deepEqual(
      stage.rows.events.filter((event) => event.startsWith('uncount')),
      ['uncount b'],
    )
  })

  it('leaves the count of a question that was put, whatever came of it', async () => {
    for (const kind of ['timeout', 'refused', 'bad-answer', 'unavailable'] as const) {
      const stage = aStage(() => Promise.reject(new AdapterFault(kind, 'no')))
      await createDispatch(stage.ports)(opened(aPlan([counted('a', limited)])))
      assert.ok(!stage.rows.events.includes('uncount a'), kind)
    }
  })

  it('leaves the count of what may have been put before a crash', async () => {
    const rows = new RecordingRows({ a: 1 })
    const stage = aStage(echoing, {}, rows)
    await createDispatch(stage.ports)(opened(aPlan([counted('a', limited, { idempotent: false })])))
    assert.deepEqual(stage.asked, [])
    assert.ok(!rows.events.includes('uncount a'))
  })
})

describe('quotas', function () {
  this.timeout(60_000)
  let store: Store
  let quotas: Quotas
  let now = new Date()
  before(async () => {
    store = await testStore()
    quotas = createQuotas({ db: store.db, clock: () => now })
  })
  beforeEach(() => {
    now = new Date()
  })

  const run = async (plan: ExchangePlan, answer: Answer = echoing): Promise<readonly CallOutcome[]> => {
    const key = store.cipher.newKey({ consumer: plan.consumer, exchangeId: plan.exchangeId })
    const id = await insertExchange(
      store.db,
      {
        ...{ consumer: plan.consumer, exchangeId: plan.exchangeId, service: plan.service, caseReference: plan.case },
        ...{ receivedAt: new Date(plan.receivedAt), deadline: new Date(plan.deadline), owner: 0, key, payloads: [] },
        ...{ requestDigest: Buffer.alloc(32), retentionClass: 'standard', calls: plan.calls },
      },
      { bytes: Buffer.from('opened'), leafHash: Buffer.alloc(32), event: 'opened' },
    )
    const rows = storeRows({
      db: store.db,
      locate: () => Promise.resolve({ exchange: id!, key }),
      asked: () => ASKED,
    })
    return createDispatch(aStage(answer, { rows, clock: () => now }).ports)(opened(plan))
  }
  const planOf = (...calls: PlannedCall[]): ExchangePlan => aPlan(calls, { exchangeId: exchangeId(randomUUID()) })

  it('count every question of a plan, each item of a list too, and a retry not at all', async () => {
    const agreement = digest()
    const counting = { agreement, perDay: 10 }
    const plan = planOf(
      counted('trader', counting, { fields: ['people.id'] }),
      counted('managers', counting, { needs: ['trader'], forEach: 'calls.trader.people', input: { id: 'item.id' } }),
      counted('off', counting, { when: 'false' }),
    )
    let failed = false
    await run(plan, ({ id }, { call }) => {
      if (call === 'trader') return found({ id: id ?? '', people: [{ id: 'p0' }, { id: 'p1' }] })
      if (failed) return found({ id: id ?? '', value: 'v' })
      failed = true
      throw new AdapterFault('unavailable', 'restarting')
    })
    const [allowance] = await quotas.look(plan)
    assert.deepEqual([allowance?.limit, allowance?.used, allowance?.left], [10, 3, 7])
    assert.deepEqual([allowance?.name, allowance?.agreement], ['civil-registry', agreement])
  })

  const wanted = async (...calls: PlannedCall[]): Promise<number | undefined> =>
    (await quotas.look(planOf(...calls)))[0]?.wanted

  it('are looked at without being used', async () => {
    const plan = planOf(counted('a', { agreement: digest(), perDay: 1 }))
    await run(plan)
    await quotas.look(plan)
    const [allowance] = await quotas.look(plan)
    assert.deepEqual([allowance?.used, allowance?.left, allowance?.wanted], [1, 0, 1])
  })

  it('say what all calls of an agreement want together, as far as the application decides it', async () => {
    const counting = { agreement: digest(), perDay: 1 }
    assert.equal(await wanted(counted('a', counting), counted('b', counting)), 2)
    assert.equal(await wanted(counted('a', counting), counted('b', counting, { when: 'false' })), 1)
  })

  it('take a call that waits for another one to be asked, unless a condition or a list decides', async () => {
    const counting = { agreement: digest(), perDay: 1 }
    const waits = { needs: ['a'], input: { id: 'calls.a.value' } }
    assert.equal(await wanted(counted('a', counting), counted('b', counting, waits)), 2)
    const when = { ...waits, when: 'calls.a.value == "x"' }
    assert.equal(await wanted(counted('a', counting), counted('b', counting, when)), 1)
    const each = { ...waits, forEach: 'calls.a.value' }
    assert.equal(await wanted(counted('a', counting), counted('b', counting, each)), 1)
  })

  it("hold an owner's total for everybody, whoever has an agreement", async () => {
    const total = (name: string, counting: Counting = {}): PlannedCall => counted(name, { ...counting, total: 2 })
    await run(planOf(total('a')))
    const plan = planOf(total('b', { agreement: digest(), perDay: 9 }))
    await run(plan)
    assert.deepEqual(
      (await quotas.look(plan)).map(({ name, limit, left }) => `${name} ${limit} ${left}`),
      ['civil-registry 9 8', `${OPERATION} 2 0`],
    )
    assert.deepEqual(ends(await run(planOf(total('c')))), ['c refused access.quota-exceeded'])
  })

  it('begin anew at midnight in Sofia, and say when that is', async () => {
    const plan = planOf(counted('a', { agreement: digest(), perDay: 1 }))
    now = new Date('2026-07-15T20:59:00Z')
    await run({ ...plan, receivedAt: now.toISOString(), deadline: new Date(now.getTime() + 5000).toISOString() })
    const [before] = await quotas.look(plan)
    assert.deepEqual([before?.left, before?.resetAt, before?.resetSeconds], [0, '2026-07-15T21:00:00.000Z', 60])
    now = new Date('2026-07-15T21:00:00Z')
    assert.equal(sofiaDay(now), '2026-07-16')
    assert.deepEqual((await quotas.look(plan))[0]?.left, 1)
  })

  it('have nothing to say where there is no limit', async () => {
    const agreement = digest()
    const plan = planOf(counted('a', { agreement }))
    await run(plan)
    assert.deepEqual(await quotas.look(plan), [])
    const counter = `agreement:${agreement}`
    assert.equal((await questionsOf(store.db, sofiaDay(now), [counter])).get(counter), 1)
  })
})
