import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mock } from 'node:test'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { Deferral, type DeferralParts } from '../../../src/dispatch/deferral.ts'
import { localBoard } from '../../../src/dispatch/local-board.ts'
import type { DispatchPorts } from '../../../src/dispatch/ports.ts'
import type { CallJob, CallQueue } from '../../../src/dispatch/queue/call-queue.ts'
import { sweepQueue } from '../../../src/dispatch/queue-sweep.ts'
import { pauseAfter, QueuedCalls } from '../../../src/dispatch/queued-call.ts'
import { registryPolicies } from '../../../src/dispatch/registry-policy.ts'
import { storeRows } from '../../../src/dispatch/rows.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import type { ExchangePlan, PlannedCall } from '../../../src/model/exchange.ts'
import { exchangeId, partyId } from '../../../src/model/ids.ts'
import { attemptsOf } from '../../../src/store/attempts.ts'
import { retryIncident } from '../../../src/store/incidents.ts'
import { freeLeft, runningOfTheDead } from '../../../src/store/calls-left-running.ts'
import { type QueuedCallId } from '../../../src/store/queued-calls.ts'
import { cancelExchange } from '../../../src/store/promises.ts'
import { takeOwnership } from '../../../src/store/owner.ts'
import { statement } from '../../../src/store/statement.ts'
import type { Store } from '../../../src/store/store.ts'
import { aCall, aPlan, aStage, type Answer, echoing, OPERATION, type Stage } from './a-plan.ts'
import { type OpenLog, openLog } from '../exchange-log/open-log.ts'
import { until } from '../../support/estate.ts'

interface Told {
  readonly jobs: CallJob[]
  readonly completed: string[]
  readonly supplemented: QueuedCallId[]
}

describe('a queued call', function () {
  this.timeout(60_000)
  let own: OpenLog
  let store: Store
  let log: ExchangeLog
  before(async () => {
    own = await openLog()
    ;({ store, log } = own)
  })
  after(() => own.close())

  const unwell: Answer = () => Promise.reject(new AdapterFault('unavailable', 'no'))
  const planOf = (calls: readonly PlannedCall[], outerMs = 60_000): ExchangePlan => ({
    ...aPlan(calls, { exchangeId: exchangeId(randomUUID()), requestDigest: Buffer.alloc(32, 7).toString('base64') }),
    deadline: new Date(Date.now() - 1000).toISOString(),
    outerEnd: new Date(Date.now() + outerMs).toISOString(),
  })
  /** A process with a queue that only notes. */
  const aProcess = (answer: Answer, changes: Partial<DispatchPorts> = {}, more: Partial<DeferralParts> = {}) => {
    const stage: Stage = aStage(answer, changes)
    const ports = {
      ...stage.ports,
      rows: storeRows({ db: store.db, locate: log.handleOf, asked: log.asked }),
    }
    const told: Told = { jobs: [], completed: [], supplemented: [] }
    const queue = { add: (jobs: readonly CallJob[]) => Promise.resolve(void told.jobs.push(...jobs)) }
    const deferral = new Deferral({
      ...{ ports, policies: registryPolicies(ports), store, queue: queue as unknown as CallQueue },
      ...{ served: new Set<string>(), tries: 2, locate: log.handleOf },
      stored: (exchange) => log.later.stored(exchange),
      claim: (exchange) => log.later.claim(exchange),
      openIncident: (opened, incident) => log.later.openIncident(opened, incident),
      complete: ({ plan }) => Promise.resolve(void told.completed.push(plan.exchangeId)),
      during: (_exchange, work) => work(new AbortController().signal),
      supplement: (id) => Promise.resolve(void told.supplemented.push(id)),
      onError: (message, error) => assert.fail(`${message}: ${String(error)}`),
      ...more,
    })
    return { stage, told, deferral, calls: new QueuedCalls(deferral) }
  }
  /** An exchange that is deferred, its calls in the queue. */
  const deferred = async (plan: ExchangePlan, { deferral }: ReturnType<typeof aProcess>): Promise<number> => {
    const opened = await log.open(plan, Buffer.from(plan.exchangeId))
    assert.ok(opened.stage === 'opened')
    await deferral.put(
      plan,
      plan.calls.map((planned) => ({ call: { name: planned.name, planned, input: {}, item: false } })),
    )
    await log.later.defer(opened)
    return (await log.handleOf(plan)).exchange
  }
  const rowOf = async (exchange: number, call = 'a') =>
    store.db
      .selectFrom('queued_call')
      .selectAll()
      .where('exchange', '=', exchange)
      .where('call', '=', call)
      .executeTakeFirstOrThrow()
  const callOf = (exchange: number) =>
    store.db.selectFrom('call').selectAll().where('exchange', '=', exchange).executeTakeFirstOrThrow()
  const attemptsIn = async (exchange: number): Promise<number> => (await attemptsOf(store.db, exchange)).length
  const incidentsOf = (exchange: number) =>
    store.db.selectFrom('incident').selectAll().where('exchange', '=', exchange).execute()

  it('is asked once, however many jobs there are for it, and ends its exchange when it was the last', async () => {
    const slow: Answer = async (...asked) => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      return echoing(...asked)
    }
    const one = aProcess(slow)
    const other = aProcess(slow)
    const exchange = await deferred(planOf([aCall('a')]), one)
    const id = { exchange, call: 'a' }
    await Promise.all([one.calls.run(id), other.calls.run(id), one.calls.run(id)])
    await other.calls.run(id)
    assert.equal(one.stage.asked.length + other.stage.asked.length, 1)
    assert.equal(one.told.completed.length + other.told.completed.length, 1)
    assert.equal((await rowOf(exchange)).state, 'ended')
  })

  it('is not asked when access was taken away meanwhile', async () => {
    const process = aProcess(echoing, { closed: () => 'access.not-granted' })
    const exchange = await deferred(planOf([aCall('a')]), process)
    await process.calls.run({ exchange, call: 'a' })
    assert.equal(process.stage.asked.length, 0)
    const call = await callOf(exchange)
    assert.deepEqual([call.outcome, call.problem], ['refused', 'access.not-granted'])
  })

  it('is not asked again when access was taken away between two tries of one job', async () => {
    let taken = false
    const taking: Answer = (...asked) => {
      taken = true
      return unwell(...asked)
    }
    const process = aProcess(taking, { closed: () => (taken ? 'access.not-granted' : undefined) })
    const exchange = await deferred(planOf([aCall('a')]), process)
    await process.calls.run({ exchange, call: 'a' })
    assert.equal(process.stage.asked.length, 1)
    const call = await callOf(exchange)
    assert.deepEqual([call.outcome, call.problem], ['refused', 'access.not-granted'])
  })

  it('books no turn that is far away: it goes back into the queue until then', async () => {
    const process = aProcess(echoing, { limits: new Map([['civil-registry', { perMinute: 1 }]]) })
    const [first, second] = [
      await deferred(planOf([aCall('a')], 600_000), process),
      await deferred(planOf([aCall('a')], 600_000), process),
    ]
    await process.calls.run({ exchange: first, call: 'a' })
    const since = Date.now()
    await process.calls.run({ exchange: second, call: 'a' })
    const row = await rowOf(second)
    assert.deepEqual([process.stage.asked.length, row.state, row.tries], [1, 'waiting', 0])
    assert.ok(Date.now() - since < 20_000)
    assert.ok(row.due_at.getTime() >= since + 4000, row.due_at.toISOString())
  })

  it('waits for its next try where time may mend it, and is an incident when its tries are used up', async () => {
    const process = aProcess(unwell, { limits: new Map([['civil-registry', { attempts: 1 }]]) })
    const exchange = await deferred(planOf([aCall('a')]), process)
    await process.calls.run({ exchange, call: 'a' })
    const waiting = await rowOf(exchange)
    assert.deepEqual([waiting.state, waiting.tries, waiting.fault], ['waiting', 1, 'provider.unavailable'])
    assert.deepEqual(
      process.told.jobs.map(({ tries }) => tries),
      [0, 1],
    )
    await store.db
      .updateTable('queued_call')
      .set({ due_at: new Date(0) })
      .where('exchange', '=', exchange)
      .execute()
    await process.calls.run({ exchange, call: 'a' })
    assert.equal((await rowOf(exchange)).state, 'incident')
    const [incident] = await incidentsOf(exchange)
    assert.deepEqual(
      [incident?.cause, incident?.fault, incident?.state],
      ['tries-used-up', 'provider.unavailable', 'open'],
    )
    assert.equal(process.told.completed.length, 0)
  })

  it('is an incident, and not asked, where it was asked before and must not be asked twice', async () => {
    const process = aProcess(echoing)
    const plan = planOf([aCall('a', { idempotent: false })])
    const exchange = await deferred(plan, process)
    await process.deferral.parts.ports.rows.begin(
      plan,
      [{ name: 'a', planned: plan.calls[0]!, input: {}, item: false }],
      new Date(),
    )
    await process.calls.run({ exchange, call: 'a' })
    assert.equal(process.stage.asked.length, 0)
    assert.equal((await incidentsOf(exchange))[0]?.cause, 'interrupted')
  })

  it('is asked when an operator who knows that it was asked before wants it tried again', async () => {
    const process = aProcess(echoing)
    const plan = planOf([aCall('a', { idempotent: false })])
    const exchange = await deferred(plan, process)
    await process.deferral.parts.ports.rows.begin(
      plan,
      [{ name: 'a', planned: plan.calls[0]!, input: {}, item: false }],
      new Date(Date.now() - 1000),
    )
    await process.calls.run({ exchange, call: 'a' })
    const [incident] = await incidentsOf(exchange)
    assert.ok(incident !== undefined)
    const act = {
      ...{ id: incident.id, reason: 'the registry knows nothing of it', salt: Buffer.alloc(32, 5) },
      at: new Date(),
    }
    const entry = {
      bytes: Buffer.from(`retry ${exchange}`),
      leafHash: Buffer.alloc(32, exchange),
      event: 'incident-retried',
    }
    assert.ok(await retryIncident(store.db, act, new Date(Date.now() + 60_000), entry))
    await process.calls.run({ exchange, call: 'a' })
    assert.equal(process.stage.asked.length, 1)
    assert.equal((await incidentsOf(exchange)).length, 1)
  })

  it('is not asked where another process turns out to have asked at the same time', async () => {
    const first = aProcess(echoing)
    const plan = planOf([aCall('a', { idempotent: false })])
    const exchange = await deferred(plan, first)
    const { ports } = first.deferral.parts
    const begin: DispatchPorts['rows']['begin'] = async (...calls) => {
      await ports.rows.begin(...calls)
      return ports.rows.begin(...calls)
    }
    const second = aProcess(echoing, {}, { ports: { ...ports, rows: { ...ports.rows, begin } } })
    await second.calls.run({ exchange, call: 'a' })
    assert.equal(first.stage.asked.length, 0)
    assert.equal((await incidentsOf(exchange))[0]?.cause, 'interrupted')
  })

  it('begins anew where its end came while nobody worked on it', async () => {
    const process = aProcess(echoing)
    const plan = planOf([aCall('a')])
    const exchange = await deferred(plan, process)
    const over = new Date(Date.now() - 1000)
    await store.db.updateTable('queued_call').set({ ends_at: over }).where('exchange', '=', exchange).execute()
    assert.deepEqual(await process.deferral.later.queued(plan), [])
    const again = { ...plan, deadline: new Date(Date.now() + 60_000).toISOString(), outerEnd: over.toISOString() }
    await process.deferral.put(again, [{ call: { name: 'a', planned: plan.calls[0]!, input: {}, item: false } }])
    await process.calls.run({ exchange, call: 'a' })
    assert.equal(process.stage.asked.length, 1)
  })

  it('counts against no limit while its registry is out of service, however often it was to be asked', async () => {
    const hour = 3_600_000
    const now = Date.now()
    const [from, to] = [new Date(now - hour).toISOString(), new Date(now + hour).toISOString()]
    const limits = new Map([['civil-registry', { plannedDowntime: [{ from, to, reason: 'обновяване' }] }]])
    const process = aProcess(echoing, { limits })
    const exchange = await deferred(planOf([aCall('a', { counting: { total: 5 } })]), process)
    for (let time = 0; time < 2; time += 1) {
      const due = { due_at: new Date(0) }
      await store.db.updateTable('queued_call').set(due).where('exchange', '=', exchange).execute()
      await process.calls.run({ exchange, call: 'a' })
    }
    const { rows } = await statement<{ counted: boolean }>`
      select counted_on is not null as counted from call where exchange = ${exchange}`.execute(store.db)
    assert.deepEqual([process.stage.asked.length, rows[0]?.counted], [0, false])
  })

  it('costs no attempt while its registry is taken for dead, and gets no job', async () => {
    const board = localBoard()
    const since = Date.now()
    await board.open('civil-registry', 60_000)
    const told: string[] = []
    const tell = (message: string): void => void told.push(message)
    const process = aProcess(echoing, { board, log: { info: tell, warn: tell } })
    const exchange = await deferred(planOf([aCall('a')], 600_000), process)
    await process.calls.run({ exchange, call: 'a' })
    const row = await rowOf(exchange)
    assert.deepEqual(
      [row.state, row.tries, row.enqueued_at, await attemptsIn(exchange), told],
      ['waiting', 0, null, 0, []],
    )
    assert.ok(row.due_at.getTime() > since + 50_000)
    await store.db
      .updateTable('queued_call')
      .set({ due_at: new Date(0) })
      .where('exchange', '=', exchange)
      .execute()
    process.told.jobs.length = 0
    await sweepQueue(process.deferral, process.calls)
    assert.ok(process.told.jobs.every((job) => job.exchange !== exchange))
  })

  it('lets one at a time see whether its registry is back', async () => {
    // One at a time is one in a second, which is not over until all of them have looked.
    const now = mock.method(performance, 'now', () => 0)
    try {
      const board = localBoard()
      await board.open('civil-registry', 0)
      const process = aProcess(unwell, { board, limits: new Map([['civil-registry', { attempts: 1 }]]) })
      const exchanges: number[] = []
      for (let many = 0; many < 5; many += 1) exchanges.push(await deferred(planOf([aCall('a')]), process))
      await Promise.all(exchanges.map((exchange) => process.calls.run({ exchange, call: 'a' })))
      const attempts = await Promise.all(exchanges.map(attemptsIn))
      assert.deepEqual([process.stage.asked.length, attempts.sort()], [1, [0, 0, 0, 0, 1]])
    } finally {
      now.mock.restore()
    }
  })

  it('is left to others when its process stops while it is asked', async () => {
    const hanging: Answer = (_input, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new AdapterFault('timeout', 'aborted')))
        setTimeout(() => process.calls.abort(), 50)
      })
    const process = aProcess(hanging)
    const exchange = await deferred(planOf([aCall('a')]), process)
    await process.calls.run({ exchange, call: 'a' })
    const row = await rowOf(exchange)
    assert.deepEqual([row.state, row.owner, row.tries], ['waiting', 0, 0])
  })

  it('is aborted when its exchange is taken back, and nothing comes of it', async () => {
    const taken = new AbortController()
    let heard = false
    const hanging: Answer = (_input, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          heard = true
          reject(new AdapterFault('timeout', 'aborted'))
        })
        const how = {
          by: partyId('troyan'),
          at: new Date(),
          owner: store.owner,
          problem: 'exchange.cancelled',
        } as const
        cancelExchange(store.db, exchange, how).then(() => taken.abort(), reject)
      })
    const process = aProcess(hanging, {}, { during: (_exchange, work) => work(taken.signal) })
    const exchange = await deferred(planOf([aCall('a')]), process)
    await process.calls.run({ exchange, call: 'a' })
    const [attempt] = await attemptsOf(store.db, exchange)
    const [call, row] = [await callOf(exchange), await rowOf(exchange)]
    assert.deepEqual(
      [heard, call.outcome, call.problem, row.state, attempt?.fault],
      [true, 'late', 'exchange.cancelled', 'ended', 'provider.timeout'],
    )
    assert.deepEqual([process.told.completed, process.told.supplemented, await incidentsOf(exchange)], [[], [], []])
  })

  it('starts what hangs on it, and is no answer while something required is open', async () => {
    const process = aProcess(echoing)
    const plan = planOf([aCall('a'), aCall('b', { needs: ['a'], input: { id: 'calls.a.value' } })])
    const opened = await log.open(plan, Buffer.from(plan.exchangeId))
    assert.ok(opened.stage === 'opened')
    const { exchange } = await log.handleOf(plan)
    await process.deferral.put(plan, [{ call: { name: 'a', planned: plan.calls[0]!, input: {}, item: false } }])
    await log.later.defer(opened)
    await process.calls.run({ exchange, call: 'a' })
    assert.deepEqual([process.told.completed, (await rowOf(exchange, 'b')).state], [[], 'waiting'])
    await process.calls.run({ exchange, call: 'b' })
    assert.deepEqual(process.told.completed, [plan.exchangeId])
  })

  /** An exchange whose answer needs neither of its calls, of which the second hangs on the first, which was handed over. */
  const handedOver = async (process: ReturnType<typeof aProcess>) => {
    const optional = { need: 'optional' as const }
    const plan = planOf([
      aCall('a', optional),
      aCall('b', { ...optional, needs: ['a'], input: { id: 'calls.a.value' } }),
    ])
    const open = await log.open(plan, Buffer.from(plan.exchangeId))
    assert.ok(open.stage === 'opened')
    await process.deferral.put(plan, [{ call: { name: 'a', planned: plan.calls[0]!, input: {}, item: false } }])
    const leave = () => {
      const outcomes = [
        { call: 'a', operation: OPERATION, outcome: 'late' as const, elapsedMs: 1 },
        { call: 'b', operation: OPERATION, outcome: 'skipped' as const, elapsedMs: 0 },
      ]
      const { exchangeId, consumer } = plan
      const signed = { stage: 'signed' as const, status: 'partial' as const, mediaType: 'application/xml' }
      return log.close(open, { ...signed, exchangeId, consumer, bytes: Buffer.from(exchangeId) }, outcomes)
    }
    return { exchange: (await log.handleOf(plan)).exchange, leave }
  }

  it('starts what hangs on it where it ends after its answer has left without both; each is a supplement', async () => {
    const process = aProcess(echoing)
    const { exchange, leave } = await handedOver(process)
    await leave()
    await process.calls.run({ exchange, call: 'a' })
    assert.equal((await rowOf(exchange, 'b')).state, 'waiting')
    await process.calls.run({ exchange, call: 'b' })
    const [a, b] = [await rowOf(exchange), await rowOf(exchange, 'b')]
    assert.deepEqual([a.state, a.supplement, b.state, b.supplement], ['ended', 'due', 'ended', 'due'])
    assert.deepEqual(
      process.stage.asked.map(({ context }) => context.call),
      ['a', 'b'],
    )
  })

  it('starts what hangs on it where it ended while its answer was leaving without it', async () => {
    const process = aProcess(echoing)
    const { exchange, leave } = await handedOver(process)
    await process.calls.run({ exchange, call: 'a' })
    assert.equal((await rowOf(exchange)).state, 'waiting')
    await leave()
    const due = { due_at: new Date(0) }
    await store.db.updateTable('queued_call').set(due).where('exchange', '=', exchange).execute()
    await process.calls.run({ exchange, call: 'a' })
    assert.deepEqual([(await rowOf(exchange)).supplement, (await rowOf(exchange)).state], ['due', 'ended'])
    assert.deepEqual([process.stage.asked.length, (await rowOf(exchange, 'b')).state], [1, 'waiting'])
    await process.calls.run({ exchange, call: 'b' })
    assert.equal((await rowOf(exchange, 'b')).supplement, 'due')
  })

  describe('that a dead process left', () => {
    const DEAD = 4711
    const leave = async (exchange: number): Promise<void> => {
      await store.db
        .updateTable('queued_call')
        .set({ state: 'running', owner: DEAD })
        .where('exchange', '=', exchange)
        .execute()
    }

    it('waits again, and gets a job', async () => {
      const process = aProcess(echoing)
      const exchange = await deferred(planOf([aCall('a')]), process)
      await leave(exchange)
      process.told.jobs.length = 0
      await sweepQueue(process.deferral, process.calls)
      assert.equal((await rowOf(exchange)).state, 'waiting')
      assert.ok(process.told.jobs.some((job) => job.exchange === exchange))
    })

    it('is an incident where it was asked and must not be asked twice', async () => {
      const process = aProcess(echoing)
      const plan = planOf([aCall('a', { idempotent: false })])
      const exchange = await deferred(plan, process)
      await process.deferral.parts.ports.rows.begin(
        plan,
        [{ name: 'a', planned: plan.calls[0]!, input: {}, item: false }],
        new Date(),
      )
      await leave(exchange)
      await sweepQueue(process.deferral, process.calls)
      assert.equal((await rowOf(exchange)).state, 'incident')
    })

    it('is an incident although another, whose plan cannot be read, comes before it', async () => {
      const told: string[] = []
      const plans = [planOf([aCall('a', { idempotent: false })]), planOf([aCall('a', { idempotent: false })])]
      const process = aProcess(echoing)
      const exchanges: number[] = []
      for (const plan of plans) {
        const exchange = await deferred(plan, process)
        const call = { name: 'a', planned: plan.calls[0]!, input: {}, item: false }
        await process.deferral.parts.ports.rows.begin(plan, [call], new Date())
        await leave(exchange)
        exchanges.push(exchange)
      }
      const stored = (exchange: number) =>
        exchange === exchanges[0] ? Promise.reject(new Error('unreadable')) : log.later.stored(exchange)
      const sweeper = aProcess(echoing, {}, { stored, onError: (message) => void told.push(message) })
      await sweepQueue(sweeper.deferral, sweeper.calls)
      assert.deepEqual(await Promise.all(exchanges.map(async (each) => (await rowOf(each)).state)), [
        'running',
        'incident',
      ])
      assert.equal(told.length, 1)
      await sweepQueue(process.deferral, process.calls)
    })

    it('is let be where another took it since it was seen', async () => {
      const process = aProcess(echoing)
      const exchange = await deferred(planOf([aCall('a')]), process)
      await leave(exchange)
      const seen = (await runningOfTheDead(store.db, store.owner)).filter((left) => left.exchange === exchange)
      assert.equal(seen.length, 1)
      await leave(exchange)
      await freeLeft(store.db, seen, new Date())
      assert.equal((await rowOf(exchange)).state, 'running')
    })

    it('stays with a process that lives', async () => {
      const process = aProcess(echoing)
      const exchange = await deferred(planOf([aCall('a')]), process)
      const other = await takeOwnership(own.databaseUrl)
      await store.db
        .updateTable('queued_call')
        .set({ state: 'running', owner: other.id })
        .where('exchange', '=', exchange)
        .execute()
      await sweepQueue(process.deferral, process.calls)
      assert.equal((await rowOf(exchange)).state, 'running')
      await other.close()
      // Its session may end a moment after it said goodbye.
      await until('it waits again', async () => {
        await sweepQueue(process.deferral, process.calls)
        return (await rowOf(exchange)).state === 'waiting'
      })
    })
  })

  it('is brought again when the queue takes no jobs, and its exchange goes on', async () => {
    const away = { add: () => Promise.reject(new Error('away')) } as unknown as CallQueue
    const told: string[] = []
    const process = aProcess(echoing, {}, { queue: away, onError: (message) => void told.push(message) })
    const exchange = await deferred(planOf([aCall('a')]), process)
    await process.deferral.close()
    assert.equal((await rowOf(exchange)).enqueued_at, null)
    assert.equal(told.length, 1)
    const back = aProcess(echoing)
    await sweepQueue(back.deferral, back.calls)
    assert.ok(back.told.jobs.some((job) => job.exchange === exchange))
  })

  it('holds nobody up while the queue hangs, nor the end of its process for long', async () => {
    const hanging = { add: () => new Promise<void>(() => undefined) } as unknown as CallQueue
    const process = aProcess(echoing, {}, { queue: hanging })
    const since = performance.now()
    const exchange = await deferred(planOf([aCall('a')]), process)
    assert.ok(performance.now() - since < 20_000)
    assert.equal((await rowOf(exchange)).state, 'waiting')
    await process.deferral.close()
    assert.ok(performance.now() - since < 25_000)
  })

  it('is ended at its outer end although many that cannot be read come before it', async () => {
    const broken = aProcess(echoing)
    const unreadable: number[] = []
    for (let many = 0; many < 50; many += 1) unreadable.push(await deferred(planOf([aCall('a')], 10), broken))
    const plan = planOf([aCall('a')], 20)
    const exchange = await deferred(plan, broken)
    const stored: DeferralParts['stored'] = (row) =>
      unreadable.includes(row) ? Promise.reject(new Error('its plan is gone')) : log.later.stored(row)
    const process = aProcess(echoing, {}, { stored, onError: () => undefined })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await sweepQueue(process.deferral, process.calls)
    assert.ok(process.told.completed.includes(plan.exchangeId), `${exchange} was never looked at`)
    await statement`update exchange set state = 'open' where id = any (${unreadable}::bigint[])`.execute(store.db)
  })

  it('ends with its exchange when the outer end has come', async () => {
    const process = aProcess(echoing)
    const plan = planOf([aCall('a')], 300)
    await deferred(plan, process)
    await new Promise((resolve) => setTimeout(resolve, 400))
    await sweepQueue(process.deferral, process.calls)
    assert.ok(process.told.completed.includes(plan.exchangeId))
  })

  it('waits longer after each try, at random', () => {
    assert.deepEqual(
      [1, 2, 3, 11, 30].map((tries) => pauseAfter(tries, () => 0.5)),
      [500, 1000, 2000, 300_000, 300_000],
    )
    assert.equal(
      pauseAfter(5, () => 0),
      100,
    )
  })
})
