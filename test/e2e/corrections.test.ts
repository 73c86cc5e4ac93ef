import assert from 'node:assert/strict'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { commit } from '../../src/exchange-log/commitment.ts'
import { eraseExchange, runRetention } from '../../src/exchange-log/retention.ts'
import type { AuditReport } from '../../src/model/audit-report.ts'
import type { CorrectionView } from '../../src/model/correction.ts'
import { exchangeId as asExchangeId } from '../../src/model/ids.ts'
import type { Usage } from '../../src/model/usage.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'

describe('what is told about exchanges afterwards', function () {
  this.timeout(180_000)
  let edno: TestApp
  let database: ReturnType<typeof openDatabase>
  let taxi = ''
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    edno = await testApp({ databaseUrl })
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
    taxi = await send('taxi')
    for (let count = 0; count < 5; count += 1) await send('taxi')
    await send('registry-error')
    await send('wrong-basis')
  })
  after(async () => {
    await database.destroy()
    await edno.close()
  })

  async function send(name: string): Promise<string> {
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), name), [], new Date())
    const keys = keysOf(edno, 'troyan')
    await call(edno, { body: signedBytes(application, keys.seal, false), tls: keys.tls })
    return application.exchangeId
  }
  const get = (party: string, path: string): Promise<Answered> =>
    call(edno, { method: 'GET', path, tls: keysOf(edno, party).tls })
  const post = (party: string, path: string, body: object): Promise<Answered> =>
    call(edno, {
      path,
      body: Buffer.from(JSON.stringify(body)),
      contentType: 'application/json',
      tls: keysOf(edno, party).tls,
    })
  const read = ({ body }: Pick<Answered, 'body'>): unknown => JSON.parse(body.toString())

  const OUTDATED = { call: 'vehicle', kind: 'outdated', fields: ['make'], text: 'It was entered wrongly' }
  const report = (party: string, said: object, id = taxi): Promise<Answered> =>
    post(party, `/v1/exchanges/${id}/corrections`, said)
  const act = (party: string, id: string, said: object): Promise<Answered> =>
    post(party, `/v1/corrections/${id}/acts`, said)
  const seenBy = async (party: string, query = ''): Promise<string[]> =>
    (read(await get(party, `/v1/corrections${query}`)) as { corrections: CorrectionView[] }).corrections.map(
      ({ id }) => id,
    )

  describe('an error in the data of a registry', () => {
    it('is told to its owner, answered and closed, each step with an entry that commits to what was said', async () => {
      const reported = await report('troyan', OUTDATED)
      assert.equal(reported.status, 201, reported.body.toString())
      const { id, registry, state } = read(reported) as CorrectionView
      assert.deepEqual([registry, state], ['vehicle-register', 'reported'])
      assert.equal(reported.headers['location'], `/v1/corrections/${id}`)
      for (const party of ['troyan', 'mvr', 'audit-office']) assert.deepEqual(await seenBy(party), [id], party)
      for (const party of ['lovech', 'grao', 'edno-operator']) {
        assert.deepEqual(await seenBy(party), [], party)
        assert.equal((await get(party, `/v1/corrections/${id}`)).code, 'correction.unknown')
        assert.equal((await act(party, id, { act: 'answer', text: 'x' })).code, 'correction.unknown')
      }
      assert.equal((await report('troyan', { ...OUTDATED, text: 'In other words' })).code, 'correction.reported')
      assert.equal((await act('troyan', id, { act: 'close', result: 'corrected', text: 'x' })).code, 'access.not-owner')
      assert.equal((await act('audit-office', id, { act: 'answer', text: 'x' })).code, 'access.not-owner')
      assert.equal((await act('mvr', id, { act: 'answer', text: 'We look into it' })).status, 200)
      assert.equal((await act('mvr', id, { act: 'close', text: 'Mended' })).code, 'request.body')
      assert.equal((await act('mvr', id, { act: 'answer', result: 'corrected', text: 'Mended' })).code, 'request.body')
      const closed = read(await act('mvr', id, { act: 'close', result: 'corrected', text: 'Mended' })) as CorrectionView
      assert.deepEqual([closed.state, closed.result], ['closed', 'corrected'])
      assert.deepEqual(
        closed.steps.map(({ change, by, text }) => [change, by, text]),
        [
          ['reported', 'troyan', 'It was entered wrongly'],
          ['answered', 'mvr', 'We look into it'],
          ['closed', 'mvr', 'Mended'],
        ],
      )
      assert.equal((await act('mvr', id, { act: 'answer', text: 'Again' })).code, 'correction.closed')
      assert.deepEqual(await seenBy('mvr', '?state=reported'), [])
      assert.equal((await report('troyan', OUTDATED)).status, 201, 'what was closed can be reported again')
      await holdsEntries(id)
    })

    it('is read by its sides as often as they like, and by auditors with an entry before they are told anything', async () => {
      const read = () => database.selectFrom('audit_read').select('question').orderBy('id').execute()
      const [{ id } = { id: '' }] = (
        JSON.parse((await get('troyan', '/v1/corrections')).body.toString()) as { corrections: CorrectionView[] }
      ).corrections
      const before = (await read()).length
      for (const party of ['troyan', 'mvr', 'lovech']) {
        await get(party, '/v1/corrections?state=reported')
        await get(party, `/v1/corrections/${id}`)
      }
      assert.equal((await read()).length, before)
      await get('audit-office', '/v1/corrections?state=reported')
      await get('audit-office', `/v1/corrections/${id}`)
      assert.deepEqual(
        (await read()).slice(before).map(({ question }) => JSON.parse(question) as object),
        [{ state: 'reported' }, { id }],
      )
    })

    async function holdsEntries(id: string): Promise<void> {
      const steps = await database
        .selectFrom('correction_step')
        .selectAll()
        .where('correction', '=', id)
        .orderBy('number')
        .execute()
      const rows = await database
        .selectFrom('log_entry')
        .select('bytes')
        .where('event', '=', 'correction')
        .orderBy('id')
        .execute()
      const entries = rows.map(({ bytes }) => JSON.parse(bytes.toString()) as Record<string, string>)
      const own = entries.filter(({ correction }) => correction === id)
      assert.deepEqual(
        own.map(({ change }) => change),
        ['reported', 'answered', 'closed'],
      )
      for (const [place, entry] of own.entries()) {
        const { text, salt } = steps[place]!
        assert.equal(entry['textCommit'], commit(salt, Buffer.from(text)).toString('base64url'))
        assert.ok(!JSON.stringify(entry).includes(text))
      }
    }

    const REFUSED: readonly (readonly [title: string, party: string, said: object, code: string])[] = [
      ['of another consumer', 'lovech', OUTDATED, 'exchange.unknown'],
      ['of the registry’s own owner', 'mvr', OUTDATED, 'exchange.unknown'],
      ['about a call that there is not', 'troyan', { ...OUTDATED, call: 'boat' }, 'correction.no-answer'],
      ['that names a person', 'troyan', { ...OUTDATED, text: 'ЕГН 8427029967' }, 'request.body'],
      ['of another kind', 'troyan', { ...OUTDATED, kind: 'ugly' }, 'request.body'],
      ['about what is no path', 'troyan', { ...OUTDATED, fields: ['<b>'] }, 'request.body'],
      [
        'about a field that it was not shown',
        'troyan',
        { ...OUTDATED, fields: ['make', 'owner.uic'] },
        'correction.field',
      ],
      ['without a word', 'troyan', { call: 'vehicle', kind: 'wrong', text: '' }, 'request.body'],
    ]
    for (const [title, party, said, code] of REFUSED)
      it(`is no report ${title}: ${code}`, async () => assert.equal((await report(party, said)).code, code))

    it('of an exchange that was erased is reported no more; what was reported is closed, and what is said then is not kept', async () => {
      const gone = await send('taxi')
      const reported = read(await report('troyan', OUTDATED, gone)) as CorrectionView
      const order = { exchangeId: asExchangeId(gone), basis: 'order 1/2026', at: new Date() }
      const erased = await eraseExchange((work) => database.transaction().execute(work), order)
      assert.ok(typeof erased !== 'string', JSON.stringify(erased))
      assert.equal((await report('troyan', { ...OUTDATED, fields: ['model'] }, gone)).code, 'exchange.expired')
      const said = { act: 'close', result: 'corrected', text: 'Her plate was read wrongly' }
      const closed = read(await act('mvr', reported.id, said)) as CorrectionView
      assert.equal(closed.state, 'closed')
      const steps = await database
        .selectFrom('correction_step')
        .select(['text', 'salt'])
        .where('correction', '=', reported.id)
        .execute()
      assert.deepEqual(
        steps.map(({ text, salt }) => [text, salt.toString('hex')]),
        [
          ['', '00'.repeat(32)],
          ['', '00'.repeat(32)],
        ],
      )
    })

    it('is no report about a call that brought nothing', async () => {
      const failed = await send('registry-error')
      assert.equal((await report('troyan', OUTDATED, failed)).code, 'correction.no-answer')
    })
  })

  describe('statistics', () => {
    const month = new Date().toISOString().slice(0, 7)
    // The month in Sofia may be the next one already.
    const next = new Date(Date.now() + 86_400_000 * 2).toISOString().slice(0, 7)
    const usage = async (party: string, query: string): Promise<Usage> => {
      const answered = await get(party, `/v1/statistics?from=${month}&to=${next}&${query}`)
      assert.equal(answered.status, 200, answered.body.toString())
      return read(answered) as Usage
    }

    it('tell every party how many papers were not carried', async () => {
      const { rows } = await usage('lovech', 'by=')
      const [row] = rows
      assert.ok(
        row!.exchanges! >= 7 && row!.answeredPerExchange! > 5 && row!.answeredPerExchange! <= 10,
        JSON.stringify(row),
      )
      assert.ok(row!.medianMs! > 0)
    })

    it('leave out what is too small, and what it would follow from', async () => {
      const { rows, smallest } = await usage('audit-office', 'by=status')
      assert.equal(smallest, 5)
      assert.deepEqual(
        rows.toSorted((one, other) => String(one.status).localeCompare(String(other.status))),
        [
          { status: 'complete', suppressed: true },
          { status: 'refused', suppressed: true },
        ],
      )
    })

    it('tell outcomes of registries', async () => {
      const { rows } = await usage('grao', 'by=registry,outcome&registry=civil-registry')
      assert.deepEqual(
        rows.map(({ registry, outcome }) => [registry, outcome]),
        [['civil-registry', 'found']],
      )
    })

    const WRONG = [
      'by=applicant',
      'by=month,month',
      'by=status,registry',
      'by=status&registry=civil-registry',
      'official=1',
    ]
    for (const query of WRONG)
      it(`refuse ${query}`, async () => {
        const answered = await get('troyan', `/v1/statistics?from=${month}&to=${next}&${query}`)
        assert.equal(answered.code, 'request.parameter')
      })

    it('are of a time that has an order, and for parties alone', async () => {
      assert.equal((await get('troyan', '/v1/statistics?from=2026-03&to=2026-02')).code, 'request.parameter')
      assert.equal((await get('troyan', '/v1/statistics?from=2026-13&to=2027-01')).code, 'request.parameter')
      const stranger = await call(edno, { method: 'GET', path: `/v1/statistics?from=${month}&to=${next}` })
      assert.equal(stranger.code, 'access.unauthenticated')
    })
  })

  describe('the report', () => {
    const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()
    const path = (from = day(-1), to = day(1)): string => `/v1/audit/report?from=${from}&to=${to}`

    it('tells an auditor what stands out, and what it cannot tell; reading it is an entry', async () => {
      const answered = await get('audit-office', path())
      assert.equal(answered.status, 200, answered.body.toString())
      const found = read(answered) as AuditReport
      assert.deepEqual(found.refusals, [{ problem: 'access.legal-basis', consumer: 'troyan', count: 1 }])
      const failed = found.failures.find(({ registry }) => registry === 'vehicle-register')
      assert.equal(failed?.problem, 'provider.unavailable')
      assert.deepEqual(
        found.withoutCase.map(({ consumer, keepsCases }) => [consumer, keepsCases]),
        [['troyan', false]],
      )
      assert.equal(found.withoutCase[0]!.withoutCase, found.withoutCase[0]!.exchanges)
      assert.ok(
        found.corrections.some(({ registry, result }) => registry === 'vehicle-register' && result === 'corrected'),
      )
      assert.deepEqual(found.leftOut, [])
      const last = await database
        .selectFrom('audit_read')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow()
      assert.deepEqual([last.party, last.what], ['audit-office', 'report'])
    })

    it('tells of questions whose case was open that they had one', async () => {
      const keys = keysOf(edno, 'troyan')
      const number = encodeURIComponent('ТР-ДЕМО-2069')
      await call(edno, { method: 'PUT', path: `/v1/cases/${number}`, tls: keys.tls })
      await send('taxi')
      const { withoutCase } = read(await get('audit-office', path())) as AuditReport
      assert.deepEqual([withoutCase[0]!.exchanges - withoutCase[0]!.withoutCase, withoutCase[0]!.keepsCases], [1, true])
    })

    it('holds it against nobody that the number of a case was deleted when its time was over', async () => {
      const told = async () => (read(await get('audit-office', path())) as AuditReport).withoutCase[0]!
      const before = await told()
      const id = await send('taxi')
      assert.deepEqual(await told(), { ...before, exchanges: before.exchanges + 1 })
      await database
        .updateTable('exchange')
        .set({ expires_at: new Date(0) })
        .where('exchange_id', '=', id)
        .execute()
      const run = await runRetention((work) => database.transaction().execute(work), new Date(), new Date())
      assert.deepEqual([run.before['caseNumbers'], run.after['caseNumbers']], [1, 0])
      assert.deepEqual(await told(), before)
    })

    it('tells of officials and hours with far more questions than usual', async () => {
      await busyDay('town', 40)
      const { officials, hours, outsideHours } = read(
        await get('audit-office', path('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z')),
      ) as AuditReport
      assert.deepEqual(
        officials.map(({ consumer, official, day: on, questions }) => [consumer, official, on, questions]),
        [['town', 'b'.repeat(32), '2026-03-08', 60]],
      )
      assert.deepEqual(
        hours.map(({ consumer, hour, questions }) => [consumer, hour, questions]),
        [['town', '2026-03-08T20:00:00Z', 60]],
      )
      assert.deepEqual(outsideHours, [{ consumer: 'town', exchanges: 100, outside: 60 }])
    })

    /** One question a day of forty officials' days, then sixty by one in one Sunday night. */
    async function busyDay(consumer: string, usual: number): Promise<void> {
      const rows = [
        ...Array.from({ length: usual }, (_, number) => ({
          official: number.toString(16).padStart(32, '0'),
          at: new Date(Date.UTC(2026, 2, 2 + (number % 5), 8 + (Math.floor(number / 5) % 8))),
        })),
        ...Array.from({ length: 60 }, () => ({ official: 'b'.repeat(32), at: new Date('2026-03-08T20:10:00Z') })),
      ]
      for (const { official, at } of rows)
        await database
          .insertInto('exchange')
          .values({
            ...{
              consumer,
              exchange_id: crypto.randomUUID(),
              service: 's@1',
              case_reference: 'К',
              official,
              kind: null,
            },
            ...{
              request_digest: Buffer.alloc(32),
              signature_digest: null,
              status: null,
              media_type: null,
              received_at: at,
            },
            ...{
              deadline: at,
              outer_end: null,
              deferred_at: null,
              closed_at: null,
              retention_class: 'standard',
              state: 'deferred',
            },
            ...{
              promised_at: null,
              cancelled_at: null,
              cancelled_by: null,
              expires_at: null,
              key_id: 'k',
              data_key: null,
            },
          })
          .execute()
    }

    it('is for auditors alone, about a period that is not too long', async () => {
      for (const party of ['troyan', 'grao', 'edno-operator'])
        assert.equal((await get(party, path())).code, 'access.not-auditor', party)
      assert.equal((await get('audit-office', path(day(-100), day(0)))).code, 'request.parameter')
      assert.equal((await get('audit-office', '/v1/audit/report')).code, 'request.parameter')
    })
  })
})
