import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'

const PERIOD = 'from=2020-01-01&to=2099-01-01'
const FORM = 'application/x-www-form-urlencoded'

interface Sent {
  readonly party: string
  readonly id: string
}

describe('the page for auditors', function () {
  this.timeout(180_000)
  let edno: TestApp
  let database: ReturnType<typeof openDatabase>
  const sent: Sent[] = []
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    edno = await testApp({ databaseUrl })
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
    await send('troyan', 'taxi')
    await send('lovech', 'checks-only')
    await send('troyan', 'registry-error')
    await send('troyan', 'vehicle-tax')
  })
  after(async () => {
    await database.destroy()
    await edno.close()
  })

  async function send(party: string, name: string): Promise<void> {
    const application = applicationOf({ ...scenarioNamed(scenariosOf(edno.config), name), party }, [], new Date())
    const keys = keysOf(edno, party)
    const { status } = await call(edno, { body: signedBytes(application, keys.seal, false), tls: keys.tls })
    assert.ok(status === 200 || status === 502)
    sent.unshift({ party, id: application.exchangeId })
  }

  const AS_BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
  const get = (path: string, headers: Record<string, string> = {}, party: string | undefined = 'audit-office') =>
    call(edno, {
      ...{ method: 'GET', path, headers: { ...AS_BROWSER, ...headers } },
      tls: party === '' ? undefined : keysOf(edno, party).tls,
    })
  const page = async (path: string, headers?: Record<string, string>): Promise<string> => {
    const answered = await get(path, headers)
    const text = answered.body.toString()
    assert.equal(answered.status, 200, text)
    assert.match(String(answered.headers['content-type']), /^text\/html; charset=utf-8/)
    return text
  }
  const submit = (fields: Record<string, string>, headers: Record<string, string> = {}, party = 'audit-office') =>
    call(edno, {
      ...{ path: '/audit/officials', body: Buffer.from(new URLSearchParams(fields).toString()), contentType: FORM },
      ...{ headers: { ...AS_BROWSER, ...headers }, tls: keysOf(edno, party).tls },
    })
  const readings = () => database.selectFrom('audit_read').select(['what', 'question']).orderBy('id').execute()
  const idsIn = (text: string): string[] =>
    [...text.matchAll(/<code class="id">([0-9a-f-]{36})<\/code>/g)].map(([, id]) => id!)
  const exchange = ({ id, party }: Sent, more = PERIOD): string => `/audit/exchanges/${id}?${more}&of=${party}`

  it('shows a form and reads nothing until a period is named', async () => {
    const before = await readings()
    const text = await page('/audit')
    assert.match(text, /<form class="filter" method="get" action="\/audit"/)
    assert.deepEqual(idsIn(text), [])
    assert.deepEqual(await readings(), before)
  })

  it('lists the exchanges of a filter, newest first, each list being an entry of the log', async () => {
    const before = (await readings()).length
    assert.deepEqual(
      idsIn(await page(`/audit?${PERIOD}`)),
      sent.map(({ id }) => id),
    )
    assert.deepEqual(idsIn(await page(`/audit?${PERIOD}&outcome=failed`)), [sent[1]!.id])
    assert.deepEqual(idsIn(await page(`/audit?${PERIOD}&consumer=lovech`)), [sent[2]!.id])
    assert.match(await page('/audit?from=2020-01-01&to=2020-01-31&lang=en'), /There are no such exchanges/)
    const asked = (await readings()).slice(before)
    assert.deepEqual(
      asked.map(({ what }) => what),
      ['exchanges', 'exchanges', 'exchanges', 'exchanges'],
    )
    assert.equal((JSON.parse(asked[1]!.question) as { outcome: string }).outcome, 'failed')
  })

  it('takes fields that were left empty out of the address', async () => {
    const { status, headers } = await get(`/audit?${PERIOD}&consumer=&case=+&service=`)
    assert.deepEqual([status, headers['location']], [302, `/audit?${PERIOD}`])
    assert.equal((await get('/audit?consumer=')).headers['location'], '/audit')
  })

  it('shows one exchange as a waterfall of calls and attempts, and leads on within the filter', async () => {
    const failed = sent[1]!
    const before = (await readings()).length
    const text = await page(exchange(failed, `${PERIOD}&consumer=troyan&lang=en`))
    assert.match(text, /<svg class="bar"[^>]*>.*<rect class="piece failed"/)
    assert.match(text, /attempt 1/)
    assert.match(text, /provider\.unavailable|provider\.bad-answer/)
    assert.match(text, /Certificate of the signature/)
    const [newer, older] = [sent[0]!, sent[3]!]
    assert.match(
      text,
      new RegExp(`<a rel="prev" href="/audit/exchanges/${newer.id}\\?[^"]*consumer=troyan[^"]*of=troyan"`),
    )
    assert.match(text, new RegExp(`<a rel="next" href="/audit/exchanges/${older.id}\\?`), 'past the other consumer')
    const wide = await page(exchange(failed))
    assert.match(wide, new RegExp(`<a rel="next" href="/audit/exchanges/${sent[2]!.id}\\?[^"]*of=lovech"`))
    const [first] = [await page(exchange(sent[0]!))]
    assert.ok(!first.includes('rel="prev"'), 'nothing is newer than the newest')
    const asked = (await readings()).slice(before)
    assert.deepEqual(
      asked.map(({ what }) => what),
      ['exchange', 'exchange', 'exchange'],
    )
    assert.equal((JSON.parse(asked[0]!.question) as { id: string }).id, failed.id)
  })

  it('says what the evidence shows in the sentences of edno verify, and hands it out', async () => {
    const before = (await readings()).length
    const [taxi] = sent.toReversed()
    const text = await page(`/audit/exchanges/${taxi!.id}/verification?of=troyan&lang=en`)
    assert.match(text, /Everything that could be checked holds \(\d+\)\./)
    assert.match(text, /Was it asked\?/)
    assert.match(text, /The application is signed and has not been changed\./)
    assert.match(await page(`/audit/exchanges/${taxi!.id}/verification?of=troyan&lang=bg`), /Питано ли е\?/)
    const evidence = /href="(\/v1\/exchanges\/[^"]+)"/.exec(text)?.[1]
    assert.equal((await get(evidence!.replaceAll('&amp;', '&'))).status, 200)
    assert.deepEqual(
      (await readings()).slice(before).map(({ what }) => what),
      ['evidence', 'evidence', 'evidence'],
    )
  })

  it('finds the exchanges of an official without the identifier ever standing in an address or in the log', async () => {
    const { status, headers } = await submit({
      consumer: 'lovech',
      identifier: 'clerk-1',
      from: '2020-01-01',
      to: '2099-01-01',
    })
    assert.equal(status, 303)
    const location = String(headers['location'])
    assert.match(location, /^\/audit\?from=2020-01-01&to=2099-01-01&consumer=lovech&official=[0-9a-f]{32}$/)
    assert.deepEqual(idsIn(await page(location)), [sent[2]!.id])
    const mark = /official=([0-9a-f]{32})/.exec(location)![1]!
    for (const secret of ['clerk-1', mark]) assert.ok(!edno.logged.join('\n').includes(secret))
    assert.equal((await submit({ consumer: 'lovech' })).status, 400)
    assert.equal((await submit({ consumer: 'lovech', identifier: 'x', more: '1' })).status, 400)
  })

  it('speaks the language of the address, or else of the browser, and keeps it', async () => {
    assert.match(await page('/audit', { 'Accept-Language': 'en' }), /<html lang="en">/)
    assert.match(await page('/audit', { 'Accept-Language': 'de' }), /<html lang="bg">/)
    const bulgarian = await page(`/audit?${PERIOD}&lang=bg`, { 'Accept-Language': 'en' })
    assert.match(bulgarian, /<html lang="bg">/)
    assert.ok(idsIn(bulgarian).length > 0)
    for (const [, href] of bulgarian.matchAll(/<th scope="row"><a href="([^"]+)"/g)) assert.match(href!, /lang=bg/)
  })

  it('lets nothing run and nothing be fetched from elsewhere', async () => {
    for (const path of [
      `/audit?${PERIOD}`,
      exchange(sent[1]!),
      `/audit/exchanges/${sent[0]!.id}/verification?of=troyan`,
    ]) {
      const { headers, body } = await get(path)
      assert.equal(
        headers['content-security-policy'],
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      )
      assert.equal(headers['cache-control'], 'no-store')
      const text = body.toString()
      assert.doesNotMatch(text, /<script|style=|<style|\son\w+=|javascript:|https?:\/\//)
    }
    const style = await get('/audit/style.css', {}, '')
    assert.match(String(style.headers['content-type']), /^text\/css/)
    assert.doesNotMatch(style.body.toString(), /url\(|@import/)
  })

  it('writes what a consumer wrote as text', async () => {
    const nasty = '<img src=x onerror=alert(1)>'
    await database
      .updateTable('exchange')
      .set({ case_reference: nasty })
      .where('exchange_id', '=', sent[3]!.id)
      .execute()
    for (const path of [`/audit?${PERIOD}`, exchange(sent[3]!), `/audit?${PERIOD}&case=${encodeURIComponent(nasty)}`]) {
      const text = await page(path)
      assert.ok(text.includes('&lt;img src=x'), path)
      assert.ok(!text.includes('<img'), path)
    }
  })

  describe('stays closed', () => {
    type Vector = readonly [title: string, party: string, path: () => string, status: number, code: string]
    const NOT_AUDITOR = 'access.not-auditor'
    const verification = (): string => `/audit/exchanges/${sent[3]!.id}/verification?of=troyan`
    const REFUSED: readonly Vector[] = [
      ['to whoever has no certificate', '', () => '/audit', 401, 'access.unauthenticated'],
      ['to a consumer', 'troyan', () => '/audit', 403, NOT_AUDITOR],
      ['to a consumer with a filter', 'troyan', () => `/audit?${PERIOD}&consumer=troyan`, 403, NOT_AUDITOR],
      ['to a consumer about its own exchange', 'troyan', () => exchange(sent[3]!), 403, NOT_AUDITOR],
      ['to a consumer about its own evidence', 'troyan', verification, 403, NOT_AUDITOR],
      ['to the owner of a registry', 'grao', () => `/audit?${PERIOD}`, 403, NOT_AUDITOR],
      ['to the operator', 'edno-operator', () => `/audit?${PERIOD}`, 403, NOT_AUDITOR],
      ['without a true day', 'audit-office', () => '/audit?from=2026-02-30&to=2026-03-01', 400, 'request.parameter'],
      ['to a person’s number', 'audit-office', () => `/audit?${PERIOD}&case=8427029967`, 400, 'request.parameter'],
      ['to an official’s name', 'audit-office', () => `/audit?${PERIOD}&official=clerk-1`, 400, 'request.parameter'],
      ['without whose exchange', 'audit-office', () => `/audit/exchanges/${sent[0]!.id}`, 400, 'request.parameter'],
      [
        'about another consumer’s exchange of that id',
        ...(['audit-office', () => exchange({ ...sent[0]!, party: 'lovech' }), 404, 'exchange.unknown'] as const),
      ],
    ]
    for (const [title, party, path, status, code] of REFUSED)
      it(title, async () => {
        const before = await readings()
        const answered = await get(path(), {}, party)
        assert.equal(answered.status, status)
        assert.match(answered.body.toString(), new RegExp(`<code>${code}</code>`))
        assert.match(answered.body.toString(), /What to do/)
        // A reading may have been recorded, but only of an auditor.
        if (party !== 'audit-office') assert.deepEqual(await readings(), before)
        const asProgram = await get(path(), { Accept: 'application/json' }, party)
        assert.equal(asProgram.code, code)
      })

    it('to a page of another site, which must not read in an auditor’s name', async () => {
      const before = await readings()
      for (const site of ['cross-site', 'same-site'])
        for (const path of [`/audit?${PERIOD}`, exchange(sent[0]!), verification()]) {
          const answered = await get(path, { 'Sec-Fetch-Site': site })
          assert.equal(answered.status, 403)
          const text = answered.body.toString()
          assert.match(text, /<code>access\.other-site<\/code>/)
          assert.ok(text.includes(`href="${path.replaceAll('&', '&amp;')}"`), 'the auditor may go on from here')
        }
      const form = { consumer: 'lovech', identifier: 'clerk-1' }
      assert.equal((await submit(form, { 'Sec-Fetch-Site': 'cross-site' })).status, 403)
      const bare = `/v1/audit/exchanges?${PERIOD}&format=csv`
      assert.equal((await get(bare, { 'Sec-Fetch-Site': 'cross-site' })).status, 403, 'nor as an image of its own')
      assert.deepEqual(await readings(), before)
      assert.equal((await get('/audit', { 'Sec-Fetch-Site': 'cross-site' })).status, 200, 'which reads nothing')
      assert.equal((await get(`/audit?${PERIOD}`, { 'Sec-Fetch-Site': 'same-origin' })).status, 200)
      assert.equal((await submit(form, { 'Sec-Fetch-Site': 'same-origin' })).status, 303)
    })
  })

  describe('and the log since the last visit', () => {
    const cookiesOf = ({ headers }: Answered): string =>
      ((headers['set-cookie'] ?? []) as string[]).map((one) => one.split(';')[0]!).join('; ')
    /** As somebody would who owns the database. */
    const forge = async (change: () => Promise<unknown>): Promise<void> => {
      const tables = ['log_checkpoint', 'log_tile'] as const
      for (const table of tables) await sql`alter table ${sql.table(table)} disable trigger all`.execute(database)
      await change()
      for (const table of tables) await sql`alter table ${sql.table(table)} enable trigger all`.execute(database)
    }
    const told = (text: string): string => /<p class="whole (\w+)"/.exec(text)?.[1] ?? ''
    /** The newest head holds every entry: none is signed any more until somebody asks something. */
    const settled = (): Promise<void> =>
      until('all entries stand in a signed head', async () => {
        const { rows } = await sql<{ whole: boolean }>`
          select (select count(*) from log_entry) = (select max(size) from log_checkpoint) as whole`.execute(database)
        return rows[0]?.whole === true
      })

    it('is whole as long as it only grows', async () => {
      const first = await get('/audit')
      assert.equal(told(first.body.toString()), 'first')
      await send('troyan', 'taxi')
      await settled()
      const cookie = cookiesOf(first).replace(/edno_visit=[^;]+/, 'x=1')
      const later = await page('/audit?lang=en', { Cookie: cookie })
      assert.equal(told(later), 'yes')
      assert.match(later, /Is the log whole since your last visit\?<\/span> <strong>Yes/)
      assert.match(later, /the log of today continues that one \(proven\)/)
    })

    it('is not whole where a head was kept that this log never signed', async () => {
      const other = await testApp()
      try {
        const strange = await call(other, {
          method: 'GET',
          path: '/audit',
          headers: AS_BROWSER,
          tls: keysOf(other, 'audit-office').tls,
        })
        const text = await page('/audit?lang=en', { Cookie: cookiesOf(strange) })
        assert.equal(told(text), 'no')
        assert.match(text, /was not signed by this log’s key/)
      } finally {
        await other.close()
      }
    })

    it('is not whole where its newest head and entries were taken away', async () => {
      await settled()
      const cookie = cookiesOf(await get('/audit'))
      const rows = await database.selectFrom('log_checkpoint').selectAll().orderBy('size', 'desc').limit(1).execute()
      await forge(() => database.deleteFrom('log_checkpoint').where('size', '=', rows[0]!.size).execute())
      const answered = await get('/audit?lang=en', { Cookie: cookie })
      assert.equal(told(answered.body.toString()), 'no')
      assert.match(answered.body.toString(), /the log was cut/)
      assert.equal(cookiesOf(answered), '', 'the browser keeps what it has')
      await forge(() => database.insertInto('log_checkpoint').values(rows).execute())
      assert.equal(told(await page('/audit', { Cookie: cookie })), 'yes')
    })

    it('is not whole where its history was replaced below the signed head', async () => {
      const cookie = cookiesOf(await get('/audit'))
      await send('troyan', 'taxi')
      await settled()
      const tile = await database
        .selectFrom('log_tile')
        .selectAll()
        .where('level', '=', 0)
        .where('number', '=', 0)
        .executeTakeFirstOrThrow()
      const forged = Buffer.from(tile.hashes)
      forged[40] = forged[40]! ^ 1
      await forge(() =>
        database
          .updateTable('log_tile')
          .set({ hashes: forged })
          .where('level', '=', 0)
          .where('number', '=', 0)
          .execute(),
      )
      const text = await page('/audit?lang=en', { Cookie: cookie })
      assert.equal(told(text), 'no')
      assert.match(text, /its history was replaced/)
    })
  })
})
