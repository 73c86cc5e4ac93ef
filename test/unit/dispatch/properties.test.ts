import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { createDispatch } from '../../../src/dispatch/fan-out.ts'
import type { ExchangePlan, PlannedCall } from '../../../src/model/exchange.ts'
import type { ExchangeId } from '../../../src/model/ids.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import { aCall, aPlan, aStage, type Answer, found, notFound, opened } from './a-plan.ts'

type Behaviour =
  | 'found'
  | 'empty'
  | 'not-found'
  | 'unavailable'
  | 'refused'
  | 'bad-answer'
  | 'defect'
  | 'other'
  | 'hang'
interface Node {
  readonly behaviour: Behaviour
  readonly needs: readonly number[]
  readonly form: 'plain' | 'each' | 'off' | 'unsure'
  readonly optional: boolean
  readonly delayMs: number
}

const BEHAVIOURS: readonly Behaviour[] = [
  'found',
  'found',
  'found',
  'empty',
  'not-found',
  'unavailable',
  'refused',
  'bad-answer',
  'defect',
  'other',
  'hang',
]

/** A graph without cycles: each node needs only nodes before it. */
const graphs: fc.Arbitrary<readonly Node[]> = fc
  .array(
    fc.record({
      behaviour: fc.constantFrom(...BEHAVIOURS),
      needs: fc.array(fc.nat(7), { maxLength: 3 }),
      form: fc.constantFrom('plain' as const, 'plain' as const, 'each' as const, 'off' as const, 'unsure' as const),
      optional: fc.boolean(),
      delayMs: fc.nat(3),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((nodes) =>
    nodes.map((node, index) => ({ ...node, needs: [...new Set(node.needs.filter((need) => need < index))] })),
  )

const CONDITIONS = { off: 'false', unsure: 'application.absent == "x"', plain: undefined, each: undefined }

function callOf(node: Node, index: number, nodes: readonly Node[]): PlannedCall {
  const first = node.needs[0]
  const each = node.form === 'each' && first !== undefined && nodes[first]?.form !== 'each'
  const when = CONDITIONS[node.form]
  const needed = node.needs
    .filter((need) => !(each && need === first))
    .map((need) => (nodes[need]?.form === 'each' ? `string(size(calls.n${need}))` : `calls.n${need}.value`))
  const own = each ? 'item.id' : `"n${index}"`
  return aCall(`n${index}`, {
    need: node.optional ? 'optional' : 'required',
    needs: node.needs.map((need) => `n${need}`),
    input: { id: own, ...Object.fromEntries(needed.map((source, place) => [`x${place}`, source])) },
    timeoutMs: 15,
    idempotent: index % 2 === 0,
    fields: ['value', 'list'],
    ...(when === undefined ? {} : { when }),
    ...(each ? { forEach: `calls.n${first}.list` } : {}),
  })
}

const answerOf =
  (nodes: readonly Node[], mark: string): Answer =>
  async ({ id = '' }, { call }) => {
    const node = nodes[Number(/^n(\d+)/.exec(call)?.[1])]
    await pause(node?.delayMs ?? 0)
    switch (node?.behaviour) {
      case 'not-found':
        return notFound()
      case 'unavailable':
      case 'refused':
      case 'bad-answer':
        throw new AdapterFault(node.behaviour, 'no')
      case 'defect':
        throw new TypeError('defect')
      case 'other':
        return found({ id: 'another', value: mark })
      case 'hang':
        return new Promise(() => undefined)
      default:
        return found({
          id,
          value: mark,
          list: node?.behaviour === 'empty' ? [] : [{ id: `${mark} 0` }, { id: `${mark} 1` }],
        })
    }
  }

const baseOf = (call: string): string => call.split('.')[0] ?? call

/** Every call has its own outcome, or one outcome for each of its items. */
function assertOneEach(plan: ExchangePlan, outcomes: readonly CallOutcome[]): void {
  assert.equal(new Set(outcomes.map(({ call }) => call)).size, outcomes.length, 'an outcome twice')
  for (const { name, forEach } of plan.calls) {
    const own = outcomes.filter(({ call }) => call === name).length
    const items = outcomes.filter(({ call }) => call !== name && baseOf(call) === name).length
    assert.ok(
      forEach === undefined ? own === 1 && items === 0 : (own === 1) !== items > 0,
      `${name}: ${own} own, ${items} items`,
    )
  }
}

/** By the order in which outcomes were stored and registries asked: never before what is needed. */
function assertOrder(plan: ExchangePlan, events: readonly string[]): void {
  const firstOf = new Map<string, number>()
  const lastEnd = new Map<string, number>()
  for (const [at, event] of events.entries()) {
    const [what, call = ''] = event.split(' ')
    if ((what === 'ask' || what === 'end') && !firstOf.has(baseOf(call))) firstOf.set(baseOf(call), at)
    if (what === 'end') lastEnd.set(baseOf(call), at)
  }
  for (const { name, needs } of plan.calls)
    for (const need of needs) assert.ok(Number(lastEnd.get(need)) < Number(firstOf.get(name)), `${name} before ${need}`)
}

describe('fan out, over random plans', function () {
  this.timeout(60_000)

  it('ends every call in exactly one outcome, never before what it needs, whatever registries do', () =>
    fc.assert(
      fc.asyncProperty(graphs, async (nodes) => {
        const plan = aPlan(nodes.map(callOf))
        const stage = aStage(answerOf(nodes, 'own'))
        const outcomes = await createDispatch(stage.ports)(opened(plan))
        assertOneEach(plan, outcomes)
        assertOrder(plan, stage.rows.events)
        assert.deepEqual(new Set(stage.rows.outcomes), new Set(outcomes))
        for (const { outcome, evidence } of outcomes) assert.equal(outcome === 'found', evidence !== undefined)
      }),
      { numRuns: 60 },
    ))

  it('never mixes the data of exchanges that run at the same time', () =>
    fc.assert(
      fc.asyncProperty(fc.array(graphs, { minLength: 2, maxLength: 8 }), async (many) => {
        const marks = many.map((_nodes, index) => `exchange-${index}`)
        const answers = many.map((nodes, index) => answerOf(nodes, marks[index] ?? ''))
        const stage = aStage((input, context) => {
          const answer = answers[marks.indexOf(context.exchangeId)]
          assert.ok(answer)
          return answer(input, context)
        })
        const fanOut = createDispatch(stage.ports)
        const plans = many.map((nodes, index) => aPlan(nodes.map(callOf), { exchangeId: marks[index] as ExchangeId }))
        const results = await Promise.all(plans.map((plan) => fanOut(opened(plan))))
        for (const [index, outcomes] of results.entries())
          for (const { evidence } of outcomes)
            if (evidence !== undefined)
              assert.deepEqual(new Set(JSON.stringify(evidence).match(/exchange-\d+/g)), new Set([marks[index]]))
        for (const { input, context } of stage.asked)
          for (const other of marks)
            if (other !== context.exchangeId) assert.equal(JSON.stringify(input).includes(other), false)
      }),
      { numRuns: 25 },
    ))
})
