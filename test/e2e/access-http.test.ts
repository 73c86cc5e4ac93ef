import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { keyOf } from '../../src/cli/access/caller.ts'
import { type AccessClient, accessClient, Refused } from '../../src/client/access.ts'
import { actOn, agreementsFor, type Wish } from '../../src/client/compose-agreements.ts'
import type { ActKind, AgreementContent, AgreementDigest } from '../../src/model/agreement.ts'
import type { AgreementPage, AgreementProposal, AgreementView } from '../../src/model/agreement-view.ts'
import { operationRef, partyId } from '../../src/model/ids.ts'
import { sofiaDay } from '../../src/model/sofia-day.ts'
import { digestOf } from '../../src/policy/agreement/digest.ts'
import { signAct } from '../../src/signature/sign-act.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { awayFromMidnight } from '../support/away-from-midnight.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'

const VESSELS = operationRef('maritime-registry/vessels-by-owner@1')
const LIMIT = 5000

describe('/v1/access', function () {
  this.timeout(180_000)
  let edno: TestApp
  const clients: AccessClient[] = []
  let database: ReturnType<typeof openDatabase>
  before(async () => {
    await awayFromMidnight()
    const databaseUrl = await testDatabaseUrl()
    edno = await testApp({ databaseUrl, partyMembers: { iama: `totals: { ${VESSELS}: { perDay: ${LIMIT} } }` } })
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
  })
  after(async () => {
    for (const client of clients) client.close()
    await database.destroy()
    await edno.close()
  })

  const access = (party: string): AccessClient => {
    const keys = keysOf(edno, party)
    const client = accessClient({ url: edno.app.url, ca: keys.ca, ...keys.tls })
    clients.push(client)
    return client
  }
  const bound = (party: string) => ({ party: partyId(party), keys: [keyOf(keysOf(edno, party).seal.certificate)] })
  const contents = async (consumer: string, service: string, wish: Partial<Wish> = {}): Promise<AgreementContent[]> => {
    const [services, registries] = await Promise.all([access(consumer).services(), access(consumer).registries()])
    const offer = services.find(({ id, version }) => `${id}@${version}` === service)!
    const whole = {
      consumer: bound(consumer),
      purpose: 'Permits',
      validity: { from: '2026-01-01', until: '2099-12-31' },
    }
    return agreementsFor({ ...whole, ...wish }, offer, registries, new Date())
  }
  const sign = (content: AgreementContent, act: ActKind, by: string, signer = by): string => {
    const { seal } = keysOf(edno, signer)
    const declared = actOn(
      { digest: digestOf(content), content },
      { act, by: partyId(by), reason: 'So decided' },
      new Date(),
    )
    return signAct(declared, { keyPem: seal.key, certificatePem: seal.certificate })
  }
  const proposal = (content: AgreementContent): AgreementProposal => ({
    content,
    accept: sign(content, 'accept', content.consumer.party),
  })
  const propose = async (
    consumer: string,
    service: string,
    wish: Partial<Wish> = {},
  ): Promise<readonly AgreementView[]> =>
    access(consumer).propose((await contents(consumer, service, wish)).map(proposal))
  const ask = (party: string | undefined, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answered> =>
    call(edno, {
      method,
      path,
      contentType: 'application/json',
      tls: party === undefined ? undefined : keysOf(edno, party).tls,
      ...(body === undefined ? {} : { body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }),
    })
  const refusal = (code: string) => (error: unknown) => error instanceof Refused && error.problem.code === code

  it('records all proposals of a request or none of them', async () => {
    const [first, second] = await contents('lovech', 'taxi-permit@1')
    assert.ok(first && second)
    const wrong = { ...second, legalBases: ['no-such-law'] }
    await assert.rejects(access('lovech').propose([proposal(first), proposal(wrong)]), refusal('agreement.content'))
    assert.deepEqual(await access('lovech').list(), [])
    const forged = { content: second, accept: sign(first, 'accept', 'lovech') }
    await assert.rejects(access('lovech').propose([proposal(first), forged]), refusal('agreement.content'))
    assert.deepEqual(await access('lovech').list(), [])
    const made = await access('lovech').propose([proposal(first), proposal(second)])
    assert.deepEqual(
      made.map(({ state }) => state),
      [1, 2].map(() => ({ name: 'proposed', by: ['provider'], inForce: false })),
    )
  })

  it('takes a proposal over the connection of its consumer, or of a delegate, and of nobody else', async () => {
    const [content] = await contents('vidin', 'taxi-permit@1')
    assert.ok(content)
    await assert.rejects(access('kazanlak').propose([proposal(content)]), refusal('signature.party-mismatch'))
    await assert.rejects(access('grao').propose([proposal(content)]), refusal('signature.party-mismatch'))
    const named = { ...content, delegate: bound('kazanlak') }
    const [made] = await access('kazanlak').propose([proposal(named)])
    assert.deepEqual(made?.state.by.toSorted(), ['delegate', 'provider'])
    for (const seer of ['vidin', 'kazanlak', 'grao', 'edno-operator', 'audit-office'])
      assert.equal((await access(seer).find(made.digest)).digest, made.digest, seer)
    await assert.rejects(access('lovech').find(made.digest), refusal('agreement.unknown'))
  })

  it('filters by every member, all together, and refuses a filter it does not know', async () => {
    const made = await propose('ruse', 'water-taxi-permit@1')
    const auditor = access('audit-office')
    const [boats] = await auditor.list({ consumer: 'ruse', registry: 'maritime-registry' })
    assert.equal(boats?.content.registry, 'maritime-registry')
    const { request } = boats.content
    const exact = {
      state: 'proposed',
      consumer: 'ruse',
      provider: 'iama',
      service: 'water-taxi-permit@1',
      request,
    } as const
    assert.deepEqual(
      (await auditor.list(exact)).map(({ digest }) => digest),
      [boats.digest],
    )
    assert.equal((await auditor.list({ request })).length, made.length)
    for (const none of [
      { state: 'valid' },
      { provider: 'mvr' },
      { service: 'taxi-permit@1' },
      { request: randomUUID() },
    ] as const)
      assert.equal((await auditor.list({ ...exact, ...none })).length, 0, JSON.stringify(none))
    for (const wrong of [
      '?owner=iama',
      '?state=happy',
      '?registry=a&registry=b',
      '?limit=0',
      '?limit=1001',
      '?after=x',
    ])
      assert.equal((await ask('ruse', 'GET', `/v1/access${wrong}`)).code, 'request.parameter', wrong)
  })

  it('gives page after page, in the order of asking', async () => {
    const all = (await access('audit-office').list()).map(({ digest }) => digest)
    const seen: string[] = []
    for (let next: string | undefined = ''; next !== undefined; ) {
      const path: string = `/v1/access?limit=2${next === '' ? '' : `&after=${next}`}`
      const page = JSON.parse((await ask('audit-office', 'GET', path)).body.toString()) as AgreementPage
      assert.ok(page.agreements.length <= 2)
      seen.push(...page.agreements.map(({ digest }) => digest))
      next = page.next
    }
    assert.deepEqual(seen, all)
    assert.equal((await ask('audit-office', 'GET', `/v1/access?after=${'0'.repeat(64)}`)).code, 'request.parameter')
  })

  it('acts one at a time under the name of the agreement, and no other', async () => {
    const [one, two] = await propose('bansko', 'taxi-permit@1')
    assert.ok(one && two)
    const accept = { act: sign(one.content, 'accept', one.content.provider) }
    const owner = one.content.provider
    assert.equal((await ask(owner, 'POST', `/v1/access/${two.digest}/acts`, accept)).code, 'request.body')
    const taken = await ask(owner, 'POST', `/v1/access/${one.digest}/acts`, accept)
    assert.deepEqual([taken.status, (JSON.parse(taken.body.toString()) as AgreementView).state.name], [200, 'valid'])
    const again = await ask(owner, 'POST', `/v1/access/${one.digest}/acts`, accept)
    assert.deepEqual([again.status, again.code], [409, 'agreement.act-refused'])
  })

  it('gives each of many acts its own result, in their order', async () => {
    const town = async (name: string): Promise<AgreementContent> =>
      (await propose(name, 'vehicle-tax@1', { registries: ['maritime-registry'] }))[0]!.content
    const [first, second] = [await town('chelopech'), await town('targovishte')]
    const foreign = sign(first, 'accept', 'grao', 'grao')
    const results = await access('iama').act([
      sign(first, 'accept', 'iama'),
      foreign,
      'a.b.c',
      sign(second, 'refuse', 'iama'),
    ])
    assert.deepEqual(
      results.map((result) => ('agreement' in result ? result.agreement.state.name : result.problem.code)),
      ['valid', 'signature.party-mismatch', 'signature.structure', 'refused'],
    )
  })

  it('shows every side which of several agreements decides, and which one replaced the other', async () => {
    const wish = { registries: ['maritime-registry'] }
    const agree = async (more: Partial<Wish>): Promise<string> => {
      const [made] = await propose('vidin', 'vehicle-tax@1', { ...wish, ...more })
      await access('iama').act([sign(made!.content, 'accept', 'iama')])
      return made!.digest
    }
    const [older, newer] = [await agree({ perDay: 50 }), await agree({ perDay: 5 })]
    for (const side of ['vidin', 'iama', 'audit-office']) {
      const [first, second] = await access(side).list({ consumer: 'vidin', service: 'vehicle-tax@1' })
      assert.deepEqual([first?.digest, second?.digest], [older, newer])
      assert.deepEqual([first?.state.name, first?.inForce, first?.replacedBy], ['valid', false, newer])
      assert.deepEqual([second?.state.name, second?.inForce, second?.replacedBy], ['valid', true, undefined])
    }
    assert.equal((await access('iama').find(older as AgreementDigest)).replacedBy, newer)
  })

  it('shows both sides what is left of a quota today', async () => {
    const [content] = await contents('kazanlak', 'vehicle-tax@1', { perDay: 25, registries: ['maritime-registry'] })
    assert.ok(content)
    const [made] = await access('kazanlak').propose([proposal(content)])
    for (const side of ['kazanlak', 'iama']) {
      const { quota } = await access(side).find(made!.digest)
      assert.deepEqual({ ...quota, reset: undefined }, { limit: 25, used: 0, left: 25, reset: undefined })
      assert.ok(Date.parse(quota!.reset) > Date.now() && Date.parse(quota!.reset) <= Date.now() + 25 * 3_600_000)
    }
    const used = async (party: string) => (await access(party).find(made!.digest)).quota?.used
    for (const [questions, toOthers] of [
      [4, undefined],
      [5, 5],
    ] as const) {
      await sql`insert into quota_use (counter, day, used)
        values (${`agreement:${made!.digest}`}, ${sofiaDay(new Date())}::date, ${questions})
        on conflict (counter, day) do update set used = excluded.used`.execute(database)
      for (const side of ['kazanlak', 'iama']) assert.equal(await used(side), questions)
      for (const party of ['audit-office', 'edno-operator']) assert.equal(await used(party), toOthers, party)
    }
  })

  it('shows an owner what is left of its totals over all consumers, and no consumer', async () => {
    const [made] = await propose('bansko', 'vehicle-tax@1', { registries: ['maritime-registry'] })
    const seen = async (party: string) => (await access(party).find(made!.digest)).totals
    assert.deepEqual(Object.keys((await seen('iama')) ?? {}), [VESSELS])
    const { limit, used, left, reset } = (await seen('iama'))![VESSELS]!
    assert.deepEqual([limit, used, left], [LIMIT, 0, LIMIT])
    assert.ok(Date.parse(reset) > Date.now())
    await sql`insert into quota_use (counter, day, used) values (${`operation:${VESSELS}`}, ${sofiaDay(new Date())}::date, 7)`.execute(
      database,
    )
    assert.deepEqual((await seen('iama'))![VESSELS], { limit: LIMIT, used: 7, left: LIMIT - 7, reset })
    for (const party of ['audit-office', 'edno-operator']) assert.equal((await seen(party))![VESSELS]?.used, 7, party)
    const [listed] = await access('iama').list({ consumer: 'bansko', service: 'vehicle-tax@1' })
    assert.equal(listed?.totals?.[VESSELS]?.left, LIMIT - 7)
    assert.equal(await seen('bansko'), undefined)
  })

  it('explains to those whose business it is, and to nobody else', async () => {
    const explained = async (party: string, consumer = 'troyan') =>
      (await access(party).explain({ service: 'taxi-permit@1', consumer }))['allowed']
    for (const party of ['troyan', 'grao', 'audit-office', 'edno-operator']) assert.equal(await explained(party), true)
    assert.equal(await explained('bansko', 'bansko'), false)
    for (const party of ['vidin', 'iama']) await assert.rejects(explained(party), refusal('agreement.not-a-side'))
    await assert.rejects(access('troyan').explain({ service: 'nothing@1' }), refusal('service.unknown'))
  })

  it('is shut to those without a registered certificate', async () => {
    for (const [method, path] of [
      ['GET', '/v1/access'],
      ['POST', '/v1/access'],
      ['POST', '/v1/access/acts'],
      ['GET', `/v1/access/${'a'.repeat(64)}`],
      ['POST', `/v1/access/${'a'.repeat(64)}/acts`],
      ['GET', '/v1/explanations?service=taxi-permit@1'],
    ] as const)
      assert.equal((await ask(undefined, method, path)).code, 'access.unauthenticated', `${method} ${path}`)
  })

  it('refuses a body that is not what the contract says, and tells no value of it', async () => {
    const bodies = [
      'not json',
      '{"acts":[],"acts":[]}',
      { acts: [] },
      { acts: ['a.b.c'], more: true },
      { acts: ['no token'] },
      { acts: Array.from({ length: 501 }, () => 'a.b.c') },
      `${'['.repeat(30)}${']'.repeat(30)}`,
    ]
    for (const body of bodies) {
      const answered = await ask('troyan', 'POST', '/v1/access/acts', body)
      assert.deepEqual([answered.status, answered.code], [400, 'request.body'], JSON.stringify(body).slice(0, 60))
      assert.doesNotMatch(answered.body.toString(), /no token/)
    }
    const xml = await call(edno, {
      path: '/v1/access/acts',
      body: Buffer.from('<a/>'),
      tls: keysOf(edno, 'troyan').tls,
    })
    assert.equal(xml.code, 'request.media-type')
  })
})
