import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { AdapterFault, type RegistryLimits } from '../../../src/adapter-kit/adapter.ts'
import { createDispatch } from '../../../src/dispatch/fan-out.ts'
import { localBoard } from '../../../src/dispatch/local-board.ts'
import type { DispatchPorts } from '../../../src/dispatch/ports.ts'
import { operationRef } from '../../../src/model/ids.ts'
import type { CallOutcome } from '../../../src/model/outcome.ts'
import {
  aCall,
  anOperation,
  aPlan,
  aStage,
  type Answer,
  ANY_SUBJECT,
  echoing,
  opened,
  OPERATION,
  RecordingRows,
  type Stage,
  standing,
} from './a-plan.ts'

const ends = (outcomes: readonly CallOutcome[]): string[] =>
  outcomes.map(({ call, outcome, problem }) => [call, outcome, problem].filter(Boolean).join(' '))
const names = (stage: Stage): readonly string[] => stage.asked.map(({ context }) => context.call)
const limited = (limits: RegistryLimits, more: Partial<DispatchPorts> = {}): Partial<DispatchPorts> => ({
  limits: new Map([['civil-registry', limits]]),
  random: () => 0,
  ...more,
})
const unavailable: Answer = () => Promise.reject(new AdapterFault('unavailable', 'no'))
const busyFor =
  (retryAfterMs: number | undefined): Answer =>
  () =>
    Promise.reject(new AdapterFault('busy', 'later', { retryAfterMs }))
/** Fails as told, then answers. */
const after = (times: number, failing: Answer): Answer => {
  let left = times
  return (input, context) => {
    left -= 1
    return left >= 0 ? failing(input, context) : echoing(input, context)
  }
}
const COUNTED = { counting: { total: 10 } }
const one = (ports: DispatchPorts, ms = 60_000, changes = {}): Promise<readonly CallOutcome[]> =>
  createDispatch(ports)(opened(aPlan([aCall('a', changes)], { deadline: new Date(Date.now() + ms).toISOString() })))

describe('the policy of a registry', () => {
  describe('asks again', () => {
    for (const kind of ['unavailable', 'busy'] as const)
      it(`a registry that is ${kind}, three times at most, each time with a row before it`, async () => {
        const stage = aStage(() => Promise.reject(new AdapterFault(kind, 'no')), limited({}))
        assert.deepEqual(ends(await one(stage.ports)), [`a failed provider.${kind}`])
        const code = `provider.${kind}`
        assert.deepEqual(stage.rows.events, [
          ...['begin a', 'ask a', `attempt a 1 ${code}`],
          ...['begin a', 'ask a', `attempt a 2 ${code}`],
          ...['begin a', 'ask a', `end a failed 3 ${code}`],
        ])
      })

    it('as often as its owner says', async () => {
      for (const attempts of [1, 2, 5]) {
        const stage = aStage(unavailable, limited({ attempts }))
        await one(stage.ports)
        assert.equal(stage.asked.length, attempts)
      }
    })

    for (const kind of ['timeout', 'refused', 'bad-answer'] as const)
      it(`never after ${kind}`, async () => {
        const stage = aStage(() => Promise.reject(new AdapterFault(kind, 'no')), limited({}))
        await one(stage.ports)
        assert.equal(stage.asked.length, 1)
      })

    it('never what may not be put twice, even where the registry is busy', async () => {
      const stage = aStage(busyFor(1), limited({}))
      assert.deepEqual(ends(await one(stage.ports, 60_000, { idempotent: false })), ['a failed provider.busy'])
      assert.equal(stage.asked.length, 1)
    })

    it('not before the registry wants to be asked', async () => {
      const stage = aStage(after(1, busyFor(150)), limited({}))
      const since = performance.now()
      assert.deepEqual(ends(await one(stage.ports)), ['a found'])
      assert.ok(performance.now() - since >= 145)
    })

    it('not at all, and ends at once, where the registry wants to be asked after the deadline', async () => {
      const stage = aStage(busyFor(600_000), limited({}))
      const since = performance.now()
      assert.deepEqual(ends(await one(stage.ports, 60_000)), ['a failed provider.busy'])
      assert.equal(stage.asked.length, 1)
      assert.ok(performance.now() - since < 30_000)
    })

    it('nobody for a call that ended elsewhere meanwhile', async () => {
      const rows = new RecordingRows()
      let begun = 0
      const begin: typeof rows.begin = (plan, calls, at) => {
        begun += 1
        return begun === 1 ? rows.begin(plan, calls, at) : Promise.resolve(new Map())
      }
      const stage = aStage(unavailable, limited({}))
      const { uncount, addItems, endAttempt, end } = rows
      await one({ ...stage.ports, rows: { begin, uncount, addItems, endAttempt, end } })
      assert.equal(stage.asked.length, 1)
    })

    it('without holding a slot while it waits', async () => {
      const stage = aStage(
        (input, context) =>
          context.call === 'a' && names(stage).filter((name) => name === 'a').length === 1
            ? busyFor(300)(input, context)
            : echoing(input, context),
        limited({ concurrency: 1 }),
      )
      const plan = aPlan([aCall('a'), aCall('b')])
      assert.deepEqual(ends(await createDispatch(stage.ports)(opened(plan))), ['a found', 'b found'])
      const { events } = stage.rows
      const ended = events.findIndex((event) => event.startsWith('end b found'))
      assert.ok(ended < events.lastIndexOf('ask a'), events.join())
    })
  })

  describe('looks again at access after each wait', () => {
    let taken: boolean
    beforeEach(() => {
      taken = false
    })
    const closed = (): 'access.not-granted' | undefined => (taken ? 'access.not-granted' : undefined)
    const takenBy =
      (answer: Answer): Answer =>
      (input, context) => {
        taken = true
        return answer(input, context)
      }

    it('and does not ask again what was revoked since it was asked', async () => {
      const stage = aStage(takenBy(unavailable), limited({}, { closed }))
      assert.deepEqual(ends(await one(stage.ports)), ['a refused access.not-granted'])
      assert.equal(stage.asked.length, 1)
    })

    it('and does not ask what was revoked while it waited for its turn', async () => {
      const stage = aStage(takenBy(echoing), limited({ perSecond: 2 }, { closed }))
      const outcomes = await createDispatch(stage.ports)(opened(aPlan([aCall('a'), aCall('b'), aCall('c')])))
      assert.deepEqual(ends(outcomes), ['a found', 'b found', 'c refused access.not-granted'])
    })

    it('and does not ask what was revoked while it waited for a slot', async () => {
      const slow: Answer = async (...asked) => {
        await pause(50)
        return takenBy(echoing)(...asked)
      }
      const stage = aStage(slow, limited({ concurrency: 1 }, { closed }))
      const outcomes = await createDispatch(stage.ports)(opened(aPlan([aCall('a'), aCall('b')])))
      assert.deepEqual(ends(outcomes), ['a found', 'b refused access.not-granted'])
    })
  })

  describe('in a planned downtime', () => {
    const window = (from: number, to: number, now = Date.now()) => ({
      plannedDowntime: [
        {
          from: new Date(now + from).toISOString(),
          to: new Date(now + to).toISOString(),
          reason: 'обновяване',
        },
      ],
    })

    it('asks nobody, counts nothing, and says so', async () => {
      const stage = aStage(echoing, limited(window(-1000, 600_000)))
      assert.deepEqual(ends(await one(stage.ports, 60_000, COUNTED)), ['a failed provider.planned-downtime'])
      assert.equal(stage.asked.length, 0)
      assert.deepEqual(stage.rows.events, ['begin a', 'uncount a', 'end a failed 1 provider.planned-downtime'])
    })

    it('does not ask again what failed just before it began', async () => {
      let now = Date.now()
      const fading: Answer = (...asked) => {
        now += 60
        return unavailable(...asked)
      }
      const more = { random: () => 0.999, clock: () => new Date(now) }
      const stage = aStage(fading, limited(window(60, 600_000, now), more))
      assert.deepEqual(ends(await one(stage.ports)), ['a failed provider.unavailable'])
      assert.equal(stage.asked.length, 1)
    })

    it('asks before it and after it', async () => {
      const stage = aStage(
        echoing,
        limited({
          plannedDowntime: [...window(-2000, -1000).plannedDowntime, ...window(600_000, 900_000).plannedDowntime],
        }),
      )
      assert.deepEqual(ends(await one(stage.ports)), ['a found'])
    })
  })

  describe('with its breaker', () => {
    const many = (count: number): ReturnType<typeof aCall>[] =>
      Array.from({ length: count }, (_, at) => aCall(`n${at}`))

    it('asks nobody, counts nothing, once five calls in a row found it dead', async () => {
      const stage = aStage(unavailable, limited({ attempts: 1 }, { board: localBoard(() => 0) }))
      const fanOut = createDispatch(stage.ports)
      await fanOut(opened(aPlan(many(5))))
      stage.rows.events.length = 0
      assert.deepEqual(ends(await fanOut(opened(aPlan([aCall('a', COUNTED)])))), ['a failed provider.unavailable'])
      assert.equal(stage.asked.length, 5)
      assert.deepEqual(stage.rows.events, ['begin a', 'uncount a', 'end a failed 1 provider.unavailable'])
    })

    it('counts nothing against a registry whose adapter this process does not have open', async () => {
      const board = localBoard(() => 0)
      const here = aStage(echoing, limited({}, { board, isOpen: () => false }))
      const ended = await createDispatch(here.ports)(opened(aPlan(many(6))))
      assert.deepEqual(new Set(ended.map(({ problem }) => problem)), new Set(['provider.unavailable']))
      assert.deepEqual([here.asked.length, (await board.read()).size], [0, 0])
    })

    it('counts nothing where the adapter is taken out while questions wait for their turn', async () => {
      const board = localBoard(() => 0)
      let looks = 0
      const stage = aStage(unavailable, limited({}, { board, isOpen: () => (looks += 1) <= 6 }))
      await createDispatch(stage.ports)(opened(aPlan(many(6))))
      assert.deepEqual([stage.asked.length, (await board.read()).size], [0, 0])
    })

    it('asks one question again after a while, and all the others once that is answered', async () => {
      let at = 0
      let well = false
      const board = localBoard(() => at)
      const stage = aStage(
        (input, context) => (well ? echoing : unavailable)(input, context),
        limited({ attempts: 1 }, { board }),
      )
      const fanOut = createDispatch(stage.ports)
      await fanOut(opened(aPlan(many(5))))
      at = 1000
      await pause(500)
      assert.deepEqual(ends(await fanOut(opened(aPlan([aCall('a')])))), ['a failed provider.unavailable'])
      assert.equal(stage.asked.length, 6)
      well = true
      at = 3000
      await pause(500)
      const outcomes = await fanOut(opened(aPlan(many(4))))
      assert.equal(outcomes.filter(({ outcome }) => outcome === 'found').length, 1, 'one of four was let through')
      assert.equal(stage.asked.length, 7)
      assert.ok((await fanOut(opened(aPlan(many(4))))).every(({ outcome }) => outcome === 'found'))
    })

    it('counts a call once, however often it is put', async () => {
      const stage = aStage(unavailable, limited({}, { board: localBoard(() => 0) }))
      const fanOut = createDispatch(stage.ports)
      for (let times = 0; times < 4; times += 1) await fanOut(opened(aPlan([aCall('a')])))
      assert.equal(stage.asked.length, 12)
      await fanOut(opened(aPlan([aCall('a')])))
      assert.equal(stage.asked.length, 13, 'the fifth opened it, and was not put again')
    })

    for (const [words, answer] of [
      ['refuses', () => Promise.reject(new AdapterFault('refused', 'no'))],
      ['answers badly', () => Promise.reject(new AdapterFault('bad-answer', 'no'))],
      ['is busy', busyFor(600_000)],
      ['has a defective adapter', () => Promise.reject(new TypeError('defect'))],
    ] as const satisfies readonly (readonly [string, Answer])[])
      it(`goes on asking a registry that ${words}`, async () => {
        const stage = aStage(answer, limited({}))
        const fanOut = createDispatch(stage.ports)
        await fanOut(opened(aPlan(many(12))))
        await fanOut(opened(aPlan([aCall('a')])))
        assert.equal(stage.asked.length, 13)
      })

    it('takes one that hangs for dead, and sends away who waits for a slot', async () => {
      const stage = aStage(
        () => new Promise(() => undefined),
        limited({ concurrency: 5 }, { board: localBoard(() => 0) }),
      )
      const calls = many(20).map((call) => ({ ...call, timeoutMs: 60 }))
      const outcomes = await createDispatch(stage.ports)(opened(aPlan(calls)))
      // While the fifth of the first five runs out, the four slots before it are taken once more.
      const asked = stage.asked.length
      assert.ok(asked >= 5 && asked <= 9, `${asked} were asked`)
      const count = (code: string): number => outcomes.filter(({ problem }) => problem === code).length
      assert.deepEqual([count('provider.timeout'), count('provider.unavailable')], [asked, 20 - asked])
    })

    it('does not take a registry for dead that was asked just before the deadline', async () => {
      const now = standing()
      const stage = aStage(
        (input, context) => (context.call === 'a' ? echoing(input, context) : new Promise(() => undefined)),
        limited({}, { clock: now.clock }),
      )
      const fanOut = createDispatch(stage.ports)
      await fanOut(opened(aPlan(many(9), { deadline: now.in(30) })))
      assert.deepEqual(ends(await fanOut(opened(aPlan([aCall('a')])))), ['a found'])
    })

    it('leaves other registries alone', async () => {
      const other = operationRef('vehicle-register/registration@1')
      const operations = new Map([OPERATION, other].map((ref) => [ref, anOperation()]))
      const stage = aStage(
        (input, context) => (context.call.startsWith('n') ? unavailable(input, context) : echoing(input, context)),
        limited({}, { operations }),
      )
      const fanOut = createDispatch(stage.ports)
      await fanOut(opened(aPlan(many(6))))
      assert.deepEqual(ends(await fanOut(opened(aPlan([aCall('a', { operation: other })])))), ['a found'])
    })
  })

  describe('within its limits', () => {
    it('asks no more at once than the registry allows over all its operations', async () => {
      let now = 0
      let most = 0
      const other = operationRef('civil-registry/permanent-address@1')
      const operations = new Map(
        [OPERATION, other].map((ref) => [ref, anOperation({ manifest: { maxConcurrent: 3, subject: ANY_SUBJECT } })]),
      )
      const slow: Answer = async (input, context) => {
        now += 1
        most = Math.max(most, now)
        await pause(20)
        now -= 1
        return echoing(input, context)
      }
      const stage = aStage(slow, limited({ concurrency: 4 }, { operations }))
      const calls = Array.from({ length: 16 }, (_, at) =>
        aCall(`n${at}`, { operation: at % 2 === 0 ? OPERATION : other }),
      )
      const outcomes = await createDispatch(stage.ports)(opened(aPlan(calls)))
      assert.ok(outcomes.every(({ outcome }) => outcome === 'found'))
      assert.equal(most, 4)
    })

    it('asks as fast as it may: a bucket full at once, then one by one', async () => {
      const at: number[] = []
      const turns: (number | undefined)[] = []
      const board = localBoard(() => 0)
      const noted: typeof board.takeTurn = async (...asked) => {
        const waitMs = await board.takeTurn(...asked)
        turns.push(waitMs)
        return waitMs
      }
      const since = performance.now()
      const stage = aStage(
        (input, context) => {
          at.push(performance.now() - since)
          return echoing(input, context)
        },
        limited({ perSecond: 5 }, { board: { ...board, takeTurn: noted } }),
      )
      const calls = Array.from({ length: 8 }, (_, index) => aCall(`n${index}`))
      await createDispatch(stage.ports)(opened(aPlan(calls)))
      assert.deepEqual(turns, [0, 0, 0, 0, 0, 200, 400, 600])
      // None before its turn, and the last one as soon as a busy machine has time for it.
      for (const [place, ms] of at.slice(5).entries()) assert.ok(ms >= (place + 1) * 200 - 5, at.join())
      assert.ok(at[7]! < 30_000, at.join())
    })

    it('sends away at once whose turn would come after the deadline, and counts nothing', async () => {
      const stage = aStage(echoing, limited({ perMinute: 1 }))
      const fanOut = createDispatch(stage.ports)
      await fanOut(opened(aPlan([aCall('a')])))
      const since = performance.now()
      const soon = { deadline: new Date(Date.now() + 30_000).toISOString() }
      assert.deepEqual(ends(await fanOut(opened(aPlan([aCall('b', COUNTED)], soon)))), ['b failed provider.busy'])
      assert.ok(performance.now() - since < 15_000)
      assert.deepEqual([names(stage), stage.rows.events.includes('uncount b')], [['a'], true])
    })

    it('takes no turn it does not use', async () => {
      let at = 0
      const board = localBoard(() => at)
      const rate = { perSecond: 2, perMinute: 4 }
      const turn = (patience = 0): Promise<number | undefined> => board.takeTurn('r', rate, patience)
      assert.deepEqual(
        [await turn(), await turn(), await turn(), await turn(), await turn(500)],
        [0, 0, undefined, undefined, 500],
      )
      at = 1500
      assert.deepEqual([await turn(), await turn()], [0, undefined], 'the minute is full')
      assert.deepEqual(await board.takeTurn('other', rate, 0), 0)
    })
  })
})
