import assert from 'node:assert/strict'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { readAnswer } from '../../src/message/read-answer.ts'
import type { Application } from '../../src/model/application.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'

const SLOW = { kind: 'slow', ms: 900 } as const
/** Asked again until the test lets it answer, for what has to happen before that, however slow the machine is. */
const HELD = { kind: 'busy', ms: 500 } as const

describe('an answer that is not waited for', function () {
  this.timeout(180_000)
  let edno: TestApp
  before(async () => {
    edno = await testApp({ settings: { registryLimits: { 'vehicle-register': { attempts: 10 } } } })
  })
  after(() => edno.close())
  beforeEach(() => edno.app.simulator!.setFault('vehicle-register', SLOW))
  afterEach(() => edno.app.simulator!.setFault('vehicle-register', undefined))

  const tls = () => keysOf(edno, 'troyan').tls
  const fresh = (): Application => applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
  const sign = (application: Application): Uint8Array => signedBytes(application, keysOf(edno, 'troyan').seal, false)
  const post = (body: Uint8Array, prefer?: string): Promise<Answered> =>
    call(edno, { body, tls: tls(), ...(prefer === undefined ? {} : { headers: { Prefer: prefer } }) })
  const get = (id: string, prefer?: string): Promise<Answered> =>
    call(edno, {
      method: 'GET',
      path: `/v1/exchanges/${id}`,
      tls: tls(),
      ...(prefer === undefined ? {} : { headers: { Prefer: prefer } }),
    })
  const bodyOf = ({ body }: Answered) => JSON.parse(body.toString()) as Record<string, unknown>

  it('is told where it will be, and how far it is, without anything personal', async () => {
    edno.app.simulator!.setFault('vehicle-register', HELD)
    const application = fresh()
    const later = await post(sign(application), 'respond-async')
    assert.equal(later.status, 202, later.body.toString())
    assert.equal(later.headers['location'], `/v1/exchanges/${application.exchangeId}`)
    assert.equal(later.headers['preference-applied'], 'respond-async')
    assert.match(String(later.headers['retry-after']), /^[1-9]\d*$/)
    const told = bodyOf(later) as { state: string; exchangeId: string; calls: { call: string; state: string }[] }
    assert.equal(told.state, 'running')
    assert.equal(told.exchangeId, application.exchangeId)
    assert.ok(told.calls.some((each) => each.call === 'vehicle' && each.state !== 'ended'))
    for (const personal of ['8427029967', 'ОВ0000', 'Примеров']) assert.ok(!later.body.toString().includes(personal))
    edno.app.simulator!.setFault('vehicle-register', undefined)
    const answered = await get(application.exchangeId, 'wait=30')
    assert.equal(answered.status, 200)
    assert.equal(readAnswer(answered.body).status, 'complete')
  })

  it('comes on the line where it comes within the wait, else later; the wait is bounded by what is said', async () => {
    edno.app.simulator!.setFault('vehicle-register', HELD)
    const application = fresh()
    const bytes = sign(application)
    const later = await post(bytes, 'wait=0')
    assert.equal(later.status, 202)
    assert.equal(later.headers['preference-applied'], 'wait=0')
    assert.equal(bodyOf(later)['state'], 'running')
    edno.app.simulator!.setFault('vehicle-register', undefined)
    const again = await post(bytes, 'respond-async, wait=30')
    assert.equal(again.status, 200)
    assert.equal(again.headers['preference-applied'], 'wait=30')
    assert.deepEqual((await post(bytes)).body, again.body)
    assert.deepEqual((await post(bytes, 'respond-async')).body, again.body)
    assert.equal((await post(bytes, 'respond-async')).status, 200)
  })

  it('is waited for where nothing is said, or nothing that is understood', async () => {
    for (const prefer of [undefined, 'wait=soon', 'return=minimal']) {
      const answered = await post(sign(fresh()), prefer)
      assert.equal(answered.status, 200, prefer)
      assert.equal(answered.headers['preference-applied'], undefined)
    }
  })

  it('refuses at once what it refuses, however little the caller waits', async () => {
    const bytes = signedBytes(fresh(), keysOf(edno, 'troyan').seal, true)
    assert.equal((await post(bytes, 'respond-async')).code, 'signature.invalid')
    assert.equal((await post(bytes, 'wait=0')).code, 'signature.invalid')
  })

  it('is 202 for GET without a wait, also by who may not know it: unknown', async () => {
    edno.app.simulator!.setFault('vehicle-register', HELD)
    const application = fresh()
    await post(sign(application), 'respond-async')
    assert.equal((await get(application.exchangeId)).status, 202)
    const path = `/v1/exchanges/${application.exchangeId}`
    const stranger = await call(edno, {
      method: 'GET',
      path,
      tls: keysOf(edno, 'vidin').tls,
      headers: { Prefer: 'wait=5' },
    })
    assert.equal(stranger.code, 'exchange.unknown')
    edno.app.simulator!.setFault('vehicle-register', undefined)
    assert.equal((await get(application.exchangeId, 'wait=30')).status, 200)
  })

  it('is closed although the caller hung up, and is given to who sends the same bytes again', async () => {
    const application = fresh()
    const bytes = sign(application)
    const hungUp = AbortSignal.timeout(300)
    await assert.rejects(call(edno, { body: bytes, tls: tls(), signal: hungUp }))
    assert.equal((await post(bytes, 'wait=30')).status, 200)
  })
})
