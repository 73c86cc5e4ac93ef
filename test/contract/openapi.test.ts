import assert from 'node:assert/strict'
import { keyOf } from '../../src/cli/access/caller.ts'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { accessClient } from '../../src/client/access.ts'
import { actOn, agreementsFor } from '../../src/client/compose-agreements.ts'
import { loadContract } from '../../src/http/contract.ts'
import { partyId } from '../../src/model/ids.ts'
import { digestOf } from '../../src/policy/agreement/digest.ts'
import { PROBLEMS } from '../../src/problem/codes.ts'
import { compileSchema } from '../../src/schema/compile-schema.ts'
import { sha256Hex } from '../../src/schema/canonical-json.ts'
import { signAcknowledgement } from '../../src/signature/acknowledgement.ts'
import { signAct } from '../../src/signature/sign-act.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'

interface ResponseObject {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>
}

describe('the OpenAPI contract and what edno really answers', function () {
  this.timeout(120_000)
  let edno: TestApp
  before(async () => {
    edno = await testApp()
  })
  after(() => edno.close())

  const document = () => loadContract(edno.config.root).document
  const responseOf = (path: string, method: 'get' | 'post' | 'delete', status: number): ResponseObject => {
    const written = document().paths?.[path]?.[method]?.responses[String(status)] as ResponseObject | undefined
    assert.ok(written, `the contract names no ${status} for ${method} ${path}`)
    if (written.$ref === undefined) return written
    const name = written.$ref.slice(written.$ref.lastIndexOf('/') + 1)
    return document().components?.responses?.[name] as ResponseObject
  }
  const holds = (path: string, method: 'get' | 'post' | 'delete', { status, headers, body }: Answered): void => {
    const mediaType = String(headers['content-type']).split(';')[0]!
    const schema = responseOf(path, method, status).content?.[mediaType]?.schema
    assert.ok(schema, `the contract names no ${mediaType} for ${status} of ${method} ${path}`)
    if (!mediaType.endsWith('json')) return
    const here = JSON.stringify({ ...schema, $defs: document().components?.schemas })
    const judge = compileSchema(JSON.parse(here.replaceAll('#/components/schemas/', '#/$defs/')) as object)
    assert.deepEqual(judge(JSON.parse(body.toString())), [], `${method} ${path} ${status}`)
  }

  it('agree about what anybody may read', async () => {
    for (const path of ['/v1/services', '/v1/registries', '/openapi.json', '/docs/problems.md', '/healthz', '/readyz'])
      holds(path, 'get', await call(edno, { method: 'GET', path }))
  })

  it('agree about how a registry does, and its pages', async () => {
    const get = (path: string, party: string) => call(edno, { method: 'GET', path, tls: keysOf(edno, party).tls })
    for (const party of ['grao', 'troyan'])
      holds('/v1/registries/{id}', 'get', await get('/v1/registries/civil-registry', party))
    for (const party of ['edno-operator', 'troyan']) holds('/metrics', 'get', await get('/metrics', party))
    holds('/catalogue', 'get', await call(edno, { method: 'GET', path: '/catalogue' }))
    for (const id of ['civil-registry', 'no-such'])
      holds('/catalogue/{id}', 'get', await call(edno, { method: 'GET', path: `/catalogue/${id}` }))
  })

  it('agree about the exchange log', async () => {
    for (const path of ['/log/checkpoint', '/log/log.vkey'])
      holds(path, 'get', await call(edno, { method: 'GET', path }))
    for (const path of ['/log/tile/0/000.p/1', '/log/tile/entries/000.p/1', '/log/tile/0/x999/999', '/log/tile/X/000'])
      holds('/log/tile/{level}/{tile}', 'get', await call(edno, { method: 'GET', path }))
  })

  it('agree about answers, receipts and problems', async () => {
    const keys = keysOf(edno, 'troyan')
    const scenario = scenarioNamed(scenariosOf(edno.config), 'taxi')
    const application = applicationOf(scenario, [], new Date())
    const body = signedBytes(application, keys.seal, false)
    const answered = await call(edno, { body, tls: keys.tls })
    assert.equal(answered.status, 200)
    holds('/v1/exchanges', 'post', answered)
    const path = `/v1/exchanges/${application.exchangeId}`
    holds('/v1/exchanges/{id}', 'get', await call(edno, { method: 'GET', path, tls: keys.tls }))
    holds(
      '/v1/exchanges/{id}/receipt',
      'get',
      await call(edno, { method: 'GET', path: `${path}/receipt`, tls: keys.tls }),
    )
    const evidence = `${path}/evidence`
    holds('/v1/exchanges/{id}/evidence', 'get', await call(edno, { method: 'GET', path: evidence, tls: keys.tls }))
    const { tls: lovech } = keysOf(edno, 'lovech')
    holds('/v1/exchanges/{id}/evidence', 'get', await call(edno, { method: 'GET', path: evidence, tls: lovech }))
    const said = {
      ...{ type: 'edno-acknowledgement@1' as const, exchangeId: application.exchangeId, by: partyId('troyan') },
      ...{ answer: sha256Hex(answered.body), at: new Date().toISOString() },
    }
    const jws = signAcknowledgement(said, { keyPem: keys.seal.key, certificatePem: keys.seal.certificate })
    const handed = {
      path: `${path}/acknowledgement`,
      ...{ body: Buffer.from(jws), contentType: 'application/jose', tls: keys.tls },
    }
    holds('/v1/exchanges/{id}/acknowledgement', 'post', await call(edno, handed))
    holds('/v1/exchanges/{id}/acknowledgement', 'post', await call(edno, handed))
    holds('/v1/exchanges', 'post', await call(edno, { body }))
    holds('/v1/exchanges', 'post', await call(edno, { body: Buffer.from('x'), tls: keys.tls }))
    holds('/v1/exchanges/{id}', 'get', await call(edno, { method: 'GET', path: '/v1/exchanges/x', tls: keys.tls }))
    holds('/v1/exchanges/{id}', 'get', await call(edno, { method: 'GET', path, tls: keysOf(edno, 'lovech').tls }))
  })

  it('agree about answers that come later, lists, streams, supplements, and what is taken back', async () => {
    const keys = keysOf(edno, 'troyan')
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
    const body = signedBytes(application, keys.seal, false)
    edno.app.simulator!.setFault('vehicle-register', { kind: 'hang' })
    const later = await call(edno, { body, tls: keys.tls, headers: { Prefer: 'respond-async' } })
    assert.equal(later.status, 202)
    holds('/v1/exchanges', 'post', later)
    const path = `/v1/exchanges/${application.exchangeId}`
    const get = (at: string, headers = {}): Promise<Answered> =>
      call(edno, { method: 'GET', path: at, tls: keys.tls, headers })
    holds('/v1/exchanges/{id}', 'get', await get(path))
    // 409 where the registry's own time was over first; the contract has both.
    holds('/v1/exchanges/{id}', 'delete', await call(edno, { method: 'DELETE', path, tls: keys.tls }))
    const unknown = '/v1/exchanges/0195f2c0-0000-7000-8000-0000000000ff'
    holds('/v1/exchanges/{id}', 'delete', await call(edno, { method: 'DELETE', path: unknown, tls: keys.tls }))
    edno.app.simulator!.setFault('vehicle-register', undefined)
    holds('/v1/exchanges/{id}', 'get', await get(path, { Accept: 'text/event-stream' }))
    holds('/v1/exchanges', 'get', await get('/v1/exchanges?limit=1'))
    holds('/v1/exchanges', 'get', await get('/v1/exchanges?limit=x'))
    holds('/v1/exchanges/{id}/supplements', 'get', await get(`${path}/supplements`))
    holds('/v1/exchanges/{id}/supplements', 'get', await get(`${unknown}/supplements`))
    holds('/v1/exchanges/{id}/supplements/{call}', 'get', await get(`${path}/supplements/vehicle`))
  })

  it('agree about the page for auditors, and about one exchange for the owner of a registry', async () => {
    const keys = keysOf(edno, 'troyan')
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
    await call(edno, { body: signedBytes(application, keys.seal, false), tls: keys.tls })
    const { exchangeId: id } = application
    const as = (party: string, path: string, Accept = 'text/html'): Promise<Answered> =>
      call(edno, { method: 'GET', path, headers: { Accept }, tls: keysOf(edno, party).tls })
    const one = '/audit/exchanges/{id}'
    holds('/audit', 'get', await as('audit-office', '/audit?from=2020-01-01&to=2099-01-01'))
    holds('/audit', 'get', await as('troyan', '/audit'))
    holds('/audit', 'get', await as('troyan', '/audit', 'application/json'))
    holds('/audit/style.css', 'get', await as('troyan', '/audit/style.css'))
    holds(one, 'get', await as('audit-office', `/audit/exchanges/${id}?of=troyan`))
    holds(one, 'get', await as('audit-office', `/audit/exchanges/${id}?of=vidin`))
    holds(`${one}/verification`, 'get', await as('audit-office', `/audit/exchanges/${id}/verification?of=troyan`))
    const registryOne = '/v1/registries/{id}/exchanges/{exchange}'
    const path = `/v1/registries/civil-registry/exchanges/${id}`
    holds(registryOne, 'get', await as('grao', path, 'application/json'))
    holds(registryOne, 'get', await as('troyan', path, 'application/json'))
    holds(registryOne, 'get', await as('grao', `${path}?consumer=lovech`, 'application/json'))
  })

  it('agree that every caller may be told to wait, but for the probes of the platform', () => {
    for (const [path, item] of Object.entries(document().paths ?? {}))
      for (const operation of [item?.get, item?.post])
        if (operation !== undefined && path !== '/healthz' && path !== '/readyz')
          assert.ok(operation.responses['429'], path)
  })

  it('agree about who is told to wait', async () => {
    const limits = { windowSeconds: 60, perAddress: 1, badPerCertificate: 1, perCertificate: 1 }
    const strict = await testApp({ http: { limits } })
    try {
      const { tls } = keysOf(strict, 'troyan')
      await call(strict, { method: 'GET', path: '/v1/services' })
      await call(strict, { method: 'GET', path: '/v1/services', tls })
      holds('/v1/services', 'get', await call(strict, { method: 'GET', path: '/v1/services' }))
      const path = '/v1/exchanges/0195f2c0-0000-7000-8000-0000000000ff'
      const held = await call(strict, { method: 'GET', path, tls })
      assert.equal(held.code, 'request.rate-limited')
      holds('/v1/exchanges/{id}', 'get', held)
    } finally {
      await strict.close()
    }
  })

  it('agree about who is asked about, told to auditors and to citizen portals', async () => {
    const person = '8427029967'
    const userCode = `PNOBG-${person}`
    const post = (path: string, body: object, party: string): Promise<Answered> =>
      call(edno, {
        ...{ path, body: Buffer.from(JSON.stringify(body)), contentType: 'application/json' },
        tls: keysOf(edno, party).tls,
      })
    const get = (path: string, headers = {}): Promise<Answered> =>
      call(edno, { method: 'GET', path, headers, tls: keysOf(edno, 'citizen-portal').tls })
    const search = {
      ...{ identifierType: 'egn', identifier: person, basis: 'Order 1' },
      ...{ from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' },
    }
    const found = await post('/v1/audit/persons', search, 'audit-office')
    assert.ok((JSON.parse(found.body.toString()) as { total: number }).total > 0)
    holds('/v1/audit/persons', 'post', found)
    holds('/v1/audit/persons', 'post', await post('/v1/audit/persons', search, 'troyan'))
    holds('/v1/audit/persons', 'post', await post('/v1/audit/persons', {}, 'audit-office'))
    const [usage, subscriptions] = ['/data-tracker/v2/findUsage', '/data-tracker/v2/subscriptions']
    const told = await post(usage, { userCode }, 'citizen-portal')
    assert.ok((JSON.parse(told.body.toString()) as { totalUsages: number }).totalUsages > 0)
    holds(usage, 'post', told)
    holds(usage, 'post', await post(usage, { userCode }, 'audit-office'))
    holds(usage, 'get', await get(usage, { 'X-Road-UserId': userCode }))
    holds(usage, 'get', await get(usage))
    for (const path of ['/data-tracker/v2/usagePeriod', '/data-tracker/v2/heartbeat'])
      holds(path, 'get', await get(path))
    const made = await post(subscriptions, { userCode }, 'citizen-portal')
    holds(subscriptions, 'post', made)
    const { subscription } = JSON.parse(made.body.toString()) as { subscription: string }
    const path = `${subscriptions}/${subscription}`
    const ended = await call(edno, { method: 'DELETE', path, tls: keysOf(edno, 'citizen-portal').tls })
    assert.deepEqual([ended.status, ended.body.length], [204, 0])
    const refused = await call(edno, { method: 'DELETE', path, tls: keysOf(edno, 'troyan').tls })
    holds(`${subscriptions}/{id}`, 'delete', refused)
  })

  it('agree about agreements', async () => {
    const troyan = keysOf(edno, 'troyan')
    const grao = keysOf(edno, 'grao')
    const client = accessClient({ url: edno.app.url, ca: troyan.ca, ...troyan.tls })
    const [services, registries] = await Promise.all([client.services(), client.registries()])
    client.close()
    const consumer = { party: partyId('troyan'), keys: [keyOf(troyan.seal.certificate)] }
    const wish = { consumer, purpose: 'Permits', validity: { from: '2026-01-01', until: '2099-12-31' }, perDay: 5 }
    const [content] = agreementsFor({ ...wish, registries: ['civil-registry'] }, services[0]!, registries, new Date())
    const digest = digestOf(content!)
    const sign = (by: 'troyan' | 'grao', { seal }: typeof troyan): string =>
      signAct(actOn({ digest, content: content! }, { act: 'accept', by: partyId(by) }, new Date()), {
        keyPem: seal.key,
        certificatePem: seal.certificate,
      })
    const post = (path: string, body: object, { tls } = troyan): Promise<Answered> =>
      call(edno, { path, contentType: 'application/json', body: Buffer.from(JSON.stringify(body)), tls })
    const get = (path: string): Promise<Answered> => call(edno, { method: 'GET', path, tls: troyan.tls })
    const proposals = [{ content: content!, accept: sign('troyan', troyan) }]
    holds('/v1/access', 'post', await post('/v1/access', { proposals }))
    holds('/v1/access', 'post', await post('/v1/access', { proposals }))
    holds('/v1/access', 'post', await post('/v1/access', { proposals: [] }))
    holds('/v1/access', 'get', await get('/v1/access?limit=1'))
    holds('/v1/access/{digest}', 'get', await get(`/v1/access/${digest}`))
    holds('/v1/access/{digest}', 'get', await get(`/v1/access/${'0'.repeat(64)}`))
    const act = sign('grao', grao)
    holds('/v1/access/{digest}/acts', 'post', await post(`/v1/access/${digest}/acts`, { act }, grao))
    holds('/v1/access/{digest}/acts', 'post', await post(`/v1/access/${digest}/acts`, { act }, grao))
    holds('/v1/access/acts', 'post', await post('/v1/access/acts', { acts: [act, act] }, grao))
    holds('/v1/explanations', 'get', await get('/v1/explanations?service=vehicle-tax@1'))
    holds('/v1/explanations', 'get', await get('/v1/explanations?service=nothing@1'))
  })

  it('agree about the statuses that problems may have', () => {
    const named = new Set(
      Object.values(document().paths ?? {}).flatMap((item) =>
        [item?.get, item?.post].flatMap((operation) => Object.keys(operation?.responses ?? {})),
      ),
    )
    // Inside an answer the problems of registries have no status of their own; an unknown address has no operation.
    for (const [code, { status }] of Object.entries(PROBLEMS))
      if (!code.startsWith('provider.')) assert.ok(named.has(String(status)), code)
  })
})
