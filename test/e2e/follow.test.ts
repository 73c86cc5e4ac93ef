import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { readEvents, type StreamedEvent } from '../../src/client/read-events.ts'
import { readAnswer } from '../../src/message/read-answer.ts'
import type { Application } from '../../src/model/application.ts'
import type { ExchangePage } from '../../src/model/exchange-list.ts'
import { openBeside } from '../../src/store/beside.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, type Call, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'
import { copyServices } from '../support/estate-files.ts'
import { ownAdapters } from '../support/own-adapters.ts'

const SLOW = { kind: 'slow', ms: 400 } as const
const HANGS_MS = 30_000
const PERSONAL = ['8427029967', '8731309969', 'ОВ0000', 'Примеров', 'Измислица', '999999995']

describe('an exchange that runs, with two processes of edno on one database', function () {
  this.timeout(180_000)
  let edno: TestApp
  let other: TestApp
  let databaseUrl: string
  let folder: string
  before(async () => {
    databaseUrl = await testDatabaseUrl()
    folder = mkdtempSync(join(tmpdir(), 'edno-follow-'))
    // So that a registry that hangs does so until the test takes its exchange back.
    const servicesFolder = copyServices(folder, { 'taxi-permit': 60_000, 'vehicle-tax': 60_000 })
    const adaptersFolder = ownAdapters(folder, { 'vehicle-register/registration@1': { timeoutMs: HANGS_MS } })
    const of = { databaseUrl, servicesFolder, settings: { adaptersFolder } }
    edno = await testApp(of)
    other = await testApp({ ...of, dataDirectory: edno.config.dataDirectory })
  })
  after(async () => {
    await other.close()
    await edno.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const slow = (fault: Parameters<NonNullable<TestApp['app']['simulator']>['setFault']>[1]): void =>
    edno.app.simulator!.setFault('vehicle-register', fault)
  beforeEach(() => slow(SLOW))
  afterEach(() => slow(undefined))

  const fresh = (change: Partial<Application> = {}): Application => ({
    ...applicationOf(scenarioNamed(scenariosOf(edno.config), 'taxi'), [], new Date()),
    ...change,
  })
  const as = (party: string, wish: Call, where = edno): Promise<Answered> =>
    call(where, { tls: keysOf(edno, party).tls, method: 'GET', ...wish })
  const begin = async (application: Application, prefer = 'respond-async'): Promise<Answered> => {
    const body = signedBytes(application, keysOf(edno, 'troyan').seal, false)
    return as('troyan', { method: 'POST', body, headers: { Prefer: prefer } })
  }
  const eventsOf = async ({ body }: Answered): Promise<StreamedEvent[]> => {
    const read: StreamedEvent[] = []
    const chunks = async function* () {
      yield await Promise.resolve(body)
    }
    for await (const event of readEvents(chunks())) read.push(event)
    return read
  }
  const stream = (id: string, lastEventId?: string, where = other): Promise<Answered> =>
    as(
      'troyan',
      {
        path: `/v1/exchanges/${id}`,
        headers: {
          Accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
        },
      },
      where,
    )
  const questions = (): number =>
    [edno, other].flatMap(({ app }) => [...app.simulator!.calls.values()]).reduce((sum, n) => sum + n, 0)

  describe('is followed', () => {
    it('call by call and to its answer, also through another process, with nothing personal', async () => {
      const { exchangeId } = fresh()
      await begin(fresh({ exchangeId }))
      const streamed = await stream(exchangeId)
      assert.equal(streamed.status, 200)
      assert.match(String(streamed.headers['content-type']), /^text\/event-stream/)
      const events = await eventsOf(streamed)
      const calls = events
        .filter(({ event }) => event === 'call')
        .map(({ data }) => JSON.parse(data) as { call: string })
      assert.deepEqual(calls.map((each) => each.call).toSorted(), [
        ...['convictions.0', 'debts', 'driver', 'driverCertificate', 'inspection', 'insurance', 'licence'],
        ...['managers.0', 'trader', 'vehicle'],
      ])
      assert.deepEqual(Object.keys(calls[0]!).toSorted(), ['call', 'elapsedMs', 'operation', 'outcome'])
      const last = events.at(-1)!
      assert.equal(last.event, 'answer')
      assert.deepEqual(JSON.parse(last.data), { exchangeId, status: 'complete', href: `/v1/exchanges/${exchangeId}` })
      for (const personal of PERSONAL) assert.ok(!streamed.body.toString().includes(personal), personal)
    })

    it('from where a stream broke: nothing twice, nothing left out; and 204 where all was told', async () => {
      const { exchangeId } = fresh()
      await begin(fresh({ exchangeId }))
      const whole = await eventsOf(await stream(exchangeId))
      for (const [index, { id }] of whole.entries()) {
        const resumed = await stream(exchangeId, id)
        const rest = await eventsOf(resumed)
        assert.deepEqual(
          rest.map(({ data }) => data),
          whole.slice(index + 1).map(({ data }) => data),
        )
        if (index === whole.length - 1) assert.equal(resumed.status, 204)
      }
      assert.equal((await eventsOf(await stream(exchangeId, 'not one of ours'))).length, whole.length)
    })

    it('by who may read it and nobody else', async () => {
      const { exchangeId } = fresh()
      await begin(fresh({ exchangeId }))
      const path = `/v1/exchanges/${exchangeId}`
      const headers = { Accept: 'text/event-stream' }
      assert.equal((await as('vidin', { path, headers })).code, 'exchange.unknown')
      // Its last questions are none of the next exchange.
      assert.equal((await as('troyan', { path, headers: { Prefer: 'wait=60' } })).status, 200)
    })
  })

  describe('is taken back', () => {
    const cancel = (id: string, where = edno, party = 'troyan'): Promise<Answered> =>
      as(party, { method: 'DELETE', path: `/v1/exchanges/${id}` }, where)

    for (const place of ['the process that runs it', 'another process'] as const)
      it(`through ${place}: one signed answer without anything that was found, for everybody who waits`, async () => {
        slow({ kind: 'hang' })
        const application = fresh()
        const waiting = begin(application, 'wait=60')
        await until('the driver is found', async () => {
          const { status, body } = await as('troyan', { path: `/v1/exchanges/${application.exchangeId}` })
          if (status === 404) return false
          const { calls } = JSON.parse(body.toString()) as { calls: { call: string; state: string }[] }
          return calls.some((each) => each.call === 'driver' && each.state === 'ended')
        })
        const began = performance.now()
        const cancelled = await cancel(application.exchangeId, place === 'another process' ? other : edno)
        assert.equal(cancelled.status, 200, cancelled.body.toString())
        const answer = readAnswer(cancelled.body)
        assert.equal(answer.status, 'cancelled')
        assert.deepEqual(
          answer.problems.map(({ code }) => code),
          ['exchange.cancelled'],
        )
        assert.deepEqual(answer.checks, [])
        const outcomes = new Map(answer.parts.map(({ call: name, outcome }) => [name, outcome]))
        assert.equal(outcomes.get('vehicle'), 'late')
        assert.equal(outcomes.get('insurance'), 'skipped')
        assert.equal(outcomes.get('driver'), 'found')
        assert.ok(answer.parts.every(({ evidence, provenance }) => evidence === undefined && provenance === undefined))
        const told = await waiting
        assert.equal(told.status, 200)
        assert.deepEqual(told.body, cancelled.body)
        assert.ok(performance.now() - began < HANGS_MS / 2, 'what ran was not stopped')
        const asked = questions()
        assert.deepEqual((await cancel(application.exchangeId)).body, cancelled.body)
        assert.deepEqual((await begin(application)).body, cancelled.body)
        assert.deepEqual((await as('troyan', { path: `/v1/exchanges/${application.exchangeId}` })).body, cancelled.body)
        assert.equal(questions(), asked)
        const receipt = await as('troyan', { path: `/v1/exchanges/${application.exchangeId}/receipt` })
        const { entry } = JSON.parse(receipt.body.toString()) as { entry: string }
        const logged = JSON.parse(Buffer.from(entry, 'base64url').toString()) as { status: string; event: string }
        assert.deepEqual([logged.event, logged.status], ['answered', 'cancelled'])
      })

    it('by several at once, while its answer comes: one closing entry that says who did it, one answer for everybody', async () => {
      slow({ kind: 'slow', ms: 150 })
      const ids: string[] = []
      const statuses = new Set<string>()
      // The first is taken back as soon as it is open, the last once it is answered; between them lies the moment.
      const moments = [0, 100, 200, 300, 'answered'] as const
      await Promise.all(
        moments.map(async (moment) => {
          const application = fresh()
          const { exchangeId } = application
          ids.push(exchangeId)
          const path = `/v1/exchanges/${exchangeId}`
          const waiting = begin(application, 'wait=60')
          await until('it is open', async () => (await as('troyan', { path })).status !== 404)
          await (moment === 'answered' ? waiting : pause(moment))
          const cancels = await Promise.all([edno, other, edno, other].map((where) => cancel(exchangeId, where)))
          const answered = await waiting
          // Refused where the machine is so slow that a registry's time was over.
          assert.ok([200, 502].includes(answered.status), answered.body.toString())
          const taken = cancels.filter(({ status }) => status === 200)
          const told = cancels.map(({ status, code, body }) =>
            status === 200 ? readAnswer(body).issuedAt : `${status} ${code}`,
          )
          const first = readAnswer(answered.body)
          assert.ok(
            taken.every(({ body }) => body.equals(answered.body)),
            JSON.stringify([moment, first.status, first.issuedAt, told]),
          )
          assert.ok(cancels.every(({ status, code }) => status === 200 || code === 'exchange.closed'))
          assert.ok(taken.length === 0 || taken.length === cancels.length, 'of those at once some were told otherwise')
          statuses.add(first.status === 'cancelled' ? 'taken back' : 'answered')
        }),
      )
      assert.deepEqual([...statuses].toSorted(), ['answered', 'taken back'])
      const beside = await openBeside({ databaseUrl, dataDirectory: edno.config.dataDirectory })
      try {
        const { rows } = await sql<{ status: string; answers: number; entries: string[] }>`
          select status, (select count(*)::integer from payload where exchange = exchange.id and kind = 'answer') as answers,
            array(select convert_from(bytes, 'UTF8') from log_entry where exchange = exchange.id and event = 'answered') as entries
          from exchange where exchange_id = any (${ids}::uuid[])`.execute(beside.db)
        assert.equal(rows.length, ids.length)
        for (const { status, answers, entries } of rows) {
          assert.deepEqual([answers, entries.length], [1, 1])
          const { cancelledBy } = JSON.parse(entries[0]!) as { cancelledBy?: string }
          assert.equal(cancelledBy, status === 'cancelled' ? 'troyan' : undefined)
        }
      } finally {
        await beside.close()
      }
    })

    it('by its sender only, and not once it is answered', async () => {
      const { exchangeId } = fresh()
      await begin(fresh({ exchangeId }))
      assert.equal((await cancel(exchangeId, edno, 'vidin')).code, 'exchange.unknown')
      const path = `/v1/exchanges/${exchangeId}`
      assert.equal((await as('troyan', { path, headers: { Prefer: 'wait=60' } })).status, 200)
      const refused = await cancel(exchangeId)
      assert.deepEqual([refused.status, refused.code], [409, 'exchange.closed'])
      assert.equal((await cancel('0195f2c0-0000-7000-8000-0000000000ff')).code, 'exchange.unknown')
    })

    it('at the moment in which its answer comes: it has one of the two, for everybody', async () => {
      slow({ kind: 'slow', ms: 120 })
      for (let n = 0; n < 8; n += 1) {
        const application = fresh()
        const waiting = begin(application, 'wait=60')
        await pause(100 + n * 40)
        const cancelled = await cancel(application.exchangeId, n % 2 === 0 ? edno : other)
        const answered = await waiting
        const now = await as('troyan', {
          path: `/v1/exchanges/${application.exchangeId}`,
          headers: { Prefer: 'wait=60' },
        })
        assert.deepEqual(answered.body, now.body)
        if (cancelled.status === 200) assert.deepEqual(cancelled.body, now.body)
        else assert.ok(['exchange.closed', 'exchange.unknown'].includes(cancelled.code ?? ''), cancelled.code)
      }
    })
  })

  describe('is listed', () => {
    const list = async (query: string, party = 'troyan'): Promise<ExchangePage> => {
      const answered = await as(party, { path: `/v1/exchanges?${query}` })
      assert.equal(answered.status, 200, answered.body.toString())
      return JSON.parse(answered.body.toString()) as ExchangePage
    }
    const number = `ТР-СПИСЪК-${Date.now() % 10_000}`
    const sent: string[] = []
    before(async () => {
      slow(undefined)
      for (let n = 0; n < 5; n += 1) {
        const application = fresh({ case: number })
        sent.unshift(application.exchangeId)
        assert.equal((await begin(application, 'wait=60')).status, 200)
      }
    })
    const byCase = `case=${encodeURIComponent(number)}`

    it('to its consumer and nobody else, newest first, page by page, without anything personal', async () => {
      const pages: string[] = []
      let after = ''
      do {
        const { exchanges, next } = await list(`${byCase}&limit=2${after}`)
        pages.push(...exchanges.map(({ exchangeId }) => exchangeId))
        after = next === undefined ? '' : `&after=${next}`
      } while (after !== '')
      assert.deepEqual(pages, sent)
      const [first] = (await list(byCase)).exchanges
      assert.deepEqual(first!.outcomes, { found: 10 })
      assert.deepEqual([first!.status, first!.service, first!.case], ['complete', 'taxi-permit@1', number])
      for (const personal of PERSONAL) assert.ok(!JSON.stringify(await list('')).includes(personal), personal)
      assert.deepEqual((await list(byCase, 'vidin')).exchanges, [])
    })

    it('by what is asked for', async () => {
      const [first] = (await list(byCase)).exchanges
      const at = encodeURIComponent(first!.receivedAt)
      const counts = {
        [`from=${at}`]: 1,
        [`to=${at}`]: 4,
        'outcome=found': 5,
        'outcome=late': 0,
        'status=complete': 5,
        'status=running': 0,
        'service=taxi-permit@1': 5,
        'service=vehicle-tax@1': 0,
      }
      for (const [query, count] of Object.entries(counts))
        assert.equal((await list(`${byCase}&${query}`)).exchanges.length, count, query)
    })

    it('never by the number of a person, nor by what the contract does not know, nor after what another has', async () => {
      const unknown = `after=0195f2c0-0000-7000-8000-0000000000ff`
      const times = ['from=0000-01-01T00:00:00Z', 'from=2026-02-30T00:00:00Z', 'to=2026-01-01T00:00:00%2B16:00']
      for (const query of ['case=8427029967', 'x=1', 'limit=0', 'outcome=lost', 'from=now', ...times, unknown])
        assert.equal((await as('troyan', { path: `/v1/exchanges?${query}` })).code, 'request.parameter', query)
      assert.equal((await as('vidin', { path: `/v1/exchanges?after=${sent[0]}` })).code, 'request.parameter')
    })

    it('off an index, however many there are', async () => {
      const beside = await openBeside({ databaseUrl, dataDirectory: edno.config.dataDirectory })
      try {
        await sql`insert into exchange (consumer, exchange_id, service, case_reference, request_digest, received_at, deadline,
          retention_class, key_id) select 'lovech', gen_random_uuid(), 's@1', 'ТР-' || n, sha256(n::text::bytea),
          now() + n * interval '1 second', now(), 'standard', 'k' from generate_series(1, 20000) as n`.execute(
          beside.db,
        )
        await sql`update exchange set state = 'closed', status = 'complete', closed_at = now() where consumer = 'lovech'`.execute(
          beside.db,
        )
        await sql`analyze exchange`.execute(beside.db)
        const plan = await sql<{ 'QUERY PLAN': string }>`explain (costs off) select id from exchange
          where consumer = 'lovech' and (received_at, id) < (now(), 5) order by received_at desc, id desc limit 100`.execute(
          beside.db,
        )
        assert.match(JSON.stringify(plan.rows), /Index.* using exchange_(received|by_time)/)
        const began = performance.now()
        assert.equal((await list('limit=1000', 'lovech')).exchanges.length, 1000)
        assert.ok(performance.now() - began < 20_000)
      } finally {
        await beside.close()
      }
    })
  })
})
