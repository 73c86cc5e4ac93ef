import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import civilRegistry from '../../adapters/civil-registry/index.ts'
import type { OpenAdapter } from '../../src/adapter-kit/adapter.ts'
import { readManifest } from '../../src/adapter-kit/examples.ts'
import { createDispatch, type FanOut } from '../../src/dispatch/fan-out.ts'
import { storeBoard } from '../../src/dispatch/store-board.ts'
import { operationRef } from '../../src/model/ids.ts'
import type { CallOutcome } from '../../src/model/outcome.ts'
import type { Simulator } from '../../src/simulator/start-simulator.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { ADAPTERS, startTestSimulator, testEndpoint } from '../support/simulator.ts'
import { aCall, anOperation, aPlan, aStage, opened } from '../unit/dispatch/a-plan.ts'

const REGISTRY = 'civil-registry'
const OPERATION = operationRef(`${REGISTRY}/valid-person@1`)
const PERSON = aCall('person', { operation: OPERATION, input: { egn: '"8427029967"' }, fields: ['names'] })

/** What dispatch is in one process: its own adapter, its own connections to the database that all share. */
async function aProcess(databaseUrl: string, simulator: Simulator, owner: number) {
  const folder = join(ADAPTERS, REGISTRY)
  const endpoint = await testEndpoint(simulator.url(REGISTRY))
  const adapter: OpenAdapter = await civilRegistry.open({ endpoint, folder, manifest: readManifest(folder) })
  const db = openDatabase({ databaseUrl, connections: 4, statementTimeoutMs: 2000 })
  const subject = { input: 'egn', echo: true, mismatch: 'refuse' } as const
  const { ports } = aStage((input, context) => adapter.operations['valid-person@1']!(input, context), {
    operations: new Map([[OPERATION, anOperation({ manifest: { maxConcurrent: 20, subject } })]]),
    board: storeBoard({ db, owner }),
  })
  const fanOut: FanOut = createDispatch(ports)
  return {
    ask: async (): Promise<string> => {
      const [outcome] = (await fanOut(opened(aPlan([PERSON])))) as [CallOutcome]
      return [outcome.outcome, outcome.problem].filter(Boolean).join(' ')
    },
    close: async () => {
      await adapter[Symbol.asyncDispose]()
      await db.destroy()
    },
  }
}

const DEAD = 'failed provider.unavailable'

/** The real adapter, a stand-in that breaks connections, a real PostgreSQL. */
describe('a registry that is down, with three processes of edno on one database', function () {
  this.timeout(180_000)
  let simulator: Simulator
  let processes: Awaited<ReturnType<typeof aProcess>>[] = []
  before(async () => {
    simulator = await startTestSimulator(REGISTRY)
    const databaseUrl = await testDatabaseUrl()
    processes = await Promise.all([1, 2, 3].map((owner) => aProcess(databaseUrl, simulator, owner)))
  })
  after(async () => {
    await Promise.all(processes.map(({ close }) => close()))
    await simulator.close()
  })
  const asked = (): number => simulator.calls.get(OPERATION) ?? 0
  const askAll = (): Promise<string[]> => Promise.all(processes.map(({ ask }) => ask()))

  it('is found dead by one of them, and left alone by all within a second, but for one question to see', async () => {
    assert.deepEqual(await askAll(), ['found', 'found', 'found'])
    simulator.setFault(REGISTRY, { kind: 'reset' })
    for (let times = 0; times < 5; times += 1) assert.equal(await processes[0]!.ask(), DEAD)
    await pause(500)
    const before = asked()
    const began = performance.now()
    for (let times = 0; times < 20; times += 1) {
      assert.deepEqual(await askAll(), [DEAD, DEAD, DEAD])
      await pause(100)
    }
    // Sixty calls in more than two seconds: the registry was looked at after one second, two seconds after that, then four …
    const looks = Math.log2((performance.now() - began) / 1000 + 1)
    assert.ok(asked() - before >= 1 && asked() - before <= looks + 1.5, `${asked() - before} questions, ${looks} looks`)
  })

  it('is asked again by all once one question was answered', async () => {
    simulator.setFault(REGISTRY, undefined)
    const until = Date.now() + 60_000
    while ((await processes[1]!.ask()) !== 'found' && Date.now() < until) await pause(100)
    await pause(500)
    assert.deepEqual(await askAll(), ['found', 'found', 'found'])
  })
})
