import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { AdapterFault, type AdapterFaultKind } from '../../../src/adapter-kit/adapter.ts'
import { createDispatch } from '../../../src/dispatch/fan-out.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import {
  aCall,
  anOperation,
  aPlan,
  aStage,
  type Answer,
  echoing,
  found,
  notFound,
  opened,
  OPERATION,
  RecordingRows,
  standing,
} from './a-plan.ts'

const ends = (outcomes: readonly CallOutcome[]): string[] =>
  outcomes.map(({ call, outcome, problem }) => [call, outcome, problem].filter(Boolean).join(' '))
const never: Answer = (_input, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new AdapterFault('timeout', 'aborted')))
  })
/** Does not even listen to its signal. */
const deaf: Answer = () => new Promise(() => undefined)
const failing =
  (kind: AdapterFaultKind): Answer =>
  () =>
    Promise.reject(new AdapterFault(kind, 'no'))

describe('fan out', () => {
  it('awaits and stores what other calls bring where the row of one cannot be written', async () => {
    const rows = new RecordingRows()
    const { begin, uncount, addItems, endAttempt } = rows
    const end: typeof rows.end = (plan, outcome, ...more) =>
      outcome.call === 'a'
        ? Promise.reject(new BrokerError('broker.log-unavailable', 'away'))
        : rows.end(plan, outcome, ...more)
    const slow: Answer = async (input, context) => {
      if (context.call === 'b') await pause(100)
      return echoing(input, context)
    }
    const { ports } = aStage(slow, { rows: { begin, uncount, addItems, endAttempt, end } })
    const plan = aPlan([aCall('a'), aCall('b'), aCall('c', { needs: ['b'], input: { id: 'calls.b.value' } })])
    await assert.rejects(createDispatch(ports)(opened(plan)), { code: 'broker.log-unavailable' })
    assert.deepEqual(ends(rows.outcomes), ['b found'])
  })

  it('writes the attempts of all calls that start together before it asks any registry', async () => {
    const stage = aStage(echoing)
    await createDispatch(stage.ports)(opened(aPlan([aCall('a'), aCall('b')])))
    assert.deepEqual(stage.rows.events.slice(0, 3), ['begin a b', 'ask a', 'ask b'])
  })

  it('gives one outcome a call, in the order of the plan, stored before it is told', async () => {
    const slowFirst: Answer = async (input, context) => {
      if (context.call === 'a') await pause(20)
      return echoing(input, context)
    }
    const stage = aStage(slowFirst)
    const outcomes = await createDispatch(stage.ports)(
      opened(aPlan([aCall('a'), aCall('b'), aCall('c', { needs: ['b'], input: { id: 'calls.b.value' } })])),
    )
    assert.deepEqual(ends(outcomes), ['a found', 'b found', 'c found'])
    assert.deepEqual(stage.told, stage.rows.outcomes)
    assert.ok(stage.rows.events.indexOf('end b found 1 -') < stage.rows.events.indexOf('begin c'))
  })

  it('keeps of the evidence only the fields that were asked for, and says where it comes from', async () => {
    const stage = aStage(() => found({ id: 'a', value: 'v', more: 'secret' }))
    const [outcome] = await createDispatch(stage.ports)(opened(aPlan([aCall('a')])))
    assert.deepEqual(outcome?.evidence, { value: 'v' })
    assert.deepEqual([outcome.provenance?.registry, outcome.provenance?.operation], ['civil-registry', OPERATION])
    assert.equal(JSON.stringify(stage.rows.outcomes).includes('secret'), false)
  })

  it('asks nobody any more from the moment access is taken away, and keeps what was found before', async () => {
    let revoked = false
    const stage = aStage(
      (input, context) => {
        revoked = true
        return echoing(input, context)
      },
      { closed: () => (revoked ? 'access.not-granted' : undefined) },
    )
    const plan = aPlan([aCall('a'), aCall('b', { needs: ['a'], input: { id: 'calls.a.value' } })])
    const outcomes = await createDispatch(stage.ports)(opened(plan))
    assert.deepEqual(ends(outcomes), ['a found', 'b refused access.not-granted'])
    assert.deepEqual(
      stage.asked.map(({ context }) => context.call),
      ['a'],
    )
  })

  it('tells the registry who asks, why, and which fields', async () => {
    const stage = aStage(echoing)
    await createDispatch(stage.ports)(opened(aPlan([aCall('a')])))
    const context = stage.asked[0]?.context
    assert.deepEqual([context?.consumer.name, context?.case, context?.fields], ['Община Троян', 'ТР-1', ['value']])
    assert.equal(context?.legalBasis, 'ЗАвП, чл. 24а')
  })

  const faults = [
    ['timeout', 'a failed provider.timeout'],
    ['refused', 'a refused provider.refused'],
    ['bad-answer', 'a failed provider.bad-answer'],
  ] as const
  for (const [kind, end] of faults)
    it(`takes the fault ${kind} for an outcome and does not ask again`, async () => {
      const stage = aStage(failing(kind))
      assert.deepEqual(ends(await createDispatch(stage.ports)(opened(aPlan([aCall('a')])))), [end])
      assert.equal(stage.asked.length, 1)
    })

  it('asks an unavailable registry again, each time with a row of its own, if the operation may be repeated', async () => {
    const stage = aStage(failing('unavailable'))
    assert.deepEqual(ends(await createDispatch(stage.ports)(opened(aPlan([aCall('a')])))), [
      'a failed provider.unavailable',
    ])
    assert.deepEqual(stage.rows.events, [
      'begin a',
      'ask a',
      'attempt a 1 provider.unavailable',
      'begin a',
      'ask a',
      'attempt a 2 provider.unavailable',
      'begin a',
      'ask a',
      'end a failed 3 provider.unavailable',
    ])
  })

  it('asks an operation that may not be repeated only once', async () => {
    const stage = aStage(failing('unavailable'))
    await createDispatch(stage.ports)(opened(aPlan([aCall('a', { idempotent: false })])))
    assert.equal(stage.asked.length, 1)
  })

  it('gives the answer of the second attempt', async () => {
    let first = true
    const stage = aStage((input, context) => {
      if (first) {
        first = false
        throw new AdapterFault('unavailable', 'restarting')
      }
      return echoing(input, context)
    })
    assert.deepEqual(ends(await createDispatch(stage.ports)(opened(aPlan([aCall('a')])))), ['a found'])
    assert.equal(stage.rows.events.at(-1), 'end a found 2 -')
  })

  for (const wrong of [undefined, {}, { status: 'found' }, 'text'])
    it(`takes ${JSON.stringify(wrong)} from an adapter for its defect`, async () => {
      const stage = aStage(() => wrong as never)
      assert.deepEqual(ends(await createDispatch(stage.ports)(opened(aPlan([aCall('a')])))), [
        'a failed provider.adapter-defect',
      ])
    })

  it('takes any other error for a defect of the adapter, and does not log its words', async () => {
    const stage = aStage(() => {
      throw new TypeError('9225219962 is not a function')
    })
    assert.deepEqual(ends(await createDispatch(stage.ports)(opened(aPlan([aCall('a')])))), [
      'a failed provider.adapter-defect',
    ])
    assert.equal(JSON.stringify(stage.warnings).includes('9225219962'), false)
  })

  it('fails a call whose registry takes longer than it may, and lets the others go on', async () => {
    const stage = aStage((input, context) => (context.call === 'a' ? deaf(input, context) : echoing(input, context)))
    const plan = aPlan([aCall('a', { timeoutMs: 20 }), aCall('b')])
    assert.deepEqual(ends(await createDispatch(stage.ports)(opened(plan))), ['a failed provider.timeout', 'b found'])
  })

  for (const [words, answer] of [
    ['listens', never],
    ['does not listen', deaf],
  ] as const)
    it(`calls late what still runs at the deadline, if its adapter ${words}`, async () => {
      const now = standing()
      const stage = aStage(answer, { clock: now.clock })
      const plan = aPlan([aCall('a'), aCall('b', { needs: ['a'], input: { id: 'calls.a.value' } })], {
        deadline: now.in(30),
      })
      const outcomes = await createDispatch(stage.ports)(opened(plan))
      assert.deepEqual(ends(outcomes), ['a late provider.timeout', 'b skipped'])
    })

  it('asks no more registries than may be asked at once, and waits no longer than the deadline', async () => {
    let out = 0
    let most = 0
    // The first two answer, those after them do not.
    const busy: Answer = async (input, context) => {
      out += 1
      most = Math.max(most, out)
      if (stage.asked.length > 2) return deaf(input, context)
      await pause(20)
      out -= 1
      return echoing(input, context)
    }
    const now = standing()
    const narrow = { maxConcurrent: 2, subject: { input: 'id', answer: 'id', mismatch: 'refuse' as const } }
    const operations = new Map([[OPERATION, anOperation({ manifest: narrow })]])
    const stage = aStage(busy, { operations, clock: now.clock })
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const plan = aPlan(
      names.map((name) => aCall(name)),
      { deadline: now.in(300) },
    )
    const outcomes = await createDispatch(stage.ports)(opened(plan))
    assert.equal(most, 2)
    assert.deepEqual(new Set(outcomes.map(({ outcome }) => outcome)), new Set(['found', 'late']))
    await pause(60)
    assert.ok(stage.asked.length < names.length, 'what waited beyond the deadline was never asked')
  })

  it('does not ask with an input that the operation does not take', async () => {
    const refusing = new Map([[OPERATION, anOperation({ acceptsInput: ({ id }) => id === 'a' })]])
    const stage = aStage(echoing, { operations: refusing })
    const plan = aPlan([aCall('a'), aCall('b'), aCall('c', { needs: ['a'], input: { id: 'calls.a.value' } })])
    assert.deepEqual(ends(await createDispatch(stage.ports)(opened(plan))), [
      'a found',
      'b failed provider.adapter-defect',
      'c failed provider.bad-answer',
    ])
    assert.equal(stage.asked.length, 1)
  })

  it('throws away an answer that does not fit its schema', async () => {
    const strict = new Map([[OPERATION, anOperation({ acceptsEvidence: () => false })]])
    const stage = aStage(echoing, { operations: strict })
    const outcomes = await createDispatch(stage.ports)(opened(aPlan([aCall('a')])))
    assert.deepEqual(ends(outcomes), ['a failed provider.bad-answer'])
    assert.equal(outcomes[0]?.evidence, undefined)
  })

  it("stores, tells and logs nothing of another person's data", async () => {
    const stage = aStage(() => found({ id: 'someone else', value: 'private' }))
    const outcomes = await createDispatch(stage.ports)(opened(aPlan([aCall('a')])))
    assert.deepEqual(ends(outcomes), ['a failed provider.other-subject'])
    assert.equal(
      JSON.stringify([stage.rows, stage.rows.outcomes, stage.told, stage.warnings]).includes('private'),
      false,
    )
  })

  it('drops what is about others even where their records are malformed, but not a malformed answer as a whole', async () => {
    const drop = { input: 'id', answer: 'list.id', mismatch: 'drop' as const }
    const strict = anOperation({
      subject: drop,
      acceptsEvidence: (evidence) => !JSON.stringify(evidence).includes('broken'),
    })
    const call = aCall('a', { fields: ['list.value'] })
    const run = async (evidence: Parameters<typeof found>[0]): Promise<readonly CallOutcome[]> => {
      const stage = aStage(() => found(evidence), { operations: new Map([[OPERATION, strict]]) })
      return createDispatch(stage.ports)(opened(aPlan([call])))
    }
    const [mixed] = await run({
      list: [
        { id: 'a', value: 'own' },
        { id: 'b', value: 'broken' },
      ],
    })
    assert.deepEqual([mixed?.outcome, mixed?.evidence], ['found', { list: [{ value: 'own' }] }])
    assert.equal(mixed?.provenance?.othersDropped, true)
    assert.deepEqual(ends(await run({ list: 'broken' })), ['a failed provider.bad-answer'])
    const [others] = await run({ list: [{ id: 'b', value: 'fine' }] })
    assert.deepEqual([others?.outcome, others?.provenance?.othersDropped], ['not-found', true])
  })

  it('takes "no record" for an answer', async () => {
    const [outcome] = await createDispatch(aStage(notFound).ports)(opened(aPlan([aCall('a')])))
    assert.deepEqual(
      [outcome?.outcome, outcome?.problem, outcome?.provenance?.asOf],
      ['not-found', undefined, '2026-03-01'],
    )
  })

  it('keeps what is known from before a crash, and asks the rest', async () => {
    const stage = aStage(echoing, {}, new RecordingRows({ b: 1 }))
    const plan = aPlan([aCall('a'), aCall('b')])
    const known: CallOutcome = {
      call: 'a',
      operation: OPERATION,
      outcome: 'found',
      evidence: { value: 'kept' },
      elapsedMs: 3,
    }
    const outcomes = await createDispatch(stage.ports)(opened(plan, [known]))
    assert.deepEqual(outcomes[0], known)
    assert.deepEqual(stage.rows.events, ['begin b', 'ask b', 'end b found 2 -'])
  })

  it('does not repeat after a crash what may not be repeated', async () => {
    const stage = aStage(echoing, {}, new RecordingRows({ a: 1 }))
    const outcomes = await createDispatch(stage.ports)(opened(aPlan([aCall('a', { idempotent: false })])))
    assert.deepEqual(ends(outcomes), ['a failed provider.timeout'])
    assert.equal(stage.asked.length, 0)
  })

  it('gives an exchange whose deadline passed while edno was down its whole time again', async () => {
    const past = {
      receivedAt: new Date(Date.now() - 120_000).toISOString(),
      deadline: new Date(Date.now() - 60_000).toISOString(),
    }
    const outcomes = await createDispatch(aStage(echoing).ports)(opened(aPlan([aCall('a')], past)))
    assert.deepEqual(ends(outcomes), ['a found'])
  })

  it('asks nobody for an exchange that was left open long ago', async () => {
    const stage = aStage(echoing)
    const past = { receivedAt: '2020-01-01T00:00:00.000Z', deadline: '2020-01-01T00:00:01.000Z' }
    const outcomes = await createDispatch(stage.ports)(opened(aPlan([aCall('a')], past)))
    assert.deepEqual(ends(outcomes), ['a late provider.timeout'])
    assert.equal(stage.asked.length, 0)
  })

  it('fails as a whole when the database is gone, and leaves no registry running', async () => {
    const rows = new RecordingRows()
    let aborted = false
    const stage = aStage((_input, { signal, call }) => {
      if (call === 'a') return found({ id: 'a', value: 'v' })
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true
          reject(new AdapterFault('timeout', 'aborted'))
        })
      })
    })
    const { begin, uncount, addItems, endAttempt } = rows
    const end = (): Promise<void> => Promise.reject(new BrokerError('broker.log-unavailable', 'gone'))
    const gone = { begin, uncount, addItems, endAttempt, end }
    const fanOut = createDispatch({ ...stage.ports, rows: gone })
    await assert.rejects(fanOut(opened(aPlan([aCall('a'), aCall('b', { timeoutMs: 500 })]))), {
      code: 'broker.log-unavailable',
    })
    assert.equal(aborted, true)
  })

  it('fails a call of an operation that is no longer there', async () => {
    const outcomes = await createDispatch(aStage(echoing, { operations: new Map() }).ports)(opened(aPlan([aCall('a')])))
    assert.deepEqual(ends(outcomes), ['a failed provider.unavailable'])
  })
})
