import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { newApplication } from '../../src/client/compose.ts'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { writeApplication } from '../../src/message/write-application.ts'
import type { Application } from '../../src/model/application.ts'
import { partyId } from '../../src/model/ids.ts'
import { PROBLEMS, type ProblemCode } from '../../src/problem/codes.ts'
import { fileSealer, sealXml } from '../../src/signature/seal-xml.ts'
import { openStore } from '../../src/store/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Call, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { testPki } from '../support/pki.ts'

/** The table of bad input: each row is refused with its code and status, and no registry is asked. */
describe('bad input over HTTPS', function () {
  this.timeout(180_000)
  let edno: TestApp
  let databaseUrl: string
  before(async () => {
    databaseUrl = await testDatabaseUrl()
    edno = await testApp({ databaseUrl })
  })
  after(() => edno.close())

  const scenario = () => scenarioNamed(scenariosOf(edno.config), 'taxi')
  const fresh = (change: Partial<Application> = {}): Application => ({
    ...applicationOf(scenario(), [], new Date()),
    ...change,
  })
  const seal = (xml: string, party = 'troyan'): Uint8Array => {
    const keys = keysOf(edno, party)
    return sealXml(xml, fileSealer(keys.seal.certificate, keys.seal.key))
  }
  const signed = (application: Application = fresh(), party = 'troyan'): Uint8Array =>
    seal(writeApplication(application), party)
  const edited = (bytes: Uint8Array, from: string | RegExp, to: string): Uint8Array => {
    const text = Buffer.from(bytes).toString('utf8')
    const changed = text.replace(from, to)
    assert.notEqual(changed, text, 'the edit changed nothing')
    return Buffer.from(changed)
  }
  const asTroyan = (body: Uint8Array, more: Partial<Call> = {}): Call => ({
    body,
    tls: keysOf(edno, 'troyan').tls,
    ...more,
  })
  const questions = (): number => [...edno.app.simulator!.calls.values()].reduce((sum, n) => sum + n, 0)

  interface Row {
    readonly title: string
    readonly code: ProblemCode
    readonly make: () => Call | Promise<Call>
  }

  const rows: Row[] = [
    ...(['8427029967', 'ТР 8427029967/1'] as const).map(
      (number): Row => ({
        title: `the number of a person (${number}) as that of the case`,
        code: 'request.schema',
        make: () => asTroyan(signed(fresh({ case: number }))),
      }),
    ),
    {
      title: 'the same in JSON',
      code: 'request.schema',
      make: () => {
        const { seal: keys } = keysOf(edno, 'troyan')
        const body = signedBytes(fresh({ case: '8427029967' }), keys, false, 'jws')
        return asTroyan(body, { contentType: 'application/jose' })
      },
    },
    { title: 'no XML', code: 'request.malformed', make: () => asTroyan(Buffer.from('{"ExchangeId":1}')) },
    { title: 'an empty body', code: 'request.malformed', make: () => asTroyan(Buffer.alloc(0)) },
    {
      title: 'a DOCTYPE',
      code: 'request.malformed',
      make: () => asTroyan(Buffer.concat([Buffer.from('<!DOCTYPE Application>'), signed()])),
    },
    {
      title: 'another root',
      code: 'request.malformed',
      make: () => asTroyan(Buffer.from('<Request xmlns="urn:edno:exchange:1"><a/></Request>')),
    },
    {
      title: 'another namespace',
      code: 'request.malformed',
      make: () => asTroyan(edited(signed(), 'urn:edno:exchange:1', 'urn:edno:exchange:2')),
    },
    {
      title: 'more than the limit',
      code: 'request.too-large',
      make: () => asTroyan(Buffer.alloc(edno.config.http.bodyLimitBytes + 1, 'a')),
    },
    {
      title: 'another media type',
      code: 'request.media-type',
      make: () => asTroyan(signed(), { contentType: 'application/json' }),
    },
    {
      title: 'another charset',
      code: 'request.media-type',
      make: () => asTroyan(signed(), { contentType: 'application/xml; charset=windows-1251' }),
    },
    {
      title: 'a compressed body',
      code: 'request.media-type',
      make: () => asTroyan(signed(), { headers: { 'Content-Encoding': 'gzip' } }),
    },
    {
      title: 'no signature on a valid application',
      code: 'signature.missing',
      make: () => asTroyan(Buffer.from(writeApplication(fresh()))),
    },
    {
      title: 'no signature on an invalid application',
      code: 'signature.missing',
      make: () => asTroyan(Buffer.from('<Application xmlns="urn:edno:exchange:1"><Nonsense/></Application>')),
    },
    {
      title: 'one letter changed after signing',
      code: 'signature.invalid',
      make: () => asTroyan(edited(signed(), '</Names>', 'а</Names>')),
    },
    {
      title: 'a signature in another place',
      code: 'signature.structure',
      make: () => {
        const text = Buffer.from(signed()).toString('utf8')
        const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(text)![0]
        return asTroyan(Buffer.from(text.replace(signature, '').replace('<ExchangeId>', `${signature}<ExchangeId>`)))
      },
    },
    {
      title: 'two signatures',
      code: 'signature.structure',
      make: () => asTroyan(edited(signed(), /(<ds:Signature .*<\/ds:Signature>)/s, '$1$1')),
    },
    {
      title: 'an algorithm that is not on the list',
      code: 'signature.algorithm',
      make: () => asTroyan(edited(signed(), 'xmldsig-more#rsa-sha256', 'xmldsig-more#rsa-sha384')),
    },
    {
      title: 'a certificate nobody knows',
      code: 'signature.certificate-unknown',
      make: async () => {
        const stranger = await (await testPki()).stranger('troyan')
        return asTroyan(sealXml(writeApplication(fresh()), fileSealer(stranger.certificate, stranger.key)))
      },
    },
    {
      title: "another party's signature than the connection's",
      code: 'signature.party-mismatch',
      make: () => asTroyan(signed(fresh({ consumer: partyId('lovech') }), 'lovech')),
    },
    {
      title: 'a Consumer that did not sign',
      code: 'signature.party-mismatch',
      make: () => asTroyan(signed(fresh({ consumer: partyId('lovech') }))),
    },
    {
      title: 'an OnBehalfOf without a recorded delegation',
      code: 'signature.party-mismatch',
      make: () => asTroyan(signed(fresh({ onBehalfOf: partyId('lovech') }))),
    },
    { title: 'no client certificate', code: 'access.unauthenticated', make: () => ({ body: signed() }) },
    {
      title: 'a client certificate of no party',
      code: 'access.unknown-party',
      make: async () => {
        const stranger = await (await testPki()).leaf('nobody', { use: 'client' })
        return { method: 'GET', path: '/v1/exchanges/0195f2c0-0000-7000-8000-000000000001', tls: stranger }
      },
    },
    {
      title: 'an application that is too old',
      code: 'request.expired',
      make: () => {
        const issuedAt = new Date(Date.now() - edno.config.timeWindow.pastMs - 60_000).toISOString()
        return asTroyan(signed(fresh({ issuedAt })))
      },
    },
    {
      title: 'an application from the future',
      code: 'request.expired',
      make: () => {
        const issuedAt = new Date(Date.now() + edno.config.timeWindow.futureMs + 60_000).toISOString()
        return asTroyan(signed(fresh({ issuedAt })))
      },
    },
    {
      title: 'an envelope against its schema',
      code: 'request.schema',
      make: () => asTroyan(seal(writeApplication(fresh()).replace(/<Official>.*<\/Official>/s, ''))),
    },
    {
      title: 'an exchange id that is no UUID',
      code: 'request.schema',
      make: () =>
        asTroyan(seal(writeApplication(fresh()).replace(/<ExchangeId>.*<\/ExchangeId>/, '<ExchangeId>1</ExchangeId>'))),
    },
    {
      title: 'an unknown service',
      code: 'service.unknown',
      make: () => asTroyan(signed(fresh({ service: { id: 'moon-permit', version: 1 } }))),
    },
    {
      title: 'an unknown version',
      code: 'service.unknown',
      make: () => asTroyan(signed(fresh({ service: { id: 'taxi-permit', version: 99 } }))),
    },
    {
      title: 'a suspended party',
      code: 'access.suspended',
      make: () => ({
        ...asTroyan(signed(fresh({ consumer: partyId('strumyani') }), 'strumyani')),
        tls: keysOf(edno, 'strumyani').tls,
      }),
    },
    {
      title: 'a party without a grant',
      code: 'access.not-granted',
      make: () => ({
        ...asTroyan(signed(fresh({ consumer: partyId('bansko') }), 'bansko')),
        tls: keysOf(edno, 'bansko').tls,
      }),
    },
    {
      title: 'a legal basis that is not covered',
      code: 'access.legal-basis',
      make: () => asTroyan(signed(fresh({ legalBasis: 'zmdt-52' }))),
    },
    ...(
      [
        ['a wrong check digit of an ЕГН', { driver: { egn: '8427029968' } }],
        ['a wrong check digit of an ЕИК', { trader: { kind: 'company', uic: '999999994' } }],
        ['a plate of no known form', { vehicle: { plate: 'XYZ 1' } }],
        ['a body with a member the service does not know', { colour: 'yellow' }],
      ] as const
    ).map(
      ([title, change]): Row => ({
        title,
        code: 'service.input',
        make: () => asTroyan(signed(fresh({ body: { ...scenario().body, ...change } }))),
      }),
    ),
    {
      title: 'a wrong check digit of the applicant',
      code: 'service.input',
      make: () => asTroyan(signed(fresh({ applicant: { ...scenario().applicant, identifier: '999999994' } }))),
    },
    {
      title: 'a body that lacks what the service asks for',
      code: 'service.input',
      make: () => asTroyan(signed(fresh({ body: { driver: { egn: '8427029967' } } }))),
    },
    {
      title: 'an exchange nobody has',
      code: 'exchange.unknown',
      make: () => ({
        method: 'GET',
        path: '/v1/exchanges/0195f2c0-0000-7000-8000-0000000000ff',
        tls: keysOf(edno, 'troyan').tls,
      }),
    },
    {
      title: 'an id in the address that is no UUID',
      code: 'request.parameter',
      make: () => ({ method: 'GET', path: '/v1/exchanges/8427029967', tls: keysOf(edno, 'troyan').tls }),
    },
    {
      title: 'an address that cannot be decoded',
      code: 'request.not-found',
      make: () => ({ method: 'GET', path: '/v1/exchanges/%ff8427029967' }),
    },
    {
      title: 'an identifier in the address without a client certificate',
      code: 'access.unauthenticated',
      make: () => ({ method: 'GET', path: '/v1/exchanges/8427029967' }),
    },
    {
      title: 'a body that is announced to be over the limit, without waiting for it,',
      code: 'request.too-large',
      make: () => asTroyan(Buffer.from('<'), { headers: { 'Content-Length': '900000000' } }),
    },
    {
      title: 'an address the contract does not know',
      code: 'request.not-found',
      make: () => ({ method: 'GET', path: '/v2' }),
    },
    {
      title: 'a method the contract does not know',
      code: 'request.not-found',
      make: () => asTroyan(signed(), { method: 'PUT' }),
    },
  ]

  for (const row of rows)
    it(`refuses ${row.title} with ${row.code}, and asks no registry`, async () => {
      const before = questions()
      const answered = await call(edno, await row.make())
      assert.equal(answered.code, row.code, answered.body.toString())
      assert.equal(answered.status, PROBLEMS[row.code].status)
      assert.equal(questions(), before)
      for (const personal of ['8427029967', '8427029968', 'ОВ0000', 'Примеров'])
        assert.ok(!answered.body.toString().includes(personal), `the problem holds ${personal}`)
    })

  it("refuses another's exchange with the same words as a missing one", async () => {
    const application = fresh()
    assert.equal((await call(edno, asTroyan(signed(application)))).status, 200)
    const path = `/v1/exchanges/${application.exchangeId}`
    const others = await call(edno, { method: 'GET', path, tls: keysOf(edno, 'lovech').tls })
    const missing = await call(edno, {
      method: 'GET',
      path: '/v1/exchanges/0195f2c0-0000-7000-8000-0000000000ff',
      tls: keysOf(edno, 'lovech').tls,
    })
    const words = ({ body }: { body: Buffer }) => ({ ...(JSON.parse(body.toString()) as object), instance: '' })
    assert.equal(others.code, 'exchange.unknown')
    assert.deepEqual(words(others), words(missing))
    assert.equal(
      (await call(edno, { method: 'GET', path: `${path}/receipt`, tls: keysOf(edno, 'lovech').tls })).code,
      'exchange.unknown',
    )
  })

  it('gives the same answer again for the same bytes, and refuses other bytes under the same id', async () => {
    const application = fresh()
    const bytes = signed(application)
    const first = await call(edno, asTroyan(bytes))
    const asked = questions()
    const again = await call(edno, asTroyan(bytes))
    assert.equal(again.status, 200)
    assert.deepEqual(again.body, first.body)
    // The receipt of ten calls is too long for the header of a proxy.
    assert.equal(again.headers['link'], `</v1/exchanges/${application.exchangeId}/receipt>; rel="receipt"`)
    const other = await call(edno, asTroyan(signed({ ...application, case: 'ТР-ДРУГА' })))
    assert.equal(other.code, 'request.replayed')
    assert.equal(other.status, 409)
    assert.equal(questions(), asked)
    const read = await call(edno, {
      method: 'GET',
      path: `/v1/exchanges/${application.exchangeId}`,
      tls: keysOf(edno, 'troyan').tls,
    })
    assert.deepEqual(read.body, first.body)
  })

  it('joins the same bytes in flight to the running exchange', async () => {
    const bytes = signed()
    const asked = questions()
    const answers = await Promise.all([1, 2, 3, 4].map(() => call(edno, asTroyan(bytes))))
    for (const answer of answers) assert.deepEqual(answer.body, answers[0]!.body)
    assert.equal(questions() - asked, 10)
  })

  it('answers a required part that is missing with a signed refusal, the same when repeated', async () => {
    const application = fresh({ body: { ...scenario().body, vehicle: { plate: 'ОВ0000ТТ' } } })
    const bytes = signed(application)
    const first = await call(edno, asTroyan(bytes))
    assert.equal(first.status, 502)
    assert.match(first.body.toString(), /<Code>provider\.required-missing<\/Code>/)
    assert.match(first.body.toString(), /<Code>provider\.unavailable<\/Code>/)
    const again = await call(edno, asTroyan(bytes))
    assert.equal(again.status, 502)
    assert.deepEqual(again.body, first.body)
  })

  it('records each refusal of a verified caller, and none of an unverified one', async () => {
    const store = await openStore({
      databaseUrl,
      dataDirectory: edno.config.dataDirectory,
      payloadKeyFile: edno.app.keys.files.payloadKeyFile,
    })
    try {
      const count = async () => {
        const { rows } = await sql<{ n: number }>`select count(*) as n from log_entry where event = 'refused'`.execute(
          store.db,
        )
        return rows[0]!.n
      }
      const before = await count()
      await call(edno, asTroyan(signed(fresh({ legalBasis: 'zmdt-52' }))))
      assert.equal(await count(), before + 1)
      await call(edno, asTroyan(edited(signed(), '</Names>', 'а</Names>')))
      await call(edno, { body: signed() })
      assert.equal(await count(), before + 1)
    } finally {
      await store.close()
    }
  })

  it('speaks the language of the caller, and says what to do', async () => {
    const bulgarian = await call(edno, asTroyan(Buffer.from('x'), { headers: { 'Accept-Language': 'bg' } }))
    const problem = JSON.parse(bulgarian.body.toString()) as { title: string; advice: string; type: string }
    assert.equal(problem.title, PROBLEMS['request.malformed'].bg)
    assert.equal(problem.advice, PROBLEMS['request.malformed'].doBg)
    assert.equal(bulgarian.headers['content-language'], 'bg')
    const page = await call(edno, { method: 'GET', path: problem.type.split('#')[0]! })
    assert.match(page.body.toString(), /^## request\.malformed$/m)
  })

  it('lets anybody read health, catalogue and contract, and nothing else', async () => {
    for (const path of ['/healthz', '/readyz', '/v1/services', '/v1/registries', '/openapi.json', '/docs/problems.md'])
      assert.equal((await call(edno, { method: 'GET', path })).status, 200, path)
  })

  it('uses a new id for what newApplication makes', () => {
    const { exchangeId: _id, issuedAt: _at, ...draft } = fresh()
    assert.notEqual(newApplication(draft, new Date()).exchangeId, newApplication(draft, new Date()).exchangeId)
  })
})
