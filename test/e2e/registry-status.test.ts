import assert from 'node:assert/strict'
import { keyOf } from '../../src/cli/access/caller.ts'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { accessClient } from '../../src/client/access.ts'
import { actOn, agreementsFor } from '../../src/client/compose-agreements.ts'
import type { AgreementView } from '../../src/model/agreement-view.ts'
import { partyId } from '../../src/model/ids.ts'
import type { RegistryStatus } from '../../src/model/registry-status.ts'
import { digestOf } from '../../src/policy/agreement/digest.ts'
import { signAct } from '../../src/signature/sign-act.ts'
import { openBreaker } from '../../src/store/breakers.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { markersIn } from '../support/markers.ts'
import { edno as command, type Ended } from '../support/processes.ts'

const INSURANCE = 'guarantee-fund'
const VEHICLES = 'vehicle-register'
const CIVIL = 'civil-registry'

type Listed = RegistryStatus & { readonly newest: readonly unknown[] }

describe('the day of a registry’s owner', function () {
  this.timeout(240_000)
  let databaseUrl = ''
  let edno: TestApp
  let database: ReturnType<typeof openDatabase>
  before(async () => {
    databaseUrl = await testDatabaseUrl()
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
    const before = await testApp({ databaseUrl })
    before.app.simulator!.setFault(INSURANCE, { kind: 'malformed' })
    await send(before, 'troyan')
    await send(before, 'troyan')
    await before.close()
    // Another process, later.
    const inAnHour = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()
    const plannedDowntime = [
      { from: inAnHour(5), to: inAnHour(6), reason: 'нова версия' },
      { from: inAnHour(-1), to: inAnHour(1), reason: 'смяна на дискове' },
      { from: inAnHour(-9), to: inAnHour(-8), reason: 'отминала' },
    ]
    edno = await testApp({
      databaseUrl,
      settings: { registryLimits: { 'maritime-registry': { plannedDowntime } } },
      partyMembers: { grao: `totals: { ${CIVIL}/valid-person@1: { perDay: 900 } }` },
    })
  })
  after(async () => {
    await database.destroy()
    await edno.close()
  })

  async function send(to: TestApp, party: string): Promise<void> {
    const application = applicationOf({ ...scenarioNamed(scenariosOf(to.config), 'taxi'), party }, [], new Date())
    const keys = keysOf(to, party)
    const { status } = await call(to, { body: signedBytes(application, keys.seal, false), tls: keys.tls })
    assert.ok(status === 200 || status === 502, String(status))
  }

  const get = (party: string | undefined, path: string): Promise<Answered> =>
    call(edno, { method: 'GET', path, tls: party === undefined ? undefined : keysOf(edno, party).tls })
  const statusOf = async (party: string, registry: string, query = ''): Promise<RegistryStatus> => {
    const { status, body } = await get(party, `/v1/registries/${registry}${query}`)
    assert.equal(status, 200, body.toString())
    assert.deepEqual(markersIn(body), [])
    return JSON.parse(body.toString()) as RegistryStatus
  }
  const cli = (...args: string[]): Promise<Ended> =>
    command([...args, '--url', edno.app.url, '--lang', 'en'], { EDNO_DATA_DIR: edno.config.dataDirectory })

  /** The vehicle tax asks the civil registry nothing; the taxi permit does. */
  async function proposeAs(consumer: string, perDay?: number): Promise<AgreementView> {
    const keys = keysOf(edno, consumer)
    const client = accessClient({ url: edno.app.url, ca: keys.ca, ...keys.tls })
    try {
      const [services, registries] = await Promise.all([client.services(), client.registries()])
      const wish = {
        consumer: { party: partyId(consumer), keys: [keyOf(keys.seal.certificate)] },
        ...{ purpose: 'Permits', validity: { from: '2026-01-01', until: '2099-12-31' }, registries: [CIVIL] },
        ...(perDay === undefined ? {} : { perDay }),
      }
      const [content] = agreementsFor(wish, services.find(({ id }) => id === 'taxi-permit')!, registries, new Date())
      assert.ok(content)
      const act = actOn({ digest: digestOf(content), content }, { act: 'accept', by: partyId(consumer) }, new Date())
      const accept = signAct(act, { keyPem: keys.seal.key, certificatePem: keys.seal.certificate })
      const [made] = await client.propose([{ content, accept }])
      return made!
    } finally {
      client.close()
    }
  }

  it('knows who asked how much, what failed, and where answers drifted, after a restart too', async () => {
    const status = await statusOf('gf', INSURANCE)
    assert.deepEqual([status.health, status.breaker], ['failing', { state: 'closed' }])
    assert.deepEqual([status.window.exchanges, status.window.whole], [2, true])
    assert.deepEqual(status.consumers, [{ consumer: 'troyan', questions: 2, answered: 0 }])
    assert.deepEqual(
      status.errors.map(({ code, count }) => `${code} ${count}`),
      ['provider.bad-answer 2'],
    )
    assert.deepEqual(
      status.drift.map(({ operation, path, count }) => `${operation} ${path} ${count}`),
      ['guarantee-fund/motor-insurance@1 /reference 2'],
    )
    const vehicles = await statusOf('mvr', VEHICLES)
    assert.deepEqual([vehicles.health, vehicles.drift, vehicles.errors], ['up', [], []])
    assert.ok(vehicles.latency.p50Ms! <= vehicles.latency.p95Ms!)
    const list = await get('gf', status.links.exchanges!)
    assert.equal((JSON.parse(list.body.toString()) as { exchanges: unknown[] }).exchanges.length, 2)
  })

  it('sees the breaker as all processes see it', async () => {
    await openBreaker(database, VEHICLES, 60_000)
    const { health, breaker } = await statusOf('mvr', VEHICLES)
    assert.deepEqual([health, breaker.state], ['down', 'open'])
  })

  it('sees planned downtime, now and next', async () => {
    const { health, plannedDowntime } = await statusOf('iama', 'maritime-registry')
    assert.equal(health, 'planned-downtime')
    assert.deepEqual(
      plannedDowntime.map(({ reason, now }) => [reason, now]),
      [
        ['смяна на дискове', true],
        ['нова версия', false],
      ],
    )
  })

  it('is open to the owner, auditors and operators, each with what else they may read', async () => {
    assert.match((await statusOf('audit-office', CIVIL)).links.exchanges!, /^\/v1\/audit\/exchanges\?registry=civil/)
    assert.equal((await statusOf('edno-operator', CIVIL)).links.exchanges, undefined)
    for (const party of ['troyan', 'iama', 'citizen-portal'])
      assert.equal((await get(party, `/v1/registries/${CIVIL}`)).code, 'access.not-owner', party)
    for (const party of ['grao', 'audit-office', 'edno-operator'])
      assert.equal((await get(party, '/v1/registries/no-such')).code, 'access.not-owner', party)
    assert.equal((await get(undefined, `/v1/registries/${CIVIL}`)).code, 'access.unauthenticated')
    for (const hours of ['0', '169', 'x'])
      assert.equal((await get('grao', `/v1/registries/${CIVIL}?hours=${hours}`)).code, 'request.parameter', hours)
  })

  it('tells others than its owner no counts of too few, neither here nor in agreements', async () => {
    for (const party of ['audit-office', 'edno-operator']) {
      const { window, latency, consumers, errors, smallest } = await statusOf(party, INSURANCE)
      assert.deepEqual(consumers, [{ consumer: 'troyan', suppressed: true }])
      assert.deepEqual([window.exchanges, latency, smallest], [undefined, {}, 5])
      assert.deepEqual(
        errors.map(({ code, count }) => `${code} ${count}`),
        ['provider.bad-answer 2'],
        'what fails is theirs to mend',
      )
      const { totals } = await statusOf(party, CIVIL)
      assert.deepEqual(
        totals.map(({ limit, used, left, suppressed }) => [limit, used, left, suppressed]),
        [[900, undefined, undefined, true]],
      )
    }
    assert.equal((await statusOf('gf', INSURANCE)).smallest, undefined)
    const page = await cli('registry', 'status', INSURANCE, '--party', 'edno-operator')
    assert.equal(page.status, 0, page.stderr)
    assert.match(page.stdout, /: <5\* exchanges with a question to it\n/)
    assert.match(page.stdout, /troyan +<5\* questions, <5\* answered\n[^]*\* fewer than 5 are told to the owner alone/)
  })

  it('decides on what waits with the commands that the page of the command prints', async () => {
    const [first, second] = [await proposeAs('vidin', 40), await proposeAs('lovech')]
    const { requests, totals } = await statusOf('grao', CIVIL)
    assert.deepEqual(
      requests.map(({ agreement, consumer, waitsFor }) => [agreement, consumer, waitsFor]),
      [
        [first.digest, 'vidin', ['provider']],
        [second.digest, 'lovech', ['provider']],
      ],
    )
    assert.deepEqual(
      totals.map(({ operation, limit }) => [operation, limit]),
      [[`${CIVIL}/valid-person@1`, 900]],
    )
    const operators = await cli('registry', 'status', CIVIL, '--party', 'edno-operator')
    assert.match(operators.stdout, / edno access approve \w+ --party grao\n/, 'an operator cannot approve')
    const page = await cli('registry', 'status', CIVIL, '--party', 'grao')
    assert.equal(page.status, 0, page.stderr)
    const printed = (verb: string): string[] =>
      page.stdout
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line.startsWith(`edno access ${verb} `))
    const [approve, refuse] = [printed('approve')[0]!, printed('refuse')[1]!]
    const words = (line: string): string[] => line.replaceAll('"', '').split(' ').slice(1)
    const approved = await cli(...words(approve), '--yes')
    assert.equal(approved.status, 0, approved.stdout + approved.stderr)
    const refused = await cli(...words(refuse))
    assert.equal(refused.status, 0, refused.stdout + refused.stderr)
    const now = await statusOf('grao', CIVIL)
    assert.deepEqual(now.requests, [])
    assert.deepEqual(
      now.quotas.map(({ agreement, consumer, limit, left }) => [agreement, consumer, limit, left]),
      [[first.digest, 'vidin', 40, 40]],
    )
  })

  it('is one page of sentences, or one object, and a refusal in the caller’s language', async () => {
    const page = await cli('registry', 'status', INSURANCE, '--party', 'gf', '--log', '1')
    assert.equal(page.status, 0, page.stderr)
    assert.match(page.stdout, /✗ guarantee-fund .*it fails/)
    assert.match(page.stdout, /provider\.bad-answer/)
    assert.match(page.stdout, /motor-insurance@1 {2}\/reference {2}2 times/)
    assert.match(
      page.stdout,
      /Newest exchanges\n.*troyan.*\n.*all of them: GET \/v1\/registries\/guarantee-fund\/exchanges/,
    )
    assert.deepEqual(markersIn(Buffer.from(page.stdout)), [])
    const downtime = await cli('registry', 'status', 'maritime-registry', '--party', 'iama')
    assert.match(downtime.stdout, /Then edno does not ask/)
    const refused = await cli('registry', 'status', CIVIL, '--party', 'troyan')
    assert.equal(refused.status, 1)
    assert.match(refused.stdout, /access\.not-owner/)
    assert.equal((await cli('registry', 'status', 'Not a name', '--party', 'grao')).status, 2)
    assert.equal((await cli('registry', 'status', CIVIL, '--party', 'grao', '--hours', '169')).status, 2)
    const help = await command(['registry', 'status', '--help'])
    assert.match(help.stdout, /Examples:\n {2}edno registry status civil-registry --party grao/)
  })

  it('names the newest exchanges as many as are asked for, which is an entry of the log, and with --log 0 none, which is not', async () => {
    const status = (...args: string[]): Promise<Ended> => cli('registry', 'status', INSURANCE, '--party', 'gf', ...args)
    const readings = async (): Promise<number> =>
      (await database.selectFrom('audit_read').select('id').execute()).length
    const before = await readings()
    const without = await status('--log', '0')
    assert.equal(without.status, 0, without.stderr)
    assert.doesNotMatch(without.stdout, /Newest exchanges|GET \/v1\/registries/)
    const { id, newest } = JSON.parse((await status('--log', '0', '--json')).stdout) as Listed
    assert.deepEqual([id, newest], [INSURANCE, []])
    assert.equal(await readings(), before)
    for (const [more, shown] of [
      [['--log', '1'], 1],
      [[], 2],
    ] as const) {
      const { newest: some } = JSON.parse((await status('--json', ...more)).stdout) as Listed
      assert.equal(some.length, shown, more.join(' '))
    }
    assert.equal(await readings(), before + 2)
    for (const number of ['101', '-1', '1.5', 'all', '']) {
      const { status: code, stdout, stderr } = await status('--log', number)
      assert.deepEqual([code, stdout], [2, ''], number)
      assert.match(stderr, /a whole number from 0 to 100/)
    }
  })
})
