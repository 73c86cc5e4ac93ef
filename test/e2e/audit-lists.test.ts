import assert from 'node:assert/strict'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { commit } from '../../src/exchange-log/commitment.ts'
import type { ExchangePage, ListedExchange } from '../../src/model/exchange-list.ts'
import type { ExchangeRecord, RegistryExchangeRecord } from '../../src/model/exchange-record.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'

const PERIOD = 'from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z'
const AUDIT = `/v1/audit/exchanges?${PERIOD}`
const REGISTRY = (id: string, more = ''): string => `/v1/registries/${id}/exchanges?${PERIOD}${more}`
/** All that the applications say of persons. */
const PERSONAL = ['8427029967', '9225219962', 'Примеров', 'Измислен', 'clerk-1', 'ОВ0000']

interface Sent {
  readonly party: string
  readonly service: string
  readonly id: string
}

describe('the exchanges of others', function () {
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
    await send('troyan', 'vehicle-tax')
    await send('troyan', 'registry-error')
    await send('lovech', 'checks-only')
  })
  after(async () => {
    await database.destroy()
    await edno.close()
  })

  async function send(party: string, name: string): Promise<void> {
    const scenario = { ...scenarioNamed(scenariosOf(edno.config), name), party }
    const application = applicationOf(scenario, [], new Date())
    const keys = keysOf(edno, party)
    const answered = await call(edno, { body: signedBytes(application, keys.seal, false), tls: keys.tls })
    assert.ok(answered.status === 200 || answered.status === 502, answered.body.toString())
    sent.unshift({
      party,
      service: `${application.service.id}@${application.service.version}`,
      id: application.exchangeId,
    })
  }

  const get = (party: string | undefined, path: string, headers: Record<string, string> = {}): Promise<Answered> =>
    call(edno, { method: 'GET', path, headers, tls: party === undefined ? undefined : keysOf(edno, party).tls })
  const page = async (party: string, path: string): Promise<ExchangePage> => {
    const answered = await get(party, path)
    assert.equal(answered.status, 200, answered.body.toString())
    return JSON.parse(answered.body.toString()) as ExchangePage
  }
  const idsIn = ({ exchanges }: ExchangePage): string[] => exchanges.map(({ exchangeId }) => exchangeId)
  const idsOf = (...parties: readonly string[]): string[] =>
    sent.filter(({ party }) => parties.includes(party)).map(({ id }) => id)
  const markOf = async (party: string, consumer: string): Promise<Answered> => {
    const body = Buffer.from(JSON.stringify({ consumer, identifier: 'clerk-1' }))
    return call(edno, { path: '/v1/officials', body, contentType: 'application/json', tls: keysOf(edno, party).tls })
  }
  const readings = () => database.selectFrom('audit_read').selectAll().orderBy('id').execute()
  const readEntries = () =>
    database.selectFrom('log_entry').select('bytes').where('event', '=', 'read').orderBy('id').execute()

  describe('for an auditor', () => {
    it('are all of a period, newest first, with what they rest on and without anybody’s name', async () => {
      const whole = await page('audit-office', AUDIT)
      assert.deepEqual(idsIn(whole), idsOf('troyan', 'lovech'))
      assert.deepEqual(whole.total, { count: 5, exact: true })
      const [first] = whole.exchanges.toReversed() as [ListedExchange]
      assert.equal(first.legalBasis, 'zavp-24a')
      assert.equal(first.status, 'complete')
      assert.deepEqual(first.outcomes, { found: 10 })
      for (const personal of PERSONAL) assert.ok(!JSON.stringify(whole).includes(personal), personal)
      const officials = new Set(whole.exchanges.map(({ consumer, official }) => `${consumer} ${official}`))
      assert.equal(officials.size, 2, 'one official of each consumer')
      assert.equal(new Set(whole.exchanges.map(({ official }) => official)).size, 2)
    })

    it('come page by page', async () => {
      const ids: string[] = []
      let next: string | undefined
      do {
        const one: ExchangePage = await page(
          'audit-office',
          `${AUDIT}&limit=2${next === undefined ? '' : `&after=${next}`}`,
        )
        assert.equal(one.total === undefined, next !== undefined)
        ids.push(...idsIn(one))
        next = one.next
      } while (next !== undefined)
      assert.deepEqual(ids, idsOf('troyan', 'lovech'))
    })

    it('are found by every filter', async () => {
      const taxi = sent.at(-1)!
      const official = (JSON.parse((await markOf('audit-office', 'lovech')).body.toString()) as { official: string })
        .official
      const filters: readonly (readonly [string, readonly string[]])[] = [
        ['consumer=lovech', idsOf('lovech')],
        ['service=vehicle-tax@1', sent.filter(({ service }) => service === 'vehicle-tax@1').map(({ id }) => id)],
        ['registry=maritime-registry', sent.filter(({ service }) => service === 'vehicle-tax@1').map(({ id }) => id)],
        [`official=${official}`, idsOf('lovech')],
        ['outcome=failed', [sent[1]!.id]],
        ['status=refused', [sent[1]!.id]],
        ['outcome=failed&registry=civil-registry', []],
        ['legalBasis=zmdt-52', [sent[2]!.id]],
        [`case=${encodeURIComponent('ТР-ДЕМО-ДАНЪК')}`, [sent[2]!.id]],
        [`id=${taxi.id}`, [taxi.id]],
        [`id=${taxi.id}&consumer=lovech`, []],
      ]
      for (const [filter, ids] of filters) {
        const found = await page('audit-office', `${AUDIT}&${filter}`)
        assert.deepEqual(idsIn(found), ids, filter)
        assert.deepEqual(found.total, { count: ids.length, exact: true }, filter)
      }
      const none = await page('audit-office', '/v1/audit/exchanges?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z')
      assert.deepEqual(none, { exchanges: [], total: { count: 0, exact: true } })
    })

    it('are found by what every call came to once they are closed', async () => {
      const kinds = await database
        .selectFrom('exchange')
        .innerJoin('exchange_kind', 'exchange_kind.id', 'exchange.kind')
        .select('marks')
        .where('state', '=', 'closed')
        .execute()
      assert.equal(kinds.length, sent.length)
      for (const { marks } of kinds)
        assert.ok(
          marks.every((mark) => !mark.endsWith(':-')),
          marks.join(' '),
        )
    })

    it('are a table or lines where that is asked for, by header and by parameter', async () => {
      for (const csv of [
        await get('audit-office', AUDIT, { Accept: 'text/csv' }),
        await get('audit-office', `${AUDIT}&format=csv`),
      ]) {
        assert.match(String(csv.headers['content-type']), /^text\/csv; charset=utf-8/)
        const [head, ...rows] = csv.body.toString().trimEnd().split('\r\n')
        assert.match(head!, /^\uFEFFexchangeId,consumer,service,legalBasis,case,official,receivedAt,/)
        assert.deepEqual(
          rows.map((row) => row.slice(0, 36)),
          idsOf('troyan', 'lovech'),
        )
      }
      const lines = await get('audit-office', AUDIT, { Accept: 'application/x-ndjson' })
      const read = lines.body
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as ListedExchange)
      assert.deepEqual(
        read.map(({ exchangeId }) => exchangeId),
        idsOf('troyan', 'lovech'),
      )
      assert.equal((await get('audit-office', `${AUDIT}&format=csv&limit=5`)).code, 'request.parameter')
    })

    it('are each shown as calls and attempts, with certificate, agreements and entries, without content', async () => {
      const answered = await get('audit-office', `/v1/audit/exchanges/${sent[1]!.id}`)
      assert.equal(answered.status, 200, answered.body.toString())
      for (const personal of PERSONAL) assert.ok(!answered.body.toString().includes(personal), personal)
      const record = JSON.parse(answered.body.toString()) as ExchangeRecord
      assert.equal(record.status, 'refused')
      assert.match(record.signerCertificate!, /^[0-9a-f]{64}$/)
      assert.deepEqual([...new Set(record.entries.map(({ event }) => event))], ['opened', 'asked', 'answered'])
      const vehicle = record.calls.find((each) => each.call === 'vehicle')!
      assert.deepEqual(
        [vehicle.outcome, vehicle.problem, vehicle.registry],
        ['failed', 'provider.unavailable', 'vehicle-register'],
      )
      assert.ok(vehicle.attempts.length > 0 && vehicle.attempts.every(({ fault }) => fault === 'provider.unavailable'))
      assert.equal(record.decision!.grant !== undefined, true)
      assert.ok(Object.keys(record.decision!.disclosure).includes('vehicle'))
    })

    it('leave an entry where they are looked through for what stands out', async () => {
      const before = await readings()
      const period = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' }
      const report = `/v1/audit/report?${new URLSearchParams(period).toString()}`
      assert.equal((await get('audit-office', report)).status, 200)
      assert.equal((await get('grao', report)).code, 'access.not-auditor')
      const told = (await readings()).slice(before.length)
      assert.deepEqual(
        told.map(({ party, what, question }) => [party, what, JSON.parse(question) as object]),
        [['audit-office', 'report', period]],
      )
      assert.equal((await readEntries()).length, before.length + 1)
    })

    it('leave an entry of each reading, whose commitment opens to the question', async () => {
      const before = await readings()
      await page('audit-office', `${AUDIT}&consumer=lovech`)
      await get('audit-office', `/v1/audit/exchanges/${sent[0]!.id}`)
      await get('audit-office', AUDIT, { Accept: 'text/csv' })
      await page('grao', REGISTRY('civil-registry'))
      const [asked, entries] = [await readings(), await readEntries()]
      assert.equal(asked.length, before.length + 4)
      assert.equal(entries.length, asked.length)
      const told = asked.map(({ party, what, question, salt }, place) => {
        const entry = JSON.parse(entries[place]!.bytes.toString()) as Record<string, string>
        assert.deepEqual([entry['by'], entry['what'], entry['event']], [party, what, 'read'])
        assert.match(entry['certificate']!, /^[0-9a-f]{64}$/)
        assert.equal(entry['questionCommit'], commit(salt, Buffer.from(question)).toString('base64url'))
        return [party, entry['role'], what]
      })
      assert.deepEqual(told.slice(-4), [
        ['audit-office', 'auditor', 'exchanges'],
        ['audit-office', 'auditor', 'exchange'],
        ['audit-office', 'auditor', 'exchanges'],
        ['grao', 'provider', 'registry-exchanges'],
      ])
    })
  })

  describe('for the owner of a registry', () => {
    it('are those in which it was asked, with the outcomes of its own calls alone', async () => {
      const { exchanges } = await page('iama', REGISTRY('maritime-registry'))
      assert.deepEqual(
        exchanges.map(({ exchangeId }) => exchangeId),
        [sent[2]!.id],
      )
      const civil = await page('grao', REGISTRY('civil-registry'))
      assert.deepEqual(idsIn(civil), idsOf('troyan', 'lovech'))
      for (const one of civil.exchanges) {
        assert.deepEqual(Object.keys(one.outcomes), ['found'])
        assert.ok(!('status' in one) && !('state' in one) && !('closedAt' in one))
      }
    })
  })

  describe('one by one for the owner of a registry', () => {
    const one = (registry: string, id: string, more = ''): string => `/v1/registries/${registry}/exchanges/${id}${more}`

    it('is what its own calls came to, its own agreement, and nothing of others or of the whole', async () => {
      const before = await readings()
      for (const { id, party } of sent) {
        const answered = await get('grao', one('civil-registry', id))
        assert.equal(answered.status, 200, answered.body.toString())
        const record = JSON.parse(answered.body.toString()) as RegistryExchangeRecord
        assert.deepEqual([record.exchangeId, record.consumer], [id, party])
        assert.ok(record.calls.length > 0)
        for (const { registry, attempts } of record.calls) {
          assert.equal(registry, 'civil-registry')
          assert.ok(attempts.length > 0)
        }
        for (const { registry } of record.decision?.agreements ?? []) assert.equal(registry, 'civil-registry')
        const names = record.calls.map((each) => each.call.split('.')[0]!)
        assert.deepEqual(
          Object.keys(record.decision?.disclosure ?? {}).filter((name) => !names.includes(name)),
          [],
        )
        const text = answered.body.toString()
        for (const hidden of [
          'vehicle-register',
          'maritime',
          'status',
          'closedAt',
          'keptUntil',
          'entries',
          ...PERSONAL,
        ])
          assert.ok(!text.includes(hidden), hidden)
      }
      const told = (await readings()).slice(before.length)
      assert.deepEqual(
        told.map(({ party, what }) => [party, what]),
        sent.map(() => ['grao', 'registry-exchange']),
      )
      assert.deepEqual(JSON.parse(told[0]!.question), { id: sent[0]!.id, slice: 'civil-registry' })
    })

    const REFUSED: readonly (readonly [string, string | undefined, () => string, string])[] = [
      [
        'from whoever has no certificate',
        undefined,
        () => one('civil-registry', sent[0]!.id),
        'access.unauthenticated',
      ],
      ['from the consumer itself', 'troyan', () => one('civil-registry', sent[1]!.id), 'access.not-owner'],
      ['from the owner of another registry', 'mvr', () => one('civil-registry', sent[0]!.id), 'access.not-owner'],
      [
        'from an auditor, who has another way',
        'audit-office',
        () => one('civil-registry', sent[0]!.id),
        'access.not-owner',
      ],
      ['of a registry that there is not', 'grao', () => one('no-registry', sent[0]!.id), 'access.not-owner'],
      ['where the registry was not asked', 'iama', () => one('maritime-registry', sent[1]!.id), 'exchange.unknown'],
      ['where it was planned and left out', 'gf', () => one('guarantee-fund', sent[1]!.id), 'exchange.unknown'],
      ['of another consumer', 'grao', () => one('civil-registry', sent[1]!.id, '?consumer=lovech'), 'exchange.unknown'],
    ]
    for (const [title, party, path, code] of REFUSED)
      it(`stays hidden ${title}`, async () => {
        assert.equal((await get(party, path())).code, code)
      })
  })

  describe('and a party’s own', () => {
    it('are found by the same filters, and reading them is no entry', async () => {
      const before = (await readings()).length
      assert.deepEqual(idsIn(await page('lovech', '/v1/exchanges')), idsOf('lovech'))
      assert.deepEqual(idsIn(await page('troyan', '/v1/exchanges?registry=maritime-registry')), [sent[2]!.id])
      assert.deepEqual(idsIn(await page('troyan', '/v1/exchanges?legalBasis=zavp-24a&outcome=failed')), [sent[1]!.id])
      const own = await markOf('troyan', 'troyan')
      const { official } = JSON.parse(own.body.toString()) as { official: string }
      assert.equal((await page('troyan', `/v1/exchanges?official=${official}`)).exchanges.length, 3)
      const csv = await get('lovech', '/v1/exchanges', { Accept: 'text/csv' })
      assert.equal(csv.body.toString().trimEnd().split('\r\n').length, 3)
      assert.equal((await readings()).length, before + 1, 'the mark alone')
    })
  })

  describe('stay hidden', () => {
    type Vector = readonly [title: string, party: string | undefined, path: () => string, code: string]
    const ofTroyan = (): Sent => sent.find(({ party }) => party === 'troyan')!
    const NOT_AUDITOR = 'access.not-auditor'
    const REFUSED: readonly Vector[] = [
      ['from whoever has no certificate', undefined, () => AUDIT, 'access.unauthenticated'],
      [
        'one from whoever has no certificate',
        undefined,
        () => `/v1/audit/exchanges/${ofTroyan().id}`,
        'access.unauthenticated',
      ],
      ['from a consumer', 'troyan', () => AUDIT, NOT_AUDITOR],
      ['from a consumer that asks for its own alone', 'troyan', () => `${AUDIT}&consumer=troyan`, NOT_AUDITOR],
      ['from a consumer as a table', 'troyan', () => `${AUDIT}&format=csv`, NOT_AUDITOR],
      ['from a consumer as lines', 'troyan', () => `${AUDIT}&format=ndjson`, NOT_AUDITOR],
      ['from the owner of a registry', 'grao', () => `${AUDIT}&registry=civil-registry`, NOT_AUDITOR],
      ['from the operator', 'edno-operator', () => AUDIT, NOT_AUDITOR],
      ['one of its own from a consumer', 'troyan', () => `/v1/audit/exchanges/${ofTroyan().id}`, NOT_AUDITOR],
      ['one from the owner of a registry', 'grao', () => `/v1/audit/exchanges/${ofTroyan().id}`, NOT_AUDITOR],
      ['an auditor’s without a period', 'audit-office', () => '/v1/audit/exchanges', 'request.parameter'],
      [
        'an auditor’s with half a period',
        'audit-office',
        () => '/v1/audit/exchanges?from=2020-01-01T00:00:00Z',
        'request.parameter',
      ],
      [
        'behind a day that is none',
        'audit-office',
        () => '/v1/audit/exchanges?from=2020-02-30T00:00:00Z&to=2021-01-01T00:00:00Z',
        'request.parameter',
      ],
      ['behind an unknown filter', 'audit-office', () => `${AUDIT}&applicant=1`, 'request.parameter'],
      [
        'of a period that ends before it begins, by its offsets',
        'audit-office',
        () => '/v1/audit/exchanges?from=2026-01-01T01:00:00Z&to=2026-01-01T02:00:00%2B02:00',
        'request.parameter',
      ],
      ['behind a person’s number', 'audit-office', () => `${AUDIT}&case=8427029967`, 'request.parameter'],
      ['behind an official’s own name', 'audit-office', () => `${AUDIT}&official=clerk-1`, 'request.parameter'],
      [
        'behind a place that is no place',
        'audit-office',
        () => `${AUDIT}&after=troyan.${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`,
        'request.parameter',
      ],
      [
        'behind a filter given twice',
        'audit-office',
        () => `${AUDIT}&consumer=troyan&consumer=lovech`,
        'request.parameter',
      ],
      [
        'where there are none',
        'audit-office',
        () => '/v1/audit/exchanges/0193a6f0-0000-7000-8000-000000000001',
        'exchange.unknown',
      ],
      [
        'of another consumer under a true id',
        'audit-office',
        () => `/v1/audit/exchanges/${ofTroyan().id}?consumer=lovech`,
        'exchange.unknown',
      ],
      ['a registry’s from a consumer', 'troyan', () => REGISTRY('civil-registry'), 'access.not-owner'],
      ['a registry’s from the owner of another', 'mvr', () => REGISTRY('civil-registry'), 'access.not-owner'],
      [
        'a registry’s from an auditor, who has another way',
        'audit-office',
        () => REGISTRY('civil-registry'),
        'access.not-owner',
      ],
      ['a registry’s from the operator', 'edno-operator', () => REGISTRY('civil-registry'), 'access.not-owner'],
      ['those of a registry that there is not', 'grao', () => REGISTRY('no-registry'), 'access.not-owner'],
      ['a registry’s without a period', 'grao', () => '/v1/registries/civil-registry/exchanges', 'request.parameter'],
      [
        'what other registries said, from an owner',
        'grao',
        () => REGISTRY('civil-registry', '&registry=vehicle-register'),
        'request.parameter',
      ],
      [
        'how the whole ended, from an owner',
        'grao',
        () => REGISTRY('civil-registry', '&status=refused'),
        'request.parameter',
      ],
      [
        'behind a place of another slice, from an owner',
        'iama',
        () => REGISTRY('maritime-registry', `&after=lovech.${sent[0]!.id}`),
        'request.parameter',
      ],
      [
        'behind a place of another slice, from a consumer',
        'lovech',
        () => `/v1/exchanges?after=${ofTroyan().id}`,
        'request.parameter',
      ],
      [
        'behind an auditor’s place, from a consumer',
        'lovech',
        () => `/v1/exchanges?after=troyan.${ofTroyan().id}`,
        'request.parameter',
      ],
    ]
    for (const [title, party, path, code] of REFUSED)
      it(`${title}: ${code}`, async () => {
        const before = (await readings()).length
        const answered = await get(party, path())
        assert.equal(answered.code, code, answered.body.toString())
        for (const { id } of sent)
          assert.ok(!answered.body.toString().replace(path(), '').includes(id) || path().includes(id))
        const isTold = code === 'exchange.unknown'
        assert.equal((await readings()).length, before + (isTold ? 1 : 0), 'a refusal is no reading')
      })

    type Empty = readonly [title: string, party: string, path: () => Promise<string> | string]
    const FOUND_NOTHING: readonly Empty[] = [
      ['by the name of another consumer', 'lovech', () => '/v1/exchanges?consumer=troyan'],
      ['by a true id', 'lovech', () => `/v1/exchanges?id=${ofTroyan().id}`],
      ['by the case of another consumer', 'lovech', () => `/v1/exchanges?case=${encodeURIComponent('ТР-ДЕМО-ДАНЪК')}`],
      ['by a registry that one’s own did not ask', 'lovech', () => '/v1/exchanges?registry=maritime-registry'],
      [
        'by the mark of another’s official',
        'lovech',
        async () => {
          const { official } = JSON.parse((await markOf('troyan', 'troyan')).body.toString()) as { official: string }
          return `/v1/exchanges?official=${official}`
        },
      ],
      [
        'by an id in which the registry was not asked',
        'iama',
        () => REGISTRY('maritime-registry', `&id=${sent[0]!.id}`),
      ],
      ['by an outcome of another registry', 'grao', () => REGISTRY('civil-registry', '&outcome=failed')],
      [
        'by a case in which the registry was not asked',
        'iama',
        () => REGISTRY('maritime-registry', `&case=${encodeURIComponent('ТР-ДЕМО-2069')}`),
      ],
      [
        'by a service in which the registry was not asked',
        'iama',
        () => REGISTRY('maritime-registry', '&service=taxi-permit@1'),
      ],
      ['by a call that never reached the registry', 'gf', () => REGISTRY('guarantee-fund', `&id=${sent[1]!.id}`)],
    ]
    for (const [title, party, path] of FOUND_NOTHING)
      it(`from who looks for them ${title}`, async () => {
        assert.deepEqual(await page(party, await path()), { exchanges: [], total: { count: 0, exact: true } })
      })

    it('behind the officials of another consumer', async () => {
      assert.equal((await markOf('lovech', 'troyan')).code, NOT_AUDITOR)
      assert.equal((await markOf('grao', 'troyan')).code, NOT_AUDITOR)
    })
  })
})
