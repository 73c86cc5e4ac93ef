import assert from 'node:assert/strict'
import { join } from 'node:path'
import civilRegistry from '../../adapters/civil-registry/index.ts'
import type { OpenAdapter } from '../../src/adapter-kit/adapter.ts'
import { readManifest } from '../../src/adapter-kit/examples.ts'
import { createDispatch, type FanOut } from '../../src/dispatch/fan-out.ts'
import { storeBoard } from '../../src/dispatch/store-board.ts'
import { operationRef } from '../../src/model/ids.ts'
import type { CallOutcome } from '../../src/model/outcome.ts'
import type { Simulator } from '../../src/simulator/start-simulator.ts'
import { takeOwnership } from '../../src/store/owner.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'
import { ADAPTERS, startTestSimulator, testEndpoint } from '../support/simulator.ts'
import { aCall, anOperation, aPlan, aStage, opened } from '../unit/dispatch/a-plan.ts'

const REGISTRY = 'civil-registry'
const OPERATION = operationRef(`${REGISTRY}/valid-person@1`)
const PERSON = aCall('person', { operation: OPERATION, input: { egn: '"8427029967"' }, fields: ['names'] })
const MOST = 6
const ANSWERS_AFTER_MS = 60

/** Questions of all processes. */
class Out {
  now = 0
  most = 0

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.now += 1
    this.most = Math.max(this.most, this.now)
    try {
      return await work()
    } finally {
      this.now -= 1
    }
  }
}

type Process = Awaited<ReturnType<typeof aProcess>>

/** What dispatch is in one process: its adapter, its lock and its connections to the database that all share. */
async function aProcess(databaseUrl: string, simulator: Simulator, out: Out) {
  const folder = join(ADAPTERS, REGISTRY)
  const endpoint = await testEndpoint(simulator.url(REGISTRY))
  const adapter: OpenAdapter = await civilRegistry.open({ endpoint, folder, manifest: readManifest(folder) })
  const db = openDatabase({ databaseUrl, connections: 2, statementTimeoutMs: 2000 })
  const owner = await takeOwnership(databaseUrl)
  const own = new Out()
  const subject = { input: 'egn', echo: true, mismatch: 'refuse' } as const
  const { ports } = aStage(
    (input, context) => out.during(() => own.during(async () => adapter.operations['valid-person@1']!(input, context))),
    {
      operations: new Map([[OPERATION, anOperation({ manifest: { maxConcurrent: 50, subject } })]]),
      limits: new Map([[REGISTRY, { concurrency: MOST }]]),
      board: storeBoard({ db, owner: owner.id }),
    },
  )
  const fanOut: FanOut = createDispatch(ports)
  let answered = 0
  let asking = true
  const ask = async (): Promise<void> => {
    const plan = aPlan([PERSON], { deadline: new Date(Date.now() + 20_000).toISOString() })
    const [{ outcome, problem }] = (await fanOut(opened(plan))) as [CallOutcome]
    assert.equal([outcome, problem].filter(Boolean).join(' '), 'found')
    answered += 1
  }
  return {
    ask,
    answered: () => answered,
    out: () => own.now,
    /** So many consumers, each of whom asks again as soon as it is answered. */
    askedBy: async (consumers: number): Promise<void> => {
      asking = true
      const one = async (): Promise<void> => {
        while (asking) await ask()
      }
      await Promise.all(Array.from({ length: consumers }, one))
    },
    stop: () => {
      asking = false
    },
    /** As when it is killed: nobody is told anything. */
    die: async () => {
      await db.destroy()
      await owner.close()
    },
    close: async () => {
      await adapter[Symbol.asyncDispose]()
      await db.destroy()
      await owner.close()
    },
  }
}

/** The real adapter, a slow stand-in, a real PostgreSQL. */
describe(`a registry that answers ${MOST} questions at once, with three processes of edno on one database`, function () {
  this.timeout(180_000)
  const out = new Out()
  let simulator: Simulator
  let processes: Process[] = []
  before(async () => {
    simulator = await startTestSimulator(REGISTRY)
    simulator.setFault(REGISTRY, { kind: 'slow', ms: ANSWERS_AFTER_MS })
    const databaseUrl = await testDatabaseUrl()
    processes = await Promise.all([1, 2, 3].map(() => aProcess(databaseUrl, simulator, out)))
  })
  after(async () => {
    await Promise.all(processes.map(({ close }) => close()))
    await simulator.close()
  })
  beforeEach(() => {
    out.most = 0
  })
  it('has all of them out for one process that asks alone, and never more', async () => {
    const [first] = processes as [Process]
    const all = first.askedBy(20)
    await until('a while has passed', () => first.answered() >= 30)
    first.stop()
    await all
    assert.equal(out.most, MOST)
  })

  it('has never more out however many ask, and each process has its share within seconds', async () => {
    const [first, second, third] = processes as [Process, Process, Process]
    const all = [first.askedBy(20)]
    await until('the first has all', () => first.out() === MOST)
    all.push(second.askedBy(20), third.askedBy(1))
    await until('the second has its share', () => second.out() >= 2 && third.answered() >= 3)
    await until('the first keeps its own', () => first.out() >= 2)
    for (const each of processes) each.stop()
    await Promise.all(all)
    assert.equal(out.most, MOST)
  })

  it('keeps none from a process that asks rarely', async () => {
    const all = processes[0]!.askedBy(20)
    await until('it has all', () => processes[0]!.out() === MOST)
    const since = performance.now()
    await processes[1]!.ask()
    const tookMs = performance.now() - since
    processes[0]!.stop()
    await all
    assert.equal(out.most, MOST)
    assert.ok(tookMs < 15_000, `${Math.round(tookMs)} ms`)
  })

  it('gives those of a process that died to the others within seconds', async () => {
    const dead = processes.pop()!
    const all = processes.map(({ askedBy }) => askedBy(1))
    const last = dead.askedBy(20)
    await until('it has more than its share', () => dead.out() >= 3)
    await dead.die()
    for (const each of [dead, ...processes]) each.stop()
    await Promise.all([...all, last])
    const alone = processes[0]!.askedBy(20)
    await until('the others have all', () => processes[0]!.out() === MOST)
    processes[0]!.stop()
    await alone
    assert.equal(out.most, MOST)
    await dead.close().catch(() => undefined)
  })
})
