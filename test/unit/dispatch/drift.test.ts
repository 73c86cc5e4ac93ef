import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { AdapterFault, type Finding } from '../../../src/adapter-kit/adapter.ts'
import { createDispatch } from '../../../src/dispatch/fan-out.ts'
import { plainPlace } from '../../../src/dispatch/plain-place.ts'
import type { DispatchedOperation } from '../../../src/dispatch/ports.ts'
import { storeRows } from '../../../src/dispatch/rows.ts'
import { exchangeId, registryOf } from '../../../src/model/ids.ts'
import { compileMisfit } from '../../../src/schema/compile-schema.ts'
import { insertExchange } from '../../../src/store/exchanges.ts'
import { registryDrift } from '../../../src/store/registry-drift.ts'
import type { Store } from '../../../src/store/store.ts'
import { ASKED } from '../../support/asked-frame.ts'
import { testStore } from '../../support/database.ts'
import { aCall, anOperation, aPlan, aStage, found, opened, OPERATION } from './a-plan.ts'

const REGISTRY = registryOf(OPERATION)
/** In values, in names of members, and in a place that a careless adapter names. */
const MARKERS = ['8427029967', 'Маркер', 'MARKER-PERSON']
const misfitOf = compileMisfit({
  type: 'object',
  additionalProperties: false,
  properties: {
    id: { type: 'string' },
    permits: { type: 'array', items: { type: 'object', properties: { until: { type: 'string', format: 'date' } } } },
  },
})
const strict = (): Partial<DispatchedOperation> => ({
  acceptsEvidence: (evidence) => misfitOf(evidence) === undefined,
  misfitOf,
})

describe('an answer that is not as agreed', function () {
  this.timeout(60_000)
  let store: Store
  before(async () => {
    store = await testStore()
  })

  /** One question, answered so; what is remembered of it in the database. */
  async function drifted(answer: () => Finding, changes: Partial<DispatchedOperation> = {}): Promise<string[]> {
    const calls = [aCall('a', { fields: ['permits'] })]
    const plan = aPlan(calls, { exchangeId: exchangeId(randomUUID()) })
    const key = store.cipher.newKey({ consumer: plan.consumer, exchangeId: plan.exchangeId })
    const exchange = (await insertExchange(
      store.db,
      {
        ...{ consumer: plan.consumer, exchangeId: plan.exchangeId, service: plan.service, caseReference: plan.case },
        ...{
          requestDigest: Buffer.alloc(32),
          receivedAt: new Date(plan.receivedAt),
          deadline: new Date(plan.deadline),
        },
        ...{ retentionClass: 'answer', owner: 0, key, payloads: [], calls },
      },
      { bytes: Buffer.from('opened'), leafHash: Buffer.alloc(32), event: 'opened' },
    ))!
    const rows = storeRows({
      db: store.db,
      locate: () => Promise.resolve({ exchange, key }),
      asked: () => ASKED,
    })
    const operations = new Map([[OPERATION, anOperation(changes)]])
    const { ports } = aStage(answer, { rows, operations })
    const [outcome] = await createDispatch(ports)(opened(plan))
    const { rows: kept } = await sql<{ drift: string | null; whole: string }>`
      select drift, to_json(call)::text as whole from call where exchange = ${exchange}`.execute(store.db)
    for (const marker of MARKERS) assert.ok(!JSON.stringify([kept, outcome]).includes(marker), marker)
    return kept.map(({ drift }) => drift ?? '–')
  }

  it('is remembered by its place, and nothing of it is', async () => {
    const permits = [{ until: 'MARKER-PERSON' }]
    assert.deepEqual(await drifted(() => found({ id: 'a', permits }), strict()), ['/permits/*/until'])
    assert.deepEqual(await drifted(() => found({ id: 'a', Маркер: '8427029967' }), strict()), ['/?'])
    assert.deepEqual(await drifted(() => found({ id: 'a' }, { asOf: 'MARKER-PERSON' })), ['asOf'])
  })

  it('is remembered where an adapter says at which place, where that can be no name and no number of anybody', async () => {
    const fault = (at: string) => () => {
      throw new AdapterFault('bad-answer', 'MARKER-PERSON', { at })
    }
    assert.deepEqual(await drifted(fault('Permits/Permit/@until')), ['Permits/Permit/@until'])
    assert.deepEqual(await drifted(fault('Permit/8427029967')), ['?'])
    assert.deepEqual(await drifted(fault('Маркер Измислен')), ['?'])
    assert.equal(plainPlace({ toString: () => 'x' }), '?')
  })

  it('is not said of an answer that is as agreed, of a fault of another kind, or without a place', async () => {
    assert.deepEqual(await drifted(() => found({ id: 'a', permits: [] }), strict()), ['–'])
    for (const [kind, at] of [
      ['timeout', 'Permits'],
      ['bad-answer', undefined],
    ] as const)
      assert.deepEqual(
        await drifted(() => {
          throw new AdapterFault(kind, 'x', { at })
        }),
        ['–'],
      )
  })

  it('is told to the owner by operation and place, with how often and when', async () => {
    const drift = await registryDrift(store.db, REGISTRY, new Date(Date.now() - 60_000))
    assert.deepEqual(
      drift.map(({ operation, path, count }) => `${operation} ${path} ${count}`).toSorted(),
      ['/?', '/permits/*/until', '?', 'Permits/Permit/@until', 'asOf'].map(
        (path) => `${OPERATION} ${path} ${path === '?' ? 2 : 1}`,
      ),
    )
    assert.ok(drift.every(({ firstAt, lastAt }) => firstAt <= lastAt && lastAt.endsWith('Z')))
    assert.deepEqual(await registryDrift(store.db, REGISTRY, new Date(Date.now() + 60_000)), [])
    assert.deepEqual(await registryDrift(store.db, 'other-registry', new Date(0)), [])
  })
})
