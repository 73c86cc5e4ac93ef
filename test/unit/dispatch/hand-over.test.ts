import assert from 'node:assert/strict'
import { handOver, type Unanswered } from '../../../src/dispatch/hand-over.ts'
import { asIfEnded, lacksRequired } from '../../../src/dispatch/in-plan-order.ts'
import type { CallForQueue, Later } from '../../../src/dispatch/later.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import type { ProblemCode } from '../../../src/problem/codes.ts'
import type { ReadyCall } from '../../../src/dispatch/schedule.ts'
import { createDeferringDispatch } from '../../../src/dispatch/fan-out.ts'
import { registryPolicies } from '../../../src/dispatch/registry-policy.ts'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { aCall, aPlan, aStage, type Answer, echoing, opened, OPERATION, standing } from './a-plan.ts'

const LATER = new Date(Date.now() + 3_600_000).toISOString()
const foundOf = (call: string): CallOutcome => ({
  call,
  operation: OPERATION,
  outcome: 'found',
  evidence: { value: 'v' },
  elapsedMs: 1,
})
const ready = (name: string, changes: Parameters<typeof aCall>[1] = {}): ReadyCall => ({
  name,
  planned: aCall(name, changes),
  input: { id: name },
  item: false,
})

/** A queue that notes what it is given; `ends` says how a queued call ends. */
class NotedLater implements Later {
  readonly put_: string[] = []
  readonly interrupted: string[] = []
  readonly givenUp: string[] = []
  /** How the last try of every queued call ended. */
  fault: ProblemCode | undefined
  readonly ends: (call: string) => CallOutcome | 'incident' | undefined

  constructor(ends: NotedLater['ends'] = () => undefined) {
    this.ends = ends
  }

  readonly servesHere = (): boolean => true
  readonly queued = (): Promise<string[]> => Promise.resolve([])
  readonly put = (_plan: unknown, calls: readonly CallForQueue[]): Promise<void> => {
    this.put_.push(...calls.map(({ call }) => call.name))
    return Promise.resolve()
  }
  readonly ended: Later['ended'] = (_plan, call, until) => {
    const end = this.ends(call)
    if (end !== undefined || until.aborted) return Promise.resolve(end)
    return new Promise((resolve) => until.addEventListener('abort', () => resolve(undefined), { once: true }))
  }
  readonly faultOf: Later['faultOf'] = () => Promise.resolve(this.fault)
  readonly giveUp: Later['giveUp'] = (_plan, call) => {
    this.givenUp.push(call)
    return Promise.resolve()
  }
  readonly interrupt: Later['interrupt'] = (_plan, { name }) => {
    this.interrupted.push(name)
    return Promise.resolve()
  }
}

describe('what is unanswered at the deadline', () => {
  const unanswered = (call: ReadyCall, put = true): Unanswered => ({ call, number: 1, put, fault: 'provider.timeout' })

  it('goes to the queue, and the exchange is deferred, where something required is among it', async () => {
    const later = new NotedLater()
    const plan = aPlan([aCall('a'), aCall('b')], { outerEnd: LATER })
    const handed = await handOver({ plan, ports: {}, later }, [foundOf('a')], [unanswered(ready('b'))])
    assert.deepEqual([handed, later.put_], ['deferred', ['b']])
  })

  it('is late in the answer where nothing of it is required, and goes on all the same', async () => {
    const later = new NotedLater()
    const optional = { need: 'optional' as const }
    const plan = aPlan([aCall('a'), aCall('b', optional)], { outerEnd: LATER })
    const handed = await handOver({ plan, ports: {}, later }, [foundOf('a')], [unanswered(ready('b', optional))])
    assert.ok(handed !== 'deferred')
    assert.deepEqual(
      handed.map(({ call, outcome }) => `${call} ${outcome}`),
      ['a found', 'b late'],
    )
    assert.deepEqual(later.put_, ['b'])
  })

  it('is an incident where its question is out and must not be put twice; one that was not put is queued', async () => {
    const later = new NotedLater()
    const once = { idempotent: false }
    const plan = aPlan([aCall('a', once), aCall('b', once)], { outerEnd: LATER })
    await handOver({ plan, ports: {}, later }, [], [unanswered(ready('a', once)), unanswered(ready('b', once), false)])
    assert.deepEqual([later.interrupted, later.put_], [['a'], ['b']])
  })

  it('takes with it what was ready and not begun', async () => {
    const later = new NotedLater()
    const plan = aPlan([aCall('a'), aCall('b')], { outerEnd: LATER })
    await handOver({ plan, ports: {}, later }, [], [unanswered(ready('a'))])
    assert.deepEqual(later.put_, ['a', 'b'])
  })
})

describe('an answer that leaves before every call has ended', () => {
  it('calls unanswered calls late and skips what needs them, in the order of the plan', () => {
    const plan = aPlan([aCall('a'), aCall('b', { needs: ['a'], input: { id: 'calls.a.value' } }), aCall('c')])
    const outcomes = asIfEnded(plan, [foundOf('c')])
    assert.deepEqual(
      outcomes.map(({ call, outcome }) => `${call} ${outcome}`),
      ['a late', 'b skipped', 'c found'],
    )
  })

  it('knows that a required part lacks as long as one of its calls has not ended', () => {
    const plan = aPlan([aCall('a'), aCall('b', { need: 'optional' })])
    assert.deepEqual([lacksRequired(plan, []), lacksRequired(plan, [foundOf('a')])], [true, false])
  })
})

describe('a fan-out with a queue', () => {
  const never: Answer = (_input, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new AdapterFault('timeout', 'aborted')))
    })
  const dispatch = (answer: Answer, later: Later) => {
    const now = standing()
    const stage = aStage(answer, { clock: now.clock })
    const fanOut = createDeferringDispatch(stage.ports, registryPolicies(stage.ports), later)
    return { stage, fanOut, soon: now.in(100), now }
  }

  it('aborts what runs at the deadline, ends its attempt without an outcome, and hands it over', async () => {
    const later = new NotedLater()
    const { stage, fanOut, soon } = dispatch(never, later)
    assert.equal(await fanOut(opened(aPlan([aCall('a')], { deadline: soon, outerEnd: LATER }))), 'deferred')
    assert.deepEqual(stage.rows.events, ['begin a', 'ask a', 'attempt a 1 provider.timeout'])
    assert.deepEqual([stage.rows.outcomes, later.put_], [[], ['a']])
  })

  it('lets the queue go on with a required call that the registry was too unwell to answer', async () => {
    const later = new NotedLater((call) => foundOf(call))
    const { fanOut } = dispatch(() => Promise.reject(new AdapterFault('unavailable', 'no')), later)
    const outcomes = await fanOut(opened(aPlan([aCall('a')], { outerEnd: LATER })))
    assert.ok(outcomes !== 'deferred')
    assert.deepEqual([outcomes[0]?.outcome, later.put_], ['found', ['a']])
  })

  it('tells what the registry said last of a call that the queue does not bring in time, or an operator must decide on', async () => {
    for (const [ends, told] of [
      [undefined, 'late provider.unavailable'],
      ['incident', 'failed provider.unavailable'],
    ] as const) {
      const later = Object.assign(new NotedLater(() => ends), {
        fault: 'provider.unavailable',
        servesHere: () => false,
      })
      const { fanOut, soon } = dispatch(echoing, later)
      const outcomes = await fanOut(opened(aPlan([aCall('a')], { deadline: soon })))
      assert.ok(outcomes !== 'deferred')
      assert.equal(`${outcomes[0]?.outcome} ${outcomes[0]?.problem}`, told)
    }
  })

  it('tells it too where the time is over when the exchange is taken up again', async () => {
    const later = Object.assign(new NotedLater(), {
      fault: 'provider.unavailable' as const,
      queued: () => Promise.resolve(['a']),
    })
    const { fanOut, now } = dispatch(echoing, later)
    const plan = aPlan([aCall('a')], { deadline: now.in(5) })
    const outcomes = await fanOut({ ...opened(plan), resumed: { deferred: false } })
    assert.ok(outcomes !== 'deferred')
    assert.equal(`${outcomes[0]?.outcome} ${outcomes[0]?.problem}`, 'late provider.unavailable')
  })

  it('does not hold the answer up for an optional one', async () => {
    const later = new NotedLater()
    const { fanOut } = dispatch(() => Promise.reject(new AdapterFault('unavailable', 'no')), later)
    const outcomes = await fanOut(opened(aPlan([aCall('a', { need: 'optional' })], { outerEnd: LATER })))
    assert.ok(outcomes !== 'deferred')
    assert.deepEqual([outcomes[0]?.outcome, later.put_], ['failed', []])
  })

  it('leaves to the queue at once what this process does not ask, and gives it up at a deadline without more time', async () => {
    const later = Object.assign(new NotedLater(), { servesHere: () => false })
    const { stage, fanOut, soon } = dispatch(echoing, later)
    const outcomes = await fanOut(opened(aPlan([aCall('a')], { deadline: soon })))
    assert.ok(outcomes !== 'deferred')
    assert.deepEqual([outcomes[0]?.outcome, stage.asked.length], ['late', 0])
    assert.deepEqual([later.put_, later.givenUp], [['a'], ['a']])
  })

  it('asks and queues nothing more when the exchange is taken back', async () => {
    const later = new NotedLater()
    const { fanOut } = dispatch(never, later)
    const taken = new AbortController()
    setTimeout(() => taken.abort(), 30)
    await fanOut(opened(aPlan([aCall('a')], { outerEnd: LATER })), taken.signal)
    assert.deepEqual(later.put_, [])
  })

  it('asks nobody any more once the outer end of a deferred exchange has come', async () => {
    const { stage, fanOut } = dispatch(echoing, new NotedLater())
    const past = new Date(Date.now() - 1000).toISOString()
    const plan = aPlan([aCall('a')], { deadline: past, outerEnd: past })
    const outcomes = await fanOut({ ...opened(plan), resumed: { deferred: true } })
    assert.ok(outcomes !== 'deferred')
    assert.deepEqual([outcomes[0]?.outcome, stage.asked.length], ['late', 0])
  })
})
