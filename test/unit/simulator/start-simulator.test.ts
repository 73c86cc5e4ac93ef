import assert from 'node:assert/strict'
import { request } from 'node:https'
import type { RegistryEndpoint } from '../../../src/adapter-kit/adapter.ts'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { registryHttp } from '../../../src/adapter-kit/http/registry-http.ts'
import { readExecuteReply } from '../../../src/adapter-kit/regix/execute-reply.ts'
import { writeExecute } from '../../../src/adapter-kit/regix/execute-request.ts'
import { isSoapFault } from '../../../src/adapter-kit/soap/envelope.ts'
import { parseXml } from '../../../src/adapter-kit/soap/parse-xml.ts'
import { textOf } from '../../../src/adapter-kit/soap/xml-element.ts'
import type { Simulator } from '../../../src/simulator/start-simulator.ts'
import { startTestSimulator, testEndpoint } from '../../support/simulator.ts'

const PERSON = 'TechnoLogica.RegiX.GraoNBDAdapter.APIService.INBDAPI.ValidPersonSearch'

const question = (egn: string, operation = PERSON, returnAccessMatrix = true): string =>
  writeExecute({
    operation,
    argument: parseXml(
      Buffer.from(
        `<ValidPersonRequest xmlns="http://egov.bg/RegiX/GRAO/NBD/ValidPersonRequest"><EGN>${egn}</EGN></ValidPersonRequest>`,
      ),
    ),
    callContext: {},
    signResult: false,
    returnAccessMatrix,
  })

describe('startSimulator', () => {
  let simulator: Simulator
  let endpoint: RegistryEndpoint
  before(async () => {
    simulator = await startTestSimulator('civil-registry', 'guarantee-fund')
    endpoint = await testEndpoint(simulator.url('civil-registry'))
  })
  after(() => simulator.close())

  const post = async (path: string, body: string, to = endpoint) => {
    await using http = registryHttp(to)
    const accept = ['text/xml', 'application/json']
    const contentType = 'text/xml'
    return await http.post({ path, contentType, body, accept, readable: 500, signal: AbortSignal.timeout(30_000) })
  }
  const ask = (body: string) => post('/RegiXEntryPointV2.svc/basic', body)

  it('answers RegiX from the cast and counts the calls of each operation', async () => {
    const before = simulator.calls.get('civil-registry/valid-person@1') ?? 0
    const reply = readExecuteReply((await ask(question('8427029967'))).body)
    assert.ok(reply.response)
    assert.equal(textOf(reply.response, 'FamilyName'), 'Измислен')
    assert.equal(simulator.calls.get('civil-registry/valid-person@1'), before + 1)
  })

  it('gives the matrix only when it is asked for', async () => {
    assert.ok(readExecuteReply((await ask(question('8427029967'))).body).matrix)
    assert.equal(readExecuteReply((await ask(question('8427029967', PERSON, false))).body).matrix, undefined)
  })

  it('answers an unknown person with an empty element', async () => {
    const reply = readExecuteReply((await ask(question('9932319960'))).body)
    assert.deepEqual(reply.response?.children, [])
  })

  it('answers an unknown operation with a fault', async () => {
    const reply = await ask(question('8427029967', 'No.Such.Operation'))
    assert.equal(reply.status, 500)
    assert.ok(isSoapFault(reply.body))
  })

  it('answers 400 to what is no question', async () => {
    await assert.rejects(ask('<x/>'), (error) => AdapterFault.is(error) && error.message.includes('400'))
    const fund = await testEndpoint(simulator.url('guarantee-fund'))
    await assert.rejects(post('/v1/policies/search', 'not JSON', fund), (error) => AdapterFault.is(error))
  })

  it('misbehaves about the identifiers that the cast names, and about no other', async () => {
    const { request: echoed } = readExecuteReply((await ask(question('9225219999'))).body)
    assert.ok(echoed)
    assert.notEqual(textOf(echoed, 'EGN'), '9225219999')
    const { request: right } = readExecuteReply((await ask(question('9225219962'))).body)
    assert.ok(right)
    assert.equal(textOf(right, 'EGN'), '9225219962')
  })

  it('misbehaves while it is told to, and only that registry', async () => {
    simulator.setFault('guarantee-fund', { kind: 'error-500' })
    assert.equal((await ask(question('8427029967'))).status, 200)
    simulator.setFault('civil-registry', { kind: 'reset' })
    await assert.rejects(ask(question('8427029967')), (error) => AdapterFault.is(error) && error.kind === 'unavailable')
    simulator.setFault('civil-registry', undefined)
    assert.equal((await ask(question('8427029967'))).status, 200)
  })

  it('answers late when it is slow', async () => {
    simulator.setFault('civil-registry', { kind: 'slow', ms: 80 })
    const started = performance.now()
    assert.equal((await ask(question('8427029967'))).status, 200)
    assert.ok(performance.now() - started >= 79)
    simulator.setFault('civil-registry', undefined)
  })

  it('lets nobody in without a certificate of its authority', async () => {
    const refused = await new Promise<boolean>((resolve) => {
      const { hostname, port } = new URL(endpoint.url)
      const call = request({ hostname, port, ca: endpoint.ca, method: 'POST', path: '/civil-registry' }, () =>
        resolve(false),
      )
      call.on('error', () => resolve(true))
      call.end()
    })
    assert.ok(refused)
  })
})

describe('registryHttp', () => {
  it('does not talk to a registry whose certificate it cannot trust', async () => {
    await using simulator = await startTestSimulator('civil-registry')
    const endpoint = await testEndpoint(simulator.url('civil-registry'))
    // The client's own certificate is no authority.
    await using http = registryHttp({ ...endpoint, ca: endpoint.certificate })
    const asked = http.post({
      path: '/RegiXEntryPointV2.svc/basic',
      contentType: 'text/xml',
      body: question('8427029967'),
      accept: ['text/xml'],
      signal: AbortSignal.timeout(30_000),
    })
    await assert.rejects(asked, (error) => AdapterFault.is(error) && error.kind === 'unavailable')
    assert.equal(simulator.calls.size, 0)
  })

  it('asks nothing when the time is over already, and nobody where no one listens', async () => {
    const endpoint = await testEndpoint('https://127.0.0.1:1')
    await using http = registryHttp(endpoint)
    const ask = (signal: AbortSignal) =>
      http.post({ path: '/', contentType: 'text/xml', body: '', accept: ['text/xml'], signal })
    await assert.rejects(ask(AbortSignal.abort()), (error) => AdapterFault.is(error) && error.kind === 'timeout')
    await assert.rejects(
      ask(AbortSignal.timeout(30_000)),
      (error) => AdapterFault.is(error) && error.kind === 'unavailable',
    )
  })
})
