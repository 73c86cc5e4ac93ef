import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import type { DataUsage, UsagePage } from '../../src/model/data-tracker.ts'
import type { ExchangeRecord } from '../../src/model/exchange-record.ts'
import type { ExchangeAbout, PersonPage } from '../../src/model/person.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { hidingServices } from '../support/hiding-services.ts'

const PORTAL = 'citizen-portal'
/** Invented: the skipper of the demonstration, the firm that applies, and the owner who asks for a tax. */
const SKIPPER = '8427029967'
const FIRM = '100000086'
const OWNER = '9225219962'
const HOUR_MS = 3_600_000
const PERIOD = { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }

describe('who asked about me', function () {
  this.timeout(180_000)
  let edno: TestApp
  let database: ReturnType<typeof openDatabase>
  let servicesFolder: string
  let ahead = 0
  const shown: string[] = []
  const hidden: string[] = []
  before(async () => {
    servicesFolder = await hidingServices({
      'water-taxi-permit': { days: 30, always: false },
      'vehicle-tax': { days: 1, always: true },
    })
    const databaseUrl = await testDatabaseUrl()
    edno = await testApp({ databaseUrl, servicesFolder, clock: () => new Date(Date.now() + ahead) })
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
    const later = new Date(Date.now() + HOUR_MS).toISOString()
    for (let n = 0; n < 10; n += 1) {
      const isHidden = n === 3 || n === 7
      const into = isHidden ? hidden : shown
      into.unshift(await send('water-taxi', isHidden ? later : undefined))
    }
  })
  after(async () => {
    await database.destroy()
    await edno.close()
    rmSync(servicesFolder, { recursive: true, force: true })
  })

  async function send(name: string, hiddenUntil?: string): Promise<string> {
    const application = {
      ...applicationOf(scenarioNamed(scenariosOf(edno.config), name), [], new Date()),
      ...(hiddenUntil === undefined ? {} : { hiddenUntil }),
    }
    const keys = keysOf(edno, 'troyan')
    const answered = await call(edno, { body: signedBytes(application, keys.seal, false), tls: keys.tls })
    assert.equal(answered.status, 200, answered.body.toString())
    return application.exchangeId
  }
  const post = (path: string, body: object, party = PORTAL): Promise<Answered> =>
    call(edno, {
      ...{ path, body: Buffer.from(JSON.stringify(body)), contentType: 'application/json' },
      tls: keysOf(edno, party).tls,
    })
  const get = (path: string, headers: Record<string, string> = {}): Promise<Answered> =>
    call(edno, { method: 'GET', path, headers, tls: keysOf(edno, PORTAL).tls })
  const pageIn = ({ status, body }: Answered): UsagePage => {
    assert.equal(status, 200, body.toString())
    return JSON.parse(body.toString()) as UsagePage
  }
  const usagesOf = async (number: string, more: object = {}): Promise<UsagePage> =>
    pageIn(await post('/data-tracker/v2/findUsage', { userCode: `PNOBG-${number}`, ...more }))
  const idsIn = ({ usages }: UsagePage): string[] => usages.map(({ exchangeId }) => exchangeId)

  it('is eight of ten exchanges with three registries, where two are hidden, newest first', async () => {
    const page = await usagesOf(SKIPPER)
    assert.equal(page.totalUsages, 8)
    assert.deepEqual(idsIn(page), shown)
    const [first] = page.usages as [DataUsage]
    assert.deepEqual(
      { ...first, logtime: '', exchangeId: '' },
      {
        logtime: '',
        action: `Permit to carry passengers by boat on a reservoir (demonstration) (${first.legalBasis.text})`,
        receiverCode: '2.999.1.1',
        receiverName: 'Troyan Municipality',
        receiverSystem: 'troyan',
        exchangeId: '',
        service: 'water-taxi-permit@1',
        legalBasis: {
          code: 'water-demo',
          text: 'Basis for the demonstration, not a provision of any act (carriage of passengers on a reservoir)',
        },
        as: ['subject'],
        registries: first.registries,
      },
    )
    assert.deepEqual(
      first.registries.map(({ registry }) => registry),
      ['civil-registry', 'maritime-registry'],
      'those that were asked about the skipper',
    )
    assert.ok(Math.abs(Date.parse(first.logtime) - Date.now()) < HOUR_MS)
  })

  it('is every registry of the exchange for who applied', async () => {
    const page = pageIn(await post('/data-tracker/v2/findUsage', { userCode: `NTRBG-${FIRM}`, limit: 1 }))
    assert.equal(page.totalUsages, 8)
    const [first] = page.usages as [DataUsage]
    assert.deepEqual(
      first.registries.map(({ registry }) => registry),
      ['civil-registry', 'maritime-registry', 'transport-licensing'],
    )
    assert.deepEqual(first.as, ['applicant', 'subject'])
  })

  it('is told page by page, and of a time', async () => {
    assert.deepEqual(idsIn(await usagesOf(SKIPPER, { offset: 2, limit: 3 })), shown.slice(2, 5))
    const beyond = await usagesOf(SKIPPER, { offset: 100 })
    assert.deepEqual([beyond.totalUsages, beyond.usages], [8, []])
    const before = await usagesOf(SKIPPER, { periodEnd: '2020-01-01T00:00:00Z' })
    assert.deepEqual([before.totalUsages, before.usages], [0, []])
    assert.equal((await usagesOf(SKIPPER, { periodStart: '2020-01-01T00:00:00+02:00' })).totalUsages, 8)
  })

  it('is told by GET to the person whom the header names, in their language', async () => {
    const headers = { 'X-Road-UserId': `PNOBG-${SKIPPER}`, 'Accept-Language': 'bg' }
    const page = pageIn(await get('/data-tracker/v2/findUsage?limit=1', headers))
    assert.deepEqual(idsIn(page), shown.slice(0, 1))
    assert.equal(page.usages[0]!.receiverName, 'Община Троян')
    assert.match(page.usages[0]!.registries[0]!.name, /[а-я]/)
  })

  it('is nothing for one whom nobody asked about', async () => {
    assert.deepEqual(await usagesOf('8731309969'), { totalUsages: 0, usages: [] })
  })

  it('tells of which time, and that it can tell', async () => {
    const period = JSON.parse((await get('/data-tracker/v2/usagePeriod')).body.toString()) as Record<string, string>
    assert.ok(Math.abs(Date.parse(period['periodStart']!) - Date.now()) < HOUR_MS)
    assert.ok(Date.parse(period['periodEnd']!) >= Date.parse(period['periodStart']!))
    assert.deepEqual(JSON.parse((await get('/data-tracker/v2/heartbeat')).body.toString()), { status: 'OK' })
  })

  it('leaves an entry where it tells of which time, since that is something of exchanges, and none where it says that it works', async () => {
    const read = () => database.selectFrom('audit_read').select('what').orderBy('id').execute()
    const before = (await read()).length
    await get('/data-tracker/v2/heartbeat')
    assert.equal((await read()).length, before)
    await get('/data-tracker/v2/usagePeriod')
    const rows = await read()
    assert.equal(rows.length, before + 1)
    assert.equal(rows.at(-1)!.what, 'usage-period')
  })

  it('of a service of investigations is hidden without a word of the application', async () => {
    const id = await send('vehicle-tax')
    assert.equal((await usagesOf(OWNER)).totalUsages, 0)
    ahead = 25 * HOUR_MS
    try {
      assert.deepEqual(idsIn(await usagesOf(OWNER)), [id])
    } finally {
      ahead = 0
    }
  })

  it('is found by an auditor also where it is hidden', async () => {
    const asked = { identifierType: 'egn', identifier: SKIPPER, basis: 'Complaint 7/2026', ...PERIOD }
    const answered = await post('/v1/audit/persons', asked, 'audit-office')
    const { total, exchanges } = JSON.parse(answered.body.toString()) as PersonPage
    assert.equal(total, 10)
    const marked = exchanges.filter(({ hiddenUntil }: ExchangeAbout) => hiddenUntil !== undefined)
    assert.deepEqual(
      marked.map(({ exchangeId }) => exchangeId),
      hidden,
    )
  })

  it('is shown as hidden, and until when, to an auditor alone: in the record and on the page, not to the owner of a registry', async () => {
    const [id = ''] = hidden
    const as = (party: string, path: string): Promise<Answered> =>
      call(edno, { method: 'GET', path, tls: keysOf(edno, party).tls })
    const answered = await as('audit-office', `/v1/audit/exchanges/${id}`)
    const record = JSON.parse(answered.body.toString()) as ExchangeRecord
    const hiddenUntil = record.hiddenUntil ?? assert.fail('it does not say that it is hidden')
    assert.ok(Date.parse(hiddenUntil) > Date.now())
    const page = await as('audit-office', `/audit/exchanges/${id}?of=troyan&lang=en`)
    assert.match(page.body.toString(), new RegExp(`Hidden from persons until.{0,40}${hiddenUntil}`))
    const [{ registry } = assert.fail('nobody was asked')] = record.calls
    const owner = edno.app.rules.governance.owners.get(registry) ?? assert.fail('nobody owns it')
    const theirs = await as(owner, `/v1/registries/${registry}/exchanges/${id}`)
    assert.equal(theirs.status, 200)
    assert.doesNotMatch(theirs.body.toString(), /hidden/i)
    const open = JSON.parse((await as('audit-office', `/v1/audit/exchanges/${shown[0]!}`)).body.toString()) as object
    assert.ok(!('hiddenUntil' in open))
  })

  it('leaves an entry each time, which says neither about whom nor who asked', async () => {
    const count = () =>
      database.selectFrom('audit_read').selectAll().where('what', '=', 'usage').orderBy('id').execute()
    const before = (await count()).length
    await usagesOf(SKIPPER)
    const rows = await count()
    assert.equal(rows.length, before + 1)
    assert.equal(rows.at(-1)!.party, PORTAL)
    assert.deepEqual(JSON.parse(rows.at(-1)!.question), { limit: 1000, offset: 0 })
  })

  it('is all ten once the date of those that were hidden is over', async () => {
    ahead = 2 * HOUR_MS
    try {
      const page = await usagesOf(SKIPPER)
      assert.equal(page.totalUsages, 10)
      assert.deepEqual(new Set(idsIn(page)), new Set([...shown, ...hidden]))
    } finally {
      ahead = 0
    }
  })

  it('hides nothing that the service does not let be hidden', async () => {
    const keys = keysOf(edno, 'troyan')
    const taxi = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
    const hiddenUntil = new Date(Date.now() + HOUR_MS).toISOString()
    const body = signedBytes({ ...taxi, hiddenUntil }, keys.seal, false)
    assert.equal((await call(edno, { body, tls: keys.tls })).code, 'service.hiding')
  })
})
