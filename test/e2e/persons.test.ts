import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { runRetention } from '../../src/exchange-log/retention.ts'
import type { AuditReport } from '../../src/model/audit-report.ts'
import type { ExchangeAbout, PersonPage, PersonPart } from '../../src/model/person.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'

const PERIOD = { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }
/** Invented: a driver, a firm, one who represents it by the commercial register, an owner of vessels. */
const DRIVER = '8427029967'
const FIRM = '999999995'
const OWNER = '9225219962'

describe('the search for a person', function () {
  this.timeout(180_000)
  let edno: TestApp
  let database: ReturnType<typeof openDatabase>
  const sent: Record<string, string> = {}
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    edno = await testApp({ databaseUrl })
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
    sent['taxi'] = await send('troyan', 'taxi')
    sent['tax'] = await send('troyan', 'vehicle-tax')
    sent['checks'] = await send('lovech', 'checks-only')
  })
  after(async () => {
    await database.destroy()
    await edno.close()
  })

  async function send(party: string, name: string, official?: string): Promise<string> {
    const made = applicationOf({ ...scenarioNamed(scenariosOf(edno.config), name), party }, [], new Date())
    const application =
      official === undefined ? made : { ...made, official: { ...made.official, identifier: official } }
    const keys = keysOf(edno, party)
    const answered = await call(edno, { body: signedBytes(application, keys.seal, false), tls: keys.tls })
    assert.equal(answered.status, 200, answered.body.toString())
    return application.exchangeId
  }
  const asked = { identifierType: 'egn', identifier: DRIVER, basis: 'Complaint 7/2026', ...PERIOD }
  const search = (question: object, party = 'audit-office'): Promise<Answered> =>
    call(edno, {
      ...{ path: '/v1/audit/persons', body: Buffer.from(JSON.stringify(question)), contentType: 'application/json' },
      tls: keysOf(edno, party).tls,
    })
  const found = async (question: object): Promise<PersonPage> => {
    const { status, body } = await search({ ...asked, ...question })
    assert.equal(status, 200, body.toString())
    return JSON.parse(body.toString()) as PersonPage
  }
  const told = ({ exchanges }: PersonPage): readonly (readonly [string, readonly PersonPart[]])[] =>
    exchanges.map(({ exchangeId, as }) => [exchangeId, as])

  it('finds whom registries were asked about, newest first, with who asked whom on which basis', async () => {
    const page = await found({})
    assert.deepEqual(told(page), [
      [sent['checks'], ['subject']],
      [sent['taxi'], ['subject']],
    ])
    assert.equal(page.total, 2)
    const [, taxi] = page.exchanges as [ExchangeAbout, ExchangeAbout]
    assert.deepEqual(
      { ...taxi, receivedAt: '' },
      {
        ...{ exchangeId: sent['taxi'], consumer: 'troyan', service: 'taxi-permit@1', legalBasis: 'zavp-24a' },
        ...{ case: taxi.case, receivedAt: '', status: 'complete', as: ['subject'] },
        registries: ['civil-registry', 'transport-licensing'],
      },
    )
    assert.ok(!JSON.stringify(page).includes(DRIVER))
  })

  it('finds who applied, with all the registries of the exchange, and firms', async () => {
    const owner = await found({ identifier: OWNER })
    assert.deepEqual(told(owner), [[sent['tax'], ['applicant', 'subject']]])
    const firm = await found({ identifierType: 'eik', identifier: FIRM })
    assert.equal(firm.total, 2)
    assert.ok(firm.exchanges.every(({ registries }) => registries.length === 7))
  })

  it('finds whom a registry named and another was then asked about', async () => {
    const rows = await database
      .selectFrom('person_mark')
      .select(['call', 'kind'])
      .where('call', 'like', 'managers.%')
      .execute()
    assert.ok(rows.length > 0 && rows.every(({ kind }) => kind === 'egn'))
  })

  it('finds nothing outside of the period, of another kind of number, and of nobody', async () => {
    assert.equal((await found({ to: '2020-01-02T00:00:00Z' })).total, 0)
    assert.equal((await found({ identifier: '8731309969' })).total, 0)
    assert.deepEqual(told(await found({ offset: 1, limit: 1 })), [[sent['taxi'], ['subject']]])
  })

  it('is in the report where many asked for one, without saying who it is', async () => {
    const report = async (): Promise<AuditReport> => {
      const path = `/v1/audit/report?from=${day(-1)}&to=${day(1)}`
      const { body } = await call(edno, { method: 'GET', path, tls: keysOf(edno, 'audit-office').tls })
      return JSON.parse(body.toString()) as AuditReport
    }
    assert.deepEqual((await report()).askedByMany, [])
    for (let n = 2; n <= 5; n += 1) sent[`clerk-${n}`] = await send('troyan', 'vehicle-tax', `clerk-${n}`)
    const { askedByMany, leftOut } = await report()
    assert.deepEqual(leftOut, [])
    assert.deepEqual(askedByMany, [
      {
        ...{ consumers: 1, officials: 5, exchanges: 5 },
        newest: ['clerk-5', 'clerk-4', 'clerk-3', 'clerk-2', 'tax'].map((name) => sent[name]),
      },
    ])
    assert.ok(!JSON.stringify(askedByMany).includes(OWNER))
  })

  it('is left out of a report that cannot count so many in time, which tells the rest', async () => {
    const path = `/v1/audit/report?from=${day(-1)}&to=${day(1)}`
    const { status, body } = await database.transaction().execute(async (tx) => {
      await sql`lock table person_mark in access exclusive mode`.execute(tx)
      return call(edno, { method: 'GET', path, tls: keysOf(edno, 'audit-office').tls })
    })
    assert.equal(status, 200)
    const { askedByMany, leftOut, outsideHours } = JSON.parse(body.toString()) as AuditReport
    assert.deepEqual([askedByMany, leftOut.length], [[], 1])
    assert.match(leftOut[0]!.why, /shorter period/)
    assert.ok(Array.isArray(outsideHours))
  })

  it('finds nothing of what was erased', async () => {
    const rows = await database.selectFrom('person_mark').select('mark').execute()
    assert.ok(rows.every(({ mark }) => /^[0-9a-f]{32}$/.test(mark)))
    await database
      .updateTable('exchange')
      .set({ expires_at: new Date(0) })
      .where('exchange_id', '=', sent['tax']!)
      .execute()
    const run = await runRetention((work) => database.transaction().execute(work), new Date(), new Date())
    assert.deepEqual([run.before['persons'], run.after['persons']], [3, 0])
    assert.equal((await found({ identifier: OWNER })).total, 4)
  })
})

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()
