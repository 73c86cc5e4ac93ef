import assert from 'node:assert/strict'
import { before, beforeEach, describe, it } from 'mocha'
import { proofKeeper } from '../../../src/app/keep-proofs.ts'
import { eraseExchange, runRetention, type Transact } from '../../../src/exchange-log/retention.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import type { IssuerProof } from '../../../src/pki/trust.ts'
import { revocationProofsOf } from '../../../src/store/revocation-proofs.ts'
import type { Store } from '../../../src/store/store.ts'
import { makeAuthority, type Made } from '../../support/chains.ts'
import { testStore } from '../../support/database.ts'
import { aLog, anExchange, exchangeOnce } from '../exchange-log/exchanges.ts'

const DAY_MS = 86_400_000
const inMs = (ms: number): Date => new Date(Date.now() + ms)

describe('what authorities said of signers’ certificates', function () {
  this.timeout(60_000)
  let store: Store
  let log: ExchangeLog
  let root: Made
  let issuing: Made
  before(async () => {
    root = await makeAuthority('Root')
    issuing = await makeAuthority('Issuing', { issuer: root })
  })
  beforeEach(async () => {
    store = await testStore()
    log = aLog(store)
    await log.start()
  })
  afterEach(() => log.stop())

  const transact: Transact = (work) => store.transaction(work)
  const proof = (said: string, change: Partial<IssuerProof> = {}): IssuerProof => ({
    ...{ kind: 'ocsp', bytes: Buffer.from(said), until: inMs(-2 * 3_600_000), issuer: issuing.read },
    ...change,
  })
  const kept = () => store.db.selectFrom('revocation_proof').selectAll().execute()
  /** An exchange that rests on these, answered. */
  const exchangeOn = async (revocationProofs: readonly string[]) => {
    const sample = anExchange()
    const plan = { ...sample.plan, signer: { ...sample.plan.signer, revocationProofs } }
    await exchangeOnce(log, { ...sample, plan })
    const { exchange } = await log.handleOf(plan)
    return { exchange, plan }
  }

  it('are kept once, however often and by how many processes they are used, and told of an exchange in their order', async () => {
    const proofs = [proof('of the signer'), proof('of its issuer', { kind: 'crl', issuer: root.read })]
    const keep = proofKeeper(store.db)
    const names = await keep(proofs)
    assert.deepEqual(await keep(proofs), names)
    assert.deepEqual(await proofKeeper(store.db)(proofs), names)
    assert.equal((await kept()).length, 2)
    const { exchange } = await exchangeOn(names)
    assert.deepEqual(await revocationProofsOf(store.db, exchange), [
      { kind: 'ocsp', bytes: Buffer.from('of the signer'), issuer: Buffer.from(issuing.read.der) },
      { kind: 'crl', bytes: Buffer.from('of its issuer'), issuer: Buffer.from(root.read.der) },
    ])
    const [row] = await store.db.selectFrom('exchange').select('id').execute()
    assert.deepEqual((await log.evidenceOf(row!.id))!.revocationProofs.length, 2)
  })

  it('are two where the same octets are the word of two certificates of an authority', async () => {
    const [one, other] = await proofKeeper(store.db)([proof('same'), proof('same', { issuer: root.read })])
    assert.notEqual(one, other)
  })

  it('are told only as far as they follow one on the other', async () => {
    const names = await proofKeeper(store.db)([proof('first'), proof('second'), proof('third')])
    const { exchange } = await exchangeOn(names)
    await store.db.deleteFrom('revocation_proof').where('bytes', '=', Buffer.from('second')).execute()
    assert.equal((await revocationProofsOf(store.db, exchange)).length, 1)
  })

  it('last as long as an exchange rests on them, and go with the last that does, by a run or an order', async () => {
    const [shared, own] = (await proofKeeper(store.db)([proof('shared'), proof('own')])) as [string, string]
    const [first, second] = [await exchangeOn([shared, own]), await exchangeOn([shared])]
    await log.expireDue(new Date())
    assert.equal((await kept()).length, 2)
    const { exchangeId } = first.plan
    const erased = await eraseExchange(transact, { exchangeId, basis: 'order 1/2026', at: new Date() })
    assert.ok(typeof erased === 'object')
    assert.deepEqual([erased.before['revocationProofs'], erased.after['revocationProofs']], [2, 0])
    assert.deepEqual(
      (await kept()).map(({ bytes }) => bytes.toString()),
      ['shared'],
    )
    assert.deepEqual(await revocationProofsOf(store.db, first.exchange), [])
    assert.equal((await revocationProofsOf(store.db, second.exchange)).length, 1)
    const ran = await runRetention(transact, inMs(30 * DAY_MS), new Date())
    assert.equal(ran.before['revocationProofs'], 1)
    assert.deepEqual(await kept(), [])
  })

  it('stay while some process may still rest on them, also where a responder gives one out again', async () => {
    const keep = proofKeeper(store.db)
    await keep([proof('again')])
    await keep([proof('again', { until: inMs(3_600_000) })])
    await log.expireDue(new Date())
    assert.equal((await kept()).length, 1)
    await proofKeeper(store.db)([proof('again', { until: inMs(-3 * 3_600_000) })])
    await log.expireDue(new Date())
    assert.equal((await kept()).length, 1, 'a shorter word does not shorten a longer one')
    await log.expireDue(inMs(3 * 3_600_000))
    assert.equal((await kept()).length, 0)
  })
})
