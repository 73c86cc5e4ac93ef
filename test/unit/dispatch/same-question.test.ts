import assert from 'node:assert/strict'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { createDeferringDispatch, createDispatch } from '../../../src/dispatch/fan-out.ts'
import { registryPolicies } from '../../../src/dispatch/registry-policy.ts'
import type { Later } from '../../../src/dispatch/later.ts'
import { foresee } from '../../../src/dispatch/foresee.ts'
import type { PlannedCall } from '../../../src/model/exchange.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import {
  aCall,
  aPlan,
  aStage,
  type Answer,
  found,
  notFound,
  opened,
  OPERATION,
  RecordingRows,
  type Stage,
  standing,
} from './a-plan.ts'

const SAME = { input: { id: '"7"' } }
const whole: Answer = ({ id }) => found({ id: id ?? '', value: 'v', more: { inner: 'm', other: 'o' }, secret: 's' })
const run = (stage: Stage, calls: readonly PlannedCall[]): Promise<readonly CallOutcome[]> =>
  createDispatch(stage.ports)(opened(aPlan(calls)))
const evidence = (outcomes: readonly CallOutcome[]): unknown[] => outcomes.map((outcome) => outcome.evidence)

describe('identical questions of one exchange', () => {
  it('are put once; each call has its outcome, with the time of the one question', async () => {
    const stage = aStage(whole)
    const outcomes = await run(stage, [aCall('a', SAME), aCall('b', SAME)])
    assert.equal(stage.asked.length, 1)
    assert.deepEqual(evidence(outcomes), [{ value: 'v' }, { value: 'v' }])
    assert.deepEqual(outcomes[0]?.provenance, outcomes[1]?.provenance)
    assert.deepEqual(stage.rows.events, ['begin a', 'ask a', 'end a found 1 -', 'end b found - -'])
  })

  it('are put with the fields that any of them wants, of which each keeps its own', async () => {
    const stage = aStage(whole)
    const outcomes = await run(stage, [aCall('a', SAME), aCall('b', { ...SAME, fields: ['more.inner'] })])
    assert.deepEqual(stage.asked[0]?.context.fields, ['more.inner', 'value'])
    assert.deepEqual(evidence(outcomes), [{ value: 'v' }, { more: { inner: 'm' } }])
  })

  it('are other questions where operation or input differ, or where they must not be put twice', async () => {
    const stage = aStage(whole)
    await run(stage, [
      aCall('a', SAME),
      aCall('b', { input: { id: '"8"' } }),
      aCall('c', { input: { id: '"7"', more: '"x"' } }),
      aCall('d', { ...SAME, idempotent: false }),
      aCall('e', { ...SAME, idempotent: false }),
    ])
    assert.deepEqual(
      stage.asked.map(({ context }) => context.call),
      ['a', 'b', 'c', 'd', 'e'],
    )
  })

  it('are put once by a call that becomes ready later too, unless it wants more', async () => {
    const stage = aStage(whole)
    const later = { ...SAME, needs: ['a'], when: 'has(calls.a.value)' }
    const outcomes = await run(stage, [
      aCall('a', { ...SAME, fields: ['value', 'more'] }),
      aCall('b', { ...later, fields: ['more.other'] }),
      aCall('c', { ...later, fields: ['secret'] }),
    ])
    assert.deepEqual(
      stage.asked.map(({ context }) => [context.call, context.fields]),
      [
        ['a', ['value', 'more']],
        ['c', ['secret']],
      ],
    )
    assert.deepEqual(evidence(outcomes).slice(1), [{ more: { other: 'o' } }, { secret: 's' }])
  })

  it('are put once for all items of a list that name the same', async () => {
    const stage = aStage(({ id }, { call }) =>
      call === 'trader'
        ? found({ id: id ?? '', people: [{ egn: '1' }, { egn: '2' }, { egn: '1' }] })
        : whole({ id: id ?? '' }, {} as never),
    )
    const outcomes = await run(stage, [
      aCall('trader', { fields: ['people'] }),
      aCall('managers', { needs: ['trader'], forEach: 'calls.trader.people', input: { id: 'item.egn' } }),
    ])
    assert.deepEqual(
      stage.asked.map(({ context }) => context.call),
      ['trader', 'managers.0', 'managers.1'],
    )
    assert.deepEqual(
      outcomes.map(({ call, outcome }) => `${call} ${outcome}`),
      ['trader found', 'managers.0 found', 'managers.1 found', 'managers.2 found'],
    )
    assert.ok(stage.rows.events.includes('items managers.2'))
  })

  it('have one outcome, whatever it is', async () => {
    for (const [answer, end] of [
      [() => notFound(), 'not-found undefined'],
      [() => Promise.reject(new AdapterFault('refused', 'no')), 'refused provider.refused'],
      [() => found({ id: 'another' }), 'failed provider.other-subject'],
      [() => new Promise(() => undefined), 'failed provider.timeout'],
    ] as const satisfies readonly (readonly [Answer, string])[]) {
      const stage = aStage(answer)
      const outcomes = await run(stage, [
        aCall('a', { ...SAME, timeoutMs: 20 }),
        aCall('b', { ...SAME, timeoutMs: 20 }),
      ])
      assert.deepEqual(
        outcomes.map(({ outcome, problem }) => `${outcome} ${problem}`),
        [end, end],
      )
      assert.equal(stage.asked.length, 1)
    }
  })

  it('are refused together where the day has no question left', async () => {
    const stage = aStage(whole, {}, new RecordingRows({}, ['a']))
    const outcomes = await run(stage, [aCall('a', SAME), aCall('b', SAME)])
    assert.deepEqual(
      outcomes.map(({ problem }) => problem),
      ['access.quota-exceeded', 'access.quota-exceeded'],
    )
    assert.equal(stage.asked.length, 0)
  })

  it('are foreseen as one', () => {
    const plan = aPlan([aCall('a', SAME), aCall('b', SAME), aCall('c', { ...SAME, idempotent: false })])
    assert.deepEqual(
      [...foresee(plan)],
      [
        ['a', 1],
        ['b', 0],
        ['c', 1],
      ],
    )
  })

  describe('that workers ask', () => {
    const LATER = new Date(Date.now() + 3_600_000).toISOString()
    /** A queue whose calls all find the fields that they want. */
    const aQueue = (ends: 'found' | 'not-found' | 'never', before: readonly string[] = []) => {
      const put: string[] = []
      const later: Later = {
        servesHere: () => false,
        queued: () => Promise.resolve([...before]),
        put: (_plan, calls) => Promise.resolve(void put.push(...calls.map(({ call }) => call.name))),
        ended: (_plan, call, until) => {
          const outcome = { call, operation: OPERATION, outcome: ends, elapsedMs: 1 }
          if (ends === 'not-found') return Promise.resolve({ ...outcome, outcome: ends })
          if (ends === 'found')
            return Promise.resolve({
              ...outcome,
              outcome: ends,
              evidence: { value: `of ${call}`, more: { inner: 'm' } },
            })
          return new Promise((resolve) => until.addEventListener('abort', () => resolve(undefined), { once: true }))
        },
        faultOf: () => Promise.resolve(undefined),
        giveUp: () => Promise.resolve(),
        interrupt: () => Promise.resolve(),
      }
      return { put, later }
    }
    const runQueued = (stage: Stage, later: Later, ...[calls, more]: Parameters<typeof aPlan>) =>
      createDeferringDispatch(stage.ports, registryPolicies(stage.ports), later)(opened(aPlan(calls, more)))
    const wide = { ...SAME, fields: ['value', 'more'] }

    it('are put into the queue once, by who wants the most; who wants no more follows, with its own fields', async () => {
      const stage = aStage(whole)
      const { put, later } = aQueue('found')
      const outcomes = await runQueued(stage, later, [aCall('a', SAME), aCall('b', wide)])
      assert.ok(outcomes !== 'deferred')
      assert.deepEqual(put, ['b'])
      assert.deepEqual(evidence(outcomes), [{ value: 'of b' }, { value: 'of b', more: { inner: 'm' } }])
      assert.ok(stage.rows.events.includes('end a found - -'))
      assert.equal(stage.asked.length, 0)
    })

    it('are put twice where each wants what the other does not, or where they must be', async () => {
      const { put, later } = aQueue('found')
      await runQueued(aStage(whole), later, [
        aCall('a', SAME),
        aCall('b', { ...SAME, fields: ['more'] }),
        aCall('c', { ...SAME, idempotent: false }),
      ])
      assert.deepEqual(put.toSorted(), ['a', 'b', 'c'])
    })

    it('have one outcome too where nothing is found, or nothing comes', async () => {
      const nothing = aQueue('not-found')
      const outcomes = await runQueued(aStage(whole), nothing.later, [aCall('a', SAME), aCall('b', SAME)])
      assert.ok(outcomes !== 'deferred')
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['not-found', 'not-found'],
      )
      const never = aQueue('never')
      const now = standing()
      const stage = aStage(whole, { clock: now.clock })
      const soon = { deadline: now.in(100) }
      const late = await runQueued(stage, never.later, [aCall('a', SAME), aCall('b', SAME)], soon)
      assert.ok(late !== 'deferred')
      assert.deepEqual([late.map(({ outcome }) => outcome), never.put], [['late', 'late'], ['a']])
    })

    it('follow one that a process left in the queue that died', async () => {
      const { put, later } = aQueue('found', ['b'])
      const stage = aStage(whole)
      const plan = aPlan([aCall('a', SAME), aCall('b', SAME)], { outerEnd: LATER })
      const left = { ...opened(plan), resumed: { deferred: false } }
      const outcomes = await createDeferringDispatch(stage.ports, registryPolicies(stage.ports), later)(left)
      assert.ok(outcomes !== 'deferred')
      assert.deepEqual([put, evidence(outcomes)[0]], [[], { value: 'of b' }])
    })
  })
})
