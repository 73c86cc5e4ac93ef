import assert from 'node:assert/strict'
import { Agent } from 'node:https'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { PROBLEMS } from '../../src/problem/codes.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, type Call, call, keysOf } from '../support/caller.ts'
import { sampleIn } from '../support/metrics.ts'

/** Far longer than the slowest machine takes for one of these tests. */
const WINDOW_SECONDS = 600

describe('who asks too much', function () {
  this.timeout(180_000)
  let edno: TestApp
  beforeEach(async () => {
    edno = await testApp({
      http: { limits: { windowSeconds: WINDOW_SECONDS, perAddress: 4, badPerCertificate: 3, perCertificate: 1000 } },
      settings: { metrics: { port: 0 } },
    })
  })
  afterEach(() => edno.close())

  const exchange = (party: string, tamper = false): Promise<Answered> => {
    const scenario = { ...scenarioNamed(scenariosOf(edno.config), 'taxi'), party }
    const keys = keysOf(edno, party)
    return call(edno, { body: signedBytes(applicationOf(scenario, [], new Date()), keys.seal, tamper), tls: keys.tls })
  }
  const get = (path: string, agent?: Agent): Promise<Answered> =>
    call(edno, { method: 'GET', path, ...(agent && { agent }) })

  /** Of this edno, by its loopback port, where nobody is held back. */
  const counted = async (name: string, labels?: Record<string, string>): Promise<number> =>
    sampleIn(await (await fetch(edno.app.metricsUrl!)).text(), name, labels) ?? 0

  it('is held back by address where no certificate is registered; probes and parties from there are not', async () => {
    for (let n = 0; n < 4; n += 1)
      assert.equal((await call(edno, { body: Buffer.from('<x/>') })).code, 'access.unauthenticated')
    const agent = new Agent({ ca: keysOf(edno, 'troyan').ca, keepAlive: true })
    const refused = await call(edno, { body: Buffer.from('<x/>'), agent })
    assert.equal(refused.status, 429)
    const problem = JSON.parse(refused.body.toString()) as Record<string, unknown>
    assert.equal(problem['code'], 'request.rate-limited')
    assert.equal(problem['title'], PROBLEMS['request.rate-limited'].en)
    const wait = Number(refused.headers['retry-after'])
    assert.ok(wait > 0 && wait <= WINDOW_SECONDS, `Retry-After: ${wait}`)
    assert.notEqual(refused.headers['connection'], 'close')
    const long = await call(edno, { body: Buffer.alloc(65_537), agent })
    assert.deepEqual([long.status, long.headers['connection']], [429, 'close'])
    for (let n = 0; n < 34; n += 1) await get('/v1/services', agent)
    const started = performance.now()
    assert.equal((await get('/v1/services', agent)).status, 429)
    assert.ok(performance.now() - started > 900, 'who comes far too often did not wait')
    agent.destroy()
    assert.equal(await counted('edno_refusals_total', { code: 'request.rate-limited' }), 37)
    for (const probe of ['/healthz', '/readyz']) assert.equal((await get(probe)).status, 200)
    assert.equal((await exchange('troyan')).status, 200)
  })

  it('is held back by certificate after bad applications, while others go on, and may still read', async () => {
    for (let n = 0; n < 3; n += 1) assert.equal((await exchange('troyan', true)).code, 'signature.invalid')
    assert.equal((await exchange('troyan')).code, 'request.rate-limited')
    assert.equal((await exchange('lovech')).status, 200)
    const path = '/v1/exchanges/0195f2c0-0000-7000-8000-0000000000ff'
    assert.equal((await call(edno, { method: 'GET', path, tls: keysOf(edno, 'troyan').tls })).code, 'exchange.unknown')
  })

  it('is refused before the handshake where it opens connections without end; parties from there get in', async () => {
    const troyan = keysOf(edno, 'troyan')
    const kept = new Agent({ ca: troyan.ca, cert: troyan.tls.certificate, key: troyan.tls.key, keepAlive: true })
    const health = (more: Partial<Call> = {}): Promise<Answered> =>
      call(edno, { method: 'GET', path: '/healthz', ...more })
    await health({ agent: kept })
    const strangers = await Promise.allSettled(Array.from({ length: 300 }, () => health()))
    const reset = strangers.filter((one) => one.status === 'rejected')
    assert.ok(reset.length >= 190, `only ${reset.length} connections were refused`)
    for (const { reason } of reset) assert.equal((reason as { code?: string }).code, 'ECONNRESET')
    assert.equal(await counted('edno_connections_refused_total'), reset.length)
    assert.equal((await health({ agent: kept })).status, 200)
    kept.destroy()
    await eventually(() => health({ tls: keysOf(edno, 'lovech').tls }))
  })

  it('is not held back for what is not its software: a registry that fails, a grant that is missing', async () => {
    for (let n = 0; n < 4; n += 1) assert.equal((await exchange('bansko')).code, 'access.not-granted')
    for (let n = 0; n < 4; n += 1) assert.equal((await exchange('troyan')).status, 200)
  })

  it('stands in the security log with its reason and nothing personal', async () => {
    await exchange('troyan', true)
    for (let n = 0; n < 6; n += 1) await call(edno, { body: Buffer.from('<egn>8427029967</egn>') })
    const lines = edno.logged.map((line) => JSON.parse(line) as Record<string, unknown>)
    const refused = lines.filter(({ msg }) => msg === 'a caller was refused')
    assert.deepEqual(
      refused.map(({ code }) => code),
      ['signature.invalid', ...Array<string>(4).fill('access.unauthenticated'), 'request.rate-limited'],
    )
    for (const line of refused) assert.equal(line['address'], '127.0.0.0/24')
    assert.match(String(refused[0]!['certificate']), /^([0-9a-f]{2}:){7}[0-9a-f]{2}$/)
    for (const personal of ['8427029967', 'Примеров', 'ОВ0000']) assert.ok(!edno.logged.join('').includes(personal))
  })
})

/** Again and again for a minute, until it succeeds. */
async function eventually(act: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + 60_000
  for (;;) {
    try {
      await act()
      return
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
