import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'

type Method = 'PUT' | 'GET' | 'DELETE'

describe('the cases of a consumer over HTTPS', function () {
  this.timeout(60_000)
  let edno: TestApp
  before(async () => {
    edno = await testApp()
  })
  after(() => edno.close())

  const send = (method: Method, number: string, party = 'troyan', query = ''): Promise<Answered> =>
    call(edno, { method, path: `/v1/cases/${encodeURIComponent(number)}${query}`, tls: keysOf(edno, party).tls })
  const stateOf = ({ body }: Answered): unknown => (JSON.parse(body.toString()) as { state: unknown }).state

  it('are opened, read, closed and opened again', async () => {
    const number = 'ТР-2026/0001 (такси)'
    assert.equal((await send('GET', number)).code, 'access.case-unknown')
    const steps: [Method, number, string][] = [
      ['PUT', 201, 'open'],
      ['PUT', 200, 'open'],
      ['GET', 200, 'open'],
      ['DELETE', 200, 'closed'],
      ['DELETE', 200, 'closed'],
      ['GET', 200, 'closed'],
      ['PUT', 201, 'open'],
    ]
    for (const [method, status, state] of steps) {
      const answered = await send(method, number)
      assert.deepEqual([answered.status, stateOf(answered)], [status, state], method)
    }
  })

  it("are each consumer's own", async () => {
    await send('PUT', 'A-1')
    assert.equal((await send('GET', 'A-1', 'lovech')).code, 'access.case-unknown')
    assert.equal((await send('DELETE', 'A-1', 'lovech')).code, 'access.case-unknown')
    assert.equal(stateOf(await send('GET', 'A-1')), 'open')
  })

  it('are kept for another by nobody but its delegate', async () => {
    const refused = await send('PUT', 'A-2', 'lovech', '?consumer=troyan')
    assert.equal(refused.code, 'access.delegation')
  })

  it('belong to consumers', async () => {
    assert.equal((await send('PUT', 'A-3', 'grao')).code, 'access.not-granted')
  })

  it('are not named like a person, whatever is done with them, by whom, and however it is written', async () => {
    for (const number of [
      '8427029967',
      'ТР-8427029967/1',
      '8001010008',
      '800101 0008',
      '80-01-01-0008',
      '８００１０１０００８',
    ])
      for (const method of ['PUT', 'GET', 'DELETE'] as const)
        for (const [party, query] of [
          ['troyan', ''],
          ['lovech', '?consumer=troyan'],
        ] as const) {
          const refused = await send(method, number, party, query)
          assert.deepEqual([refused.status, refused.code], [400, 'request.parameter'], `${method} ${number} ${party}`)
          assert.doesNotMatch(refused.body.toString(), /8427029967|8001010008|0008/)
        }
    assert.ok(!edno.logged.some((line) => /8427029967|8001010008|0008/.test(line)))
  })

  it('have numbers that the operational log does not know', async () => {
    const number = 'SECRET-NUMBER-7'
    await send('PUT', number)
    await send('DELETE', number)
    await send('PUT', number, 'lovech', '?consumer=troyan')
    assert.ok(!edno.logged.some((line) => line.includes(number)))
  })

  it('want a client certificate, a number and known parameters', async () => {
    assert.equal((await call(edno, { method: 'PUT', path: '/v1/cases/A-4' })).code, 'access.unauthenticated')
    assert.equal((await send('PUT', 'A\n4')).code, 'request.parameter')
    assert.equal((await send('PUT', 'x'.repeat(201))).code, 'request.parameter')
    assert.equal((await send('PUT', 'A-4', 'troyan', '?consumer=../x')).code, 'request.parameter')
    assert.equal((await send('PUT', 'A-4', 'troyan', '?party=troyan')).code, 'request.parameter')
  })
})
