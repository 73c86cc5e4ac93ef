import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { createDispatch } from '../../../src/dispatch/fan-out.ts'
import { foresee } from '../../../src/dispatch/foresee.ts'
import { lacksRequired } from '../../../src/dispatch/in-plan-order.ts'
import { missingParts } from '../../../src/exchange/missing.ts'
import type { ExchangePlan, PlannedCall } from '../../../src/model/exchange.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import { aCall, aPlan, aStage, type Answer, found, notFound, opened } from './a-plan.ts'

const WAYS = ['found', 'not-found', 'unavailable', 'refused', 'hang', 'off'] as const
type Way = (typeof WAYS)[number]

const answerOf =
  (ways: Readonly<Record<string, Way>>): Answer =>
  async ({ id = '' }, { call }) => {
    await pause(1)
    switch (ways[call]) {
      case 'not-found':
        return notFound()
      case 'unavailable':
      case 'refused':
        throw new AdapterFault(ways[call], 'no')
      case 'hang':
        return new Promise(() => undefined)
      default:
        return found({ id, value: call })
    }
  }

const callFor = (name: string, way: Way, changes: Partial<PlannedCall> = {}): PlannedCall =>
  aCall(name, { timeoutMs: 10, ...(way === 'off' ? { when: 'false' } : {}), ...changes })

async function run(plan: ExchangePlan, ways: Readonly<Record<string, Way>>) {
  const stage = aStage(answerOf(ways), { limits: new Map([['civil-registry', { attempts: 1 }]]) })
  const outcomes = await createDispatch(stage.ports)(opened(plan))
  return { outcomes, asked: stage.asked.map(({ context }) => context.call) }
}
const group = (ways: readonly Way[], more: readonly PlannedCall[] = []): ExchangePlan => {
  const names = ways.map((_way, at) => `m${at}`)
  // The order of the calls is not that of the group.
  const calls = names.map((name, at) => callFor(name, ways[at] ?? 'found')).reverse()
  return aPlan([...calls, ...more], { anyOf: [names] })
}
const waysOf = (ways: readonly Way[]): Record<string, Way> => Object.fromEntries(ways.map((way, at) => [`m${at}`, way]))
const ended = (outcomes: readonly CallOutcome[]): Record<string, string> =>
  Object.fromEntries(outcomes.map(({ call, outcome }) => [call, outcome]))

describe('calls of which any one is enough', () => {
  it('are asked in their order, and the rest is skipped from the first that finds something', async () => {
    const { outcomes, asked } = await run(
      group(['not-found', 'found', 'found']),
      waysOf(['not-found', 'found', 'found']),
    )
    assert.deepEqual(asked, ['m0', 'm1'])
    assert.deepEqual(ended(outcomes), { m0: 'not-found', m1: 'found', m2: 'skipped' })
  })

  for (const way of ['not-found', 'unavailable', 'refused', 'hang', 'off'] as const)
    it(`go on to the next where the one before is ${way}, and nothing is missing once that finds something`, async () => {
      const plan = group([way, 'found'])
      const { outcomes } = await run(plan, waysOf([way, 'found']))
      assert.equal(ended(outcomes)['m1'], 'found')
      assert.deepEqual(missingParts(plan, outcomes), [])
    })

  it('are missing where none found anything and one did not answer', async () => {
    const ways = ['not-found', 'unavailable', 'off'] as const
    const plan = group(ways)
    const { outcomes } = await run(plan, waysOf(ways))
    assert.deepEqual(
      missingParts(plan, outcomes).map(({ call }) => call),
      ['m1'],
    )
  })

  it('are not missing where all answered and none found anything: that is an answer', async () => {
    const plan = group(['not-found', 'not-found'])
    const { outcomes } = await run(plan, waysOf(['not-found', 'not-found']))
    assert.deepEqual(missingParts(plan, outcomes), [])
  })

  it('let a call that reads all of them go on with the one that found something', async () => {
    const reader = aCall('reader', {
      needs: ['m0', 'm1'],
      input: { id: 'has(calls.m0) ? calls.m0.value : calls.m1.value' },
    })
    const plan = group(['unavailable', 'found'], [reader])
    const { outcomes } = await run(plan, waysOf(['unavailable', 'found']))
    assert.equal(ended(outcomes)['reader'], 'found')
    const lost = await run(group(['unavailable', 'refused'], [reader]), waysOf(['unavailable', 'refused']))
    assert.deepEqual(
      missingParts(plan, lost.outcomes).map(({ call }) => call),
      ['m1', 'm0', 'reader'],
    )
  })

  it('are kept as they ended before a crash', async () => {
    const plan = group(['found', 'found'])
    const first = (await run(plan, waysOf(['found', 'found']))).outcomes.filter(({ call }) => call === 'm0')
    const stage = aStage(answerOf({}))
    const outcomes = await createDispatch(stage.ports)(opened(plan, first))
    assert.deepEqual([ended(outcomes), stage.asked.length], [{ m0: 'found', m1: 'skipped' }, 0])
  })

  it('leave nothing unanswered at the deadline once one of them found something', async () => {
    const plan = group(['found', 'found'])
    const first = (await run(plan, waysOf(['found', 'found']))).outcomes.filter(({ call }) => call === 'm0')
    assert.equal(lacksRequired(plan, first), false)
    assert.equal(lacksRequired(plan, []), true)
  })

  it('are foreseen as one question, of the first', () =>
    assert.deepEqual([...foresee(group(['found', 'found', 'found']))], [['m0', 1]]))

  it('always end, each call in one outcome, never two of them found, whatever registries do', function () {
    this.timeout(60_000)
    const plans = fc.record({
      groups: fc.array(fc.array(fc.constantFrom(...WAYS), { minLength: 2, maxLength: 4 }), {
        minLength: 1,
        maxLength: 3,
      }),
      readers: fc.array(fc.nat(2), { maxLength: 3 }),
      deadlineMs: fc.constantFrom(5, 30, 500),
    })
    return fc.assert(
      fc.asyncProperty(plans, async ({ groups, readers, deadlineMs }) => {
        const ways: Record<string, Way> = {}
        const anyOf = groups.map((members, at) =>
          members.map((way, place) => ((ways[`g${at}x${place}`] = way), `g${at}x${place}`)),
        )
        const reading = readers.flatMap((at, place): PlannedCall[] => {
          const needs = anyOf[at]
          return needs === undefined ? [] : [aCall(`r${place}`, { needs, input: { id: `calls.${needs[0]}.value` } })]
        })
        const members = Object.entries(ways).map(([name, way]) => callFor(name, way))
        const calls = [...members.toReversed(), ...reading]
        const plan = aPlan(calls, { anyOf, deadline: new Date(Date.now() + deadlineMs).toISOString() })
        const { outcomes, asked } = await run(plan, ways)
        assert.deepEqual(outcomes.map(({ call }) => call).sort(), calls.map(({ name }) => name).sort())
        assert.equal(new Set(asked).size, asked.length)
        const missing = new Set(missingParts(plan, outcomes).map(({ call }) => call))
        for (const names of anyOf) {
          const own = names.map((name) => ended(outcomes)[name])
          const at = own.indexOf('found')
          if (at === -1) continue
          assert.ok(own.slice(at + 1).every((outcome) => outcome === 'skipped'))
          assert.ok(!names.some((name) => missing.has(name)))
        }
      }),
      { numRuns: 60 },
    )
  })
})
