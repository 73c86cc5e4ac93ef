import assert from 'node:assert/strict'
import { MAX_ITEMS, nextStep } from '../../../src/dispatch/schedule.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import type { Json } from '../../../src/model/json.ts'
import { aCall, aPlan, OPERATION } from './a-plan.ts'

const outcome = (call: string, kind: CallOutcome['outcome'], evidence?: Json): CallOutcome => ({
  call,
  operation: OPERATION,
  outcome: kind,
  ...(evidence === undefined ? {} : { evidence }),
  elapsedMs: 1,
})
const NOBODY: ReadonlySet<string> = new Set()
const each = aCall('managers', {
  needs: ['trader'],
  forEach: 'calls.trader.people',
  input: { id: 'item.egn' },
})

describe('the schedule', () => {
  it('starts together what needs nothing, with its input in texts', () => {
    const plan = aPlan([aCall('a', { input: { id: 'application.n' } }), aCall('b')], { application: { n: 7 } })
    const step = nextStep(plan, [], NOBODY)
    assert.deepEqual(
      step.ready.map(({ name, input }) => [name, input]),
      [
        ['a', { id: '7' }],
        ['b', { id: 'b' }],
      ],
    )
    assert.equal(step.done, false)
  })

  it('starts nothing twice', () => assert.deepEqual(nextStep(aPlan([aCall('a')]), [], new Set(['a'])).ready, []))

  it('waits for what a call needs', () => {
    const plan = aPlan([aCall('a'), aCall('b', { needs: ['a'], input: { id: 'calls.a.value' } })])
    assert.deepEqual(
      nextStep(plan, [], NOBODY).ready.map(({ name }) => name),
      ['a'],
    )
    const ready = nextStep(plan, [outcome('a', 'found', { value: 'v' })], NOBODY).ready
    assert.deepEqual(
      ready.map(({ name, input }) => [name, input]),
      [['b', { id: 'v' }]],
    )
  })

  for (const kind of ['not-found', 'failed', 'refused', 'late', 'skipped'] as const)
    it(`skips a call whose input comes from one that is ${kind}`, () => {
      const plan = aPlan([aCall('a'), aCall('b', { needs: ['a'], input: { id: 'calls.a.value' } })])
      const step = nextStep(plan, [outcome('a', kind)], NOBODY)
      assert.deepEqual(
        step.decided.map(({ call, outcome: end }) => [call, end]),
        [['b', 'skipped']],
      )
    })

  it('skips a call whose condition is false or cannot be told', () => {
    const plan = aPlan([aCall('off', { when: 'false' }), aCall('odd', { when: 'application.absent' })])
    assert.deepEqual(
      nextStep(plan, [], NOBODY).decided.map(({ call }) => call),
      ['off', 'odd'],
    )
  })

  it('makes one call of each item, named by its place', () => {
    const plan = aPlan([aCall('trader'), each])
    const trader = outcome('trader', 'found', { people: [{ egn: '1' }, { other: 'x' }, { egn: '3' }] })
    const step = nextStep(plan, [trader], NOBODY)
    assert.deepEqual(
      step.ready.map(({ name, input, item }) => [name, input, item]),
      [
        ['managers.0', { id: '1' }, true],
        ['managers.2', { id: '3' }, true],
      ],
    )
    assert.deepEqual(
      step.decided.map(({ call, outcome: end }) => [call, end]),
      [['managers.1', 'skipped']],
    )
    assert.deepEqual(step.items, ['managers.1'])
  })

  it('has ended a forEach call only when all its items have', () => {
    const last = aCall('last', { needs: ['managers'] })
    const plan = aPlan([aCall('trader'), each, last])
    const trader = outcome('trader', 'found', { people: [{ egn: '1' }, { egn: '2' }] })
    const first = outcome('managers.0', 'found', {})
    assert.deepEqual(nextStep(plan, [trader, first], new Set(['managers.1'])).ready, [])
    const all = [trader, first, outcome('managers.1', 'failed')]
    assert.deepEqual(
      nextStep(plan, all, NOBODY).ready.map(({ name }) => name),
      ['last'],
    )
    assert.equal(nextStep(plan, [...all, outcome('last', 'found')], NOBODY).done, true)
  })

  it('has nothing to ask about an empty list; what needs it goes on, and what reads it is skipped', () => {
    const last = aCall('last', { needs: ['managers'] })
    const reader = aCall('reader', { needs: ['managers'], input: { id: 'size(calls.managers)' } })
    const plan = aPlan([aCall('trader'), each, last, reader])
    const trader = outcome('trader', 'found', { people: [] })
    const step = nextStep(plan, [trader], NOBODY)
    assert.deepEqual(
      step.decided.map(({ call, outcome: end }) => [call, end]),
      [['managers', 'skipped']],
    )
    const next = nextStep(plan, [trader, ...step.decided], NOBODY)
    assert.deepEqual(
      [next.ready.map(({ name }) => name), next.decided.map(({ call, outcome: end }) => [call, end])],
      [['last'], [['reader', 'skipped']]],
    )
  })

  it('takes a list that is longer than any application needs for a wrong answer', () => {
    const people = Array.from({ length: MAX_ITEMS + 1 }, () => ({ egn: '1' }))
    const step = nextStep(aPlan([aCall('trader'), each]), [outcome('trader', 'found', { people })], NOBODY)
    assert.deepEqual(
      step.decided.map(({ call, problem }) => [call, problem]),
      [['managers', 'provider.bad-answer']],
    )
  })
})
