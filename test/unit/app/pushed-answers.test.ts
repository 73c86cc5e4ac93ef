import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OperationManifest } from '../../../src/adapter-kit/adapter.ts'
import { V2_BASIC } from '../../../src/adapter-kit/regix/entry-point.ts'
import { CALLBACK, writeExecuteReply, writePending } from '../../../src/adapter-kit/regix/execute-reply.ts'
import type { XmlElement } from '../../../src/adapter-kit/soap/xml-element.ts'
import { pushedAnswerDesk } from '../../../src/app/pushed-answers.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { partyId } from '../../../src/model/ids.ts'
import type { BrokerError } from '../../../src/problem/broker-error.ts'
import type { OutcomeKind } from '../../../src/model/outcome.ts'
import { recordOutcomes } from '../../../src/store/calls.ts'
import { insertPromise, insertPushed, wakeQueuedCall } from '../../../src/store/promised-answers.ts'
import { cancelExchange } from '../../../src/store/promises.ts'
import { insertQueuedCalls, type QueuedCallId } from '../../../src/store/queued-calls.ts'
import type { Store } from '../../../src/store/store.ts'
import { makeIdentity, type TestIdentity } from '../../support/certificates.ts'
import { anExchange } from '../exchange-log/exchanges.ts'
import { type OpenLog, openLog } from '../exchange-log/open-log.ts'

const REGISTRY = 'civil-registry'
const CODE = 'a-code'
const PLACE = { operation: CALLBACK, entry: V2_BASIC }
const MINUTE = 60_000
const element = (name: string): XmlElement => ({
  ...{ name, namespace: 'urn:p', attributes: {}, nil: false, children: [], text: 'x' },
})
const answer = (callId: number): Buffer => {
  const parts = { callId, request: element('Asked'), response: element('Told'), verificationCode: CODE }
  return Buffer.from(writeExecuteReply(parts, PLACE))
}
type Kept = Partial<Pick<OperationManifest, 'keepAnswer'>> & { readonly mismatch?: 'refuse' | 'drop' }

describe('what a registry sends of itself', function () {
  this.timeout(60_000)
  let own: OpenLog
  let folder: string
  let store: Store
  let log: ExchangeLog
  let registry: TestIdentity
  let number = 0
  before(async () => {
    own = await openLog()
    ;({ folder, store, log } = own)
    registry = await makeIdentity(REGISTRY, 'p-256')
    writeFileSync(join(folder, 'callback.crt'), registry.certificatePem)
  })
  after(() => own.close())

  /** A call that waits for the answer of this number. */
  const promised = async () => {
    const outerEnd = new Date(Date.now() + MINUTE).toISOString()
    const { plan, request, outcomes } = anExchange({ outerEnd, retention: { class: 'long', answerHours: 1 } })
    await log.open(plan, request)
    const { exchange, key } = await log.handleOf(plan)
    const id = { exchange, call: 'driver' }
    number += 1
    const reference = String(number)
    const secret = Buffer.from(JSON.stringify({ reference, proof: CODE, question: '', at: new Date().toISOString() }))
    const operation = plan.calls[0]!.operation
    const promise = { ...id, registry: REGISTRY, operation, reference, promisedAt: new Date(), secret }
    await insertPromise(store.db, key, { ...promise, retentionClass: 'long' })
    const times = { dueAt: new Date(Date.now() + MINUTE), endsAt: new Date(Date.now() + 2 * MINUTE) }
    await insertQueuedCalls(
      store.db,
      exchange,
      [{ call: 'driver', registry: REGISTRY, idempotent: true, ...times }],
      new Date(),
    )
    return { id, key, callId: number, outcome: outcomes[0]! }
  }
  let registries: Record<string, unknown> = {}
  const told: string[] = []
  const deskOf = ({ mismatch = 'refuse', ...kept }: Kept = {}) => {
    const woken: QueuedCallId[] = []
    const manifest = { ...kept, subject: { input: 'egn', mismatch } }
    registries = { [REGISTRY]: { callbackCertificatesFile: join(folder, 'callback.crt') } }
    const parts = {
      registryNow: (id: string) => registries[id],
      config: { registries: { [REGISTRY]: { callbackCertificatesFile: join(folder, 'callback.crt') } } },
      ...{ clock: () => new Date(), store, log, verifyAnswer: undefined },
      adapters: { laterOf: () => ({ judge: () => undefined }) },
      rules: { catalogue: { operations: { get: () => ({ manifest }) } } },
      deferring: { wake: (id: QueuedCallId) => Promise.resolve(void woken.push(id)) },
      logger: { warn: () => undefined, error: (text: string) => void told.push(text) },
    }
    const desk = pushedAnswerDesk(parts as unknown as Parameters<typeof pushedAnswerDesk>[0])
    const admits = (id = REGISTRY, certificate = registry.fingerprint): boolean => {
      try {
        desk.admit(id, certificate)
        return true
      } catch (error) {
        assert.equal((error as BrokerError).code, 'access.unknown-party')
        return false
      }
    }
    return { woken, admits, take: (raw: Buffer) => desk.take(REGISTRY, registry.fingerprint, raw) }
  }
  /** Retention classes. */
  const keptOf = async ({ exchange, call }: QueuedCallId): Promise<readonly string[]> => {
    const found = store.db.selectFrom('payload').where('exchange', '=', exchange).where('kind', '=', `pushed:${call}`)
    return (await found.select('retention_class').execute()).map((row) => row.retention_class)
  }

  it('is kept for its call, which is looked after at once', async () => {
    const { id, callId } = await promised()
    const { take, woken } = deskOf()
    assert.match(await take(answer(callId)), /ExecuteCallbackResponse/)
    assert.deepEqual([await keptOf(id), woken.length], [['long'], 1])
  })

  for (const rule of [{ keepAnswer: 'commitment' }, { mismatch: 'drop' }] as const)
    it(`is not kept, and only wakes its call, where ${JSON.stringify(rule)} says that not all of it may be`, async () => {
      const { id, callId } = await promised()
      const { take, woken } = deskOf(rule)
      assert.match(await take(answer(callId)), /ExecuteCallbackResponse/)
      assert.deepEqual([await keptOf(id), woken.length], [[], 1])
    })

  it('is taken by the certificates that the configuration names now: of a registry plugged in later, and none that was taken away', async () => {
    const { admits } = deskOf()
    assert.deepEqual([admits(), admits('later-registry')], [true, false])
    registries = { 'later-registry': registries[REGISTRY] }
    assert.deepEqual([admits(), admits('later-registry')], [false, true])
    const other = await makeIdentity('other', 'p-256')
    writeFileSync(join(folder, 'other.crt'), other.certificatePem)
    registries = { [REGISTRY]: { callbackCertificatesFile: join(folder, 'other.crt') } }
    assert.deepEqual([admits(), admits(REGISTRY, other.fingerprint)], [false, true])
    registries = { [REGISTRY]: {} }
    assert.equal(admits(REGISTRY, other.fingerprint), false)
  })

  it('is taken from nobody where the certificates cannot be read, and an operator hears of it once', () => {
    const { admits } = deskOf()
    writeFileSync(join(folder, 'broken.crt'), registry.certificatePem.slice(0, -40))
    told.length = 0
    for (const file of ['broken.crt', 'not-there.crt']) {
      registries = { [REGISTRY]: { callbackCertificatesFile: join(folder, file) } }
      assert.deepEqual([admits(), admits()], [false, false])
    }
    assert.equal(told.length, 2)
  })

  it('wakes nobody where it says that there is no answer yet', async () => {
    const { id, callId } = await promised()
    const { take, woken } = deskOf()
    assert.match(await take(Buffer.from(writePending(callId, CODE, PLACE))), /ExecuteCallbackResponse/)
    assert.deepEqual([await keptOf(id), woken.length], [[], 0])
  })

  for (const kind of ['found', 'not-found', 'failed', 'late', 'skipped'] as const satisfies readonly OutcomeKind[])
    it(`goes when its call ends as ${kind}, and what comes then is not kept`, async () => {
      const { id, key, callId, outcome } = await promised()
      await deskOf().take(answer(callId))
      assert.deepEqual(await keptOf(id), ['long'])
      const { evidence: _evidence, ...bare } = outcome
      const ended = { outcome: { ...bare, outcome: kind }, endedAt: new Date(), retentionClass: 'long' }
      await recordOutcomes(store.db, id.exchange, key, [ended])
      assert.deepEqual(await keptOf(id), [])
      await insertPushed(store.db, key, id, answer(callId))
      assert.deepEqual(await keptOf(id), [])
      await assert.rejects(deskOf().take(answer(callId)), { code: 'regix.callback-unknown' })
    })

  it('goes when its exchange is taken back', async () => {
    const { id, callId } = await promised()
    await deskOf().take(answer(callId))
    const cancelling = { by: partyId('troyan'), at: new Date(), owner: store.owner, problem: 'exchange.cancelled' }
    assert.equal(await cancelExchange(store.db, id.exchange, cancelling), true)
    assert.deepEqual(await keptOf(id), [])
  })

  it('wakes its call once a minute at most', async () => {
    const { id } = await promised()
    const dueOf = async (): Promise<Date> => {
      const rows = store.db.selectFrom('queued_call').select('due_at').where('exchange', '=', id.exchange)
      return (await rows.executeTakeFirstOrThrow()).due_at
    }
    const first = new Date()
    await wakeQueuedCall(store.db, id, first)
    assert.deepEqual(await dueOf(), first)
    const again = new Date(first.getTime() + MINUTE)
    await store.db
      .updateTable('queued_call')
      .set({ due_at: new Date(first.getTime() + 9 * MINUTE) })
      .where('exchange', '=', id.exchange)
      .execute()
    await wakeQueuedCall(store.db, id, new Date(first.getTime() + MINUTE / 2))
    assert.ok((await dueOf()) > again)
    await wakeQueuedCall(store.db, id, again)
    assert.deepEqual(await dueOf(), again)
  })
})
