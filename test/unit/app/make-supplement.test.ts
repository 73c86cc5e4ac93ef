import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { makeSupplement } from '../../../src/app/make-supplement.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { STANDARD_CLASS } from '../../../src/model/retention.ts'
import type { AnswerStatus, ExchangePlan } from '../../../src/model/exchange.ts'
import type { AssembledSupplement } from '../../../src/model/supplement.ts'
import type { ProblemCode } from '../../../src/problem/codes.ts'
import { recordOutcomes } from '../../../src/store/calls.ts'
import { endQueuedCalls, insertQueuedCalls } from '../../../src/store/queued-calls.ts'
import type { Store } from '../../../src/store/store.ts'
import { anExchange, consumer } from '../exchange-log/exchanges.ts'
import { type OpenLog, openLog } from '../exchange-log/open-log.ts'

describe('a supplement that is due', function () {
  this.timeout(60_000)
  let own: OpenLog
  let store: Store
  let log: ExchangeLog
  before(async () => {
    own = await openLog()
    ;({ store, log } = own)
  })
  after(() => own.close())

  /** Its answer has left without the call, which has found something since. */
  const answered = async (status: AnswerStatus = 'partial', change: Partial<ExchangePlan> = {}) => {
    const outerEnd = new Date(Date.now() + 60_000).toISOString()
    const { plan, request, answer, outcomes } = anExchange({ outerEnd, ...change })
    const opened = await log.open(plan, request)
    assert.ok(opened.stage === 'opened')
    const { exchange, key } = await log.handleOf(plan)
    const [now, endsAt] = [new Date(), new Date(plan.outerEnd!)]
    const queued = { call: 'driver', registry: 'civil-registry', idempotent: true, dueAt: now, endsAt }
    await insertQueuedCalls(store.db, exchange, [queued], now)
    const late = { ...outcomes[0]!, outcome: 'late' as const }
    await log.close(opened, { ...answer, status }, [late])
    await recordOutcomes(store.db, exchange, key, [
      { outcome: outcomes[0]!, endedAt: now, retentionClass: STANDARD_CLASS },
    ])
    await endQueuedCalls(store.db, exchange, ['driver'])
    return { plan, id: { exchange, call: 'driver' } }
  }
  const make = async (id: { exchange: number; call: string }, code?: ProblemCode): Promise<AssembledSupplement[]> => {
    const sealed: AssembledSupplement[] = []
    const ports = { clock: () => new Date(), closed: () => code }
    const seal = (supplement: AssembledSupplement) => {
      sealed.push(supplement)
      return Promise.resolve({ bytes: Buffer.from(`sealed ${id.exchange}`), mediaType: 'application/xml' })
    }
    await makeSupplement(id, { log, store, ports, seal })
    return sealed
  }
  const kept = async (exchangeId: Parameters<ExchangeLog['later']['supplementsOf']>[1]): Promise<number> =>
    (await log.later.supplementsOf(consumer, exchangeId))?.length ?? -1

  it('is signed once, with what was found', async () => {
    const { plan, id } = await answered()
    const [made] = await make(id)
    assert.deepEqual(made?.part.evidence, { names: 'Измислен' })
    assert.deepEqual([await make(id), await kept(plan.exchangeId)], [[], 1])
  })

  it('is kept in the retention class of its exchange', async () => {
    const { id } = await answered('partial', { retention: { class: 'long', answerHours: 1 } })
    await make(id)
    const { rows } = await sql<{ kind: string }>`
      select kind from payload where exchange = ${id.exchange} and retention_class = 'long' order by kind`.execute(
      store.db,
    )
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      ['answer', 'plan', 'request', 'salts', 'salts:driver', 'supplement:driver'],
    )
  })

  it('is never made where access was taken away since it was asked', async () => {
    const { plan, id } = await answered()
    assert.deepEqual(await make(id, 'access.not-granted'), [])
    assert.deepEqual([await make(id), await kept(plan.exchangeId)], [[], 0])
  })

  it('carries no evidence where its answer was refused', async () => {
    const { id } = await answered('refused')
    const [made] = await make(id)
    assert.deepEqual([made?.part.outcome, made?.part.evidence], ['found', undefined])
  })
})
