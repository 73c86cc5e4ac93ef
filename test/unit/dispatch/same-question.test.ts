import assert from 'node:assert/strict'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { createDispatch } from '../../../src/dispatch/fan-out.ts'
import { foresee } from '../../../src/dispatch/foresee.ts'
import type { PlannedCall } from '../../../src/model/exchange.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import { aCall, aPlan, aStage, type Answer, found, notFound, opened, RecordingRows, type Stage } from './a-plan.ts'

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
})
