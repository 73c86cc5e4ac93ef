import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { searchMarks } from '../../src/store/search-marks.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { ROOT } from '../support/processes.ts'

/** Invented. */
const NUMBER = '8427029967'
const PERIOD = { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }
const SEARCH = { identifierType: 'egn', identifier: NUMBER, basis: 'Complaint 7/2026', ...PERIOD }
const AUDIT = '/v1/audit/persons'
const USAGE = '/data-tracker/v2/findUsage'
const HEADER = { 'X-Road-UserId': `PNOBG-${NUMBER}` }

describe('attacks on what is known of a person', function () {
  this.timeout(180_000)
  let edno: TestApp
  let database: ReturnType<typeof openDatabase>
  let partiesFolder: string
  const said: string[] = []
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    partiesFolder = withAnotherPortal()
    edno = await testApp({ databaseUrl, partiesFolder })
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
    const keys = keysOf(edno, 'troyan')
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date())
    assert.equal((await call(edno, { body: signedBytes(application, keys.seal, false), tls: keys.tls })).status, 200)
  })
  after(async () => {
    await database.destroy()
    await edno.close()
    rmSync(partiesFolder, { recursive: true, force: true })
  })

  const ask = async (how: Parameters<typeof call>[1], party?: string): Promise<Answered> => {
    const answered = await call(edno, { ...how, tls: party === undefined ? undefined : keysOf(edno, party).tls })
    said.push(`${JSON.stringify(answered.headers)}${answered.body.toString()}`)
    return answered
  }
  const post = (path: string, body: object, party?: string): Promise<Answered> =>
    ask({ path, body: Buffer.from(JSON.stringify(body)), contentType: 'application/json' }, party)
  const get = (path: string, party?: string, headers: Record<string, string> = {}): Promise<Answered> =>
    ask({ method: 'GET', path, headers }, party)

  for (const party of ['troyan', 'grao', 'edno-operator', 'citizen-portal'])
    it(`refuse a search by ${party}, who is no auditor`, async () =>
      assert.equal((await post(AUDIT, SEARCH, party)).code, 'access.not-auditor'))

  for (const party of ['troyan', 'grao', 'edno-operator', 'audit-office'])
    it(`refuse ${party}, who is no portal, what a portal is told`, async () => {
      assert.equal((await post(USAGE, { userCode: `PNOBG-${NUMBER}` }, party)).code, 'access.not-portal')
      assert.equal((await get(USAGE, party, HEADER)).code, 'access.not-portal')
      assert.equal((await get('/data-tracker/v2/usagePeriod', party)).code, 'access.not-portal')
      assert.equal((await get('/data-tracker/v2/heartbeat', party)).code, 'access.not-portal')
    })

  it('refuse everybody without a certificate', async () => {
    assert.equal((await post(AUDIT, SEARCH)).code, 'access.unauthenticated')
    assert.equal((await post(USAGE, { userCode: `PNOBG-${NUMBER}` })).code, 'access.unauthenticated')
    assert.equal((await get(USAGE, undefined, HEADER)).code, 'access.unauthenticated')
  })

  for (const [what, changes] of [
    ['no basis', { basis: undefined }],
    ['an empty basis', { basis: '' }],
    ['a basis that names a person', { basis: `About ${NUMBER}` }],
    ['a basis that names a person in pieces', { basis: 'About 800101 0008' }],
    ['no period', { from: undefined }],
    ['a number with a wrong check digit', { identifier: '8427029960' }],
    ['a number of another kind', { identifierType: 'eik' }],
    ['a kind that there is not', { identifierType: 'name' }],
    ['another member', { mark: 'a'.repeat(32) }],
    ['a list of numbers', { identifier: [NUMBER, '9225219962'] }],
    ['all of them', { identifier: '%' }],
    ['more than is told at once', { limit: 1001 }],
  ] as const)
    it(`refuse a search with ${what}`, async () =>
      assert.equal((await post(AUDIT, { ...SEARCH, ...changes }, 'audit-office')).code, 'request.body'))

  it('refuse a day that there is not', async () =>
    assert.equal(
      (await post(AUDIT, { ...SEARCH, from: '2026-02-30T00:00:00Z' }, 'audit-office')).code,
      'request.parameter',
    ))

  it('refuse a period that ends before it begins: nobody would seem to have asked', async () => {
    const turned = { from: SEARCH.to, to: SEARCH.from }
    assert.equal((await post(AUDIT, { ...SEARCH, ...turned }, 'audit-office')).code, 'request.parameter')
    const usage = { periodStart: '2026-02-01T00:00:00+02:00', periodEnd: '2026-01-31T23:59:59+02:00' }
    assert.equal(
      (await post(USAGE, { userCode: `PNOBG-${NUMBER}`, ...usage }, 'citizen-portal')).code,
      'request.parameter',
    )
  })

  it('refuse a number in an address, and do not repeat it', async () => {
    for (const path of [`${USAGE}?userCode=PNOBG-${NUMBER}`, `${AUDIT}?identifier=${NUMBER}`, `${USAGE}/${NUMBER}`]) {
      const { status, code } = await get(path, 'citizen-portal', HEADER)
      assert.ok(status >= 400 && ['request.parameter', 'request.not-found'].includes(code ?? ''), path)
    }
  })

  for (const [what, code] of [
    ['no prefix', NUMBER],
    ['the prefix of another country', `PNORO-${NUMBER}`],
    ['a wrong check digit', 'PNOBG-8427029960'],
    ['more than a number', `PNOBG-${NUMBER}'--`],
    ['nothing', ''],
  ] as const)
    it(`refuse a userCode with ${what}`, async () => {
      const byBody = await post(USAGE, { userCode: code }, 'citizen-portal')
      assert.ok(['request.body', 'request.parameter'].includes(byBody.code ?? ''), byBody.body.toString())
      assert.equal((await get(USAGE, 'citizen-portal', { 'X-Road-UserId': code })).code, 'request.parameter')
    })

  it('do not end what another portal subscribed to', async () => {
    const userCode = `PNOBG-${NUMBER}`
    const made = await post('/data-tracker/v2/subscriptions', { userCode }, 'citizen-portal')
    const { subscription } = JSON.parse(made.body.toString()) as { subscription: string }
    const path = `/data-tracker/v2/subscriptions/${subscription}`
    const how = { method: 'DELETE', path } as const
    assert.equal((await ask(how, 'other-portal')).status, 204, 'it is not told whether there is one')
    const rows = () => database.selectFrom('portal_subscription').select('id').execute()
    assert.deepEqual(await rows(), [{ id: subscription }])
    const other = await post('/data-tracker/v2/subscriptions', { userCode }, 'other-portal')
    assert.notEqual((JSON.parse(other.body.toString()) as { subscription: string }).subscription, subscription)
    assert.equal((await ask(how, 'citizen-portal')).status, 204)
    assert.equal((await rows()).length, 1)
  })

  it('leave neither number nor mark in an answer, a log, an entry, or what is kept of a question', async () => {
    assert.equal((await post(AUDIT, SEARCH, 'audit-office')).status, 200)
    assert.equal((await get(USAGE, 'citizen-portal', HEADER)).status, 200)
    const mark = searchMarks(edno.app.keys.secrets.searchKey!.reveal()).person({
      identifierType: 'egn',
      identifier: NUMBER,
    })
    const marked = await database.selectFrom('person_mark').select('mark').where('mark', '=', mark).execute()
    assert.ok(marked.length > 0, 'the search would find it')
    const reads = await database.selectFrom('audit_read').select('question').execute()
    const entries = await database.selectFrom('log_entry').select('bytes').execute()
    assert.ok(reads.length >= 3)
    const places = {
      answers: said,
      logs: edno.logged,
      questions: reads.map(({ question }) => question),
      entries: entries.map(({ bytes }) => bytes.toString()),
    }
    for (const [place, texts] of Object.entries(places))
      for (const text of texts)
        for (const secret of [NUMBER, mark, Buffer.from(mark, 'hex').toString('base64url')])
          assert.ok(!text.includes(secret), `${place}: ${text}`)
  })

  it('find the mark in no table but those that are searched by it', async () => {
    const { rows } = await everyValue()
    const number = Buffer.from(NUMBER)
    const mark = searchMarks(edno.app.keys.secrets.searchKey!.reveal()).person({
      identifierType: 'egn',
      identifier: NUMBER,
    })
    const tables = new Set<string>()
    for (const { table, value } of rows) {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value ?? null))
      assert.ok(!bytes.includes(number), table)
      if (bytes.includes(mark)) tables.add(table)
    }
    assert.deepEqual([...tables].toSorted(), ['person_mark', 'portal_subscription'])
  })

  async function everyValue(): Promise<{ rows: { table: string; value: unknown }[] }> {
    const named = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(database)
    const rows: { table: string; value: unknown }[] = []
    for (const { name } of named.rows)
      for (const row of (await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(database)).rows)
        for (const value of Object.values(row)) rows.push({ table: name, value })
    return { rows }
  }
})

/** The shipped parties and one more of the role portal. */
function withAnotherPortal(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edno-parties-'))
  cpSync(join(ROOT, 'config', 'parties'), folder, { recursive: true })
  const text = readFileSync(join(folder, 'citizen-portal.yaml'), 'utf8')
  writeFileSync(join(folder, 'other-portal.yaml'), text.replaceAll('citizen-portal', 'other-portal'))
  return folder
}
