import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { accessClient, type AccessClient } from '../../src/client/access.ts'
import { actOn, agreementsFor, type Wish } from '../../src/client/compose-agreements.ts'
import { readAnswer } from '../../src/message/read-answer.ts'
import type { AgreementDigest } from '../../src/model/agreement.ts'
import type { DecisionRecord } from '../../src/model/decision.ts'
import { partyId } from '../../src/model/ids.ts'
import { nextSofiaDay } from '../../src/model/sofia-day.ts'
import { spkiSha256 } from '../../src/pki/spki.ts'
import { compileSchema } from '../../src/schema/compile-schema.ts'
import { canonicalJson, sha256Hex } from '../../src/schema/canonical-json.ts'
import { signAct } from '../../src/signature/sign-act.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { awayFromMidnight } from '../support/away-from-midnight.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { edno as runEdno, type Ended } from '../support/processes.ts'

const TROYAN = partyId('troyan')

/** Real HTTPS, a real PostgreSQL, simulated registries. */
describe('the questions of a day', function () {
  this.timeout(180_000)
  let edno: TestApp
  let databaseUrl: string
  let dataDirectory: string
  let troyan: AccessClient
  before(async () => {
    await awayFromMidnight()
    databaseUrl = await testDatabaseUrl()
    dataDirectory = await mkdtemp(join(tmpdir(), 'edno-quotas-'))
    edno = await testApp({ databaseUrl, dataDirectory })
    troyan = client('troyan')
  })
  after(async () => {
    troyan.close()
    await edno.close()
    await rm(dataDirectory, { recursive: true })
  })

  const client = (party: string): AccessClient => {
    const keys = keysOf(edno, party)
    return accessClient({ url: edno.app.url, ca: keys.ca, ...keys.tls })
  }
  const signed = (party: string, act: ReturnType<typeof actOn>): string => {
    const { seal } = keysOf(edno, party)
    return signAct(act, { keyPem: seal.key, certificatePem: seal.certificate })
  }
  const keyOf = (party: string): string => spkiSha256(createPublicKey(keysOf(edno, party).seal.certificate))
  /** Троян asks for one registry of a service, and its owner agrees. */
  const agree = async (service: string, registry: string, more: Partial<Wish>): Promise<AgreementDigest> => {
    const today = new Date().toISOString().slice(0, 4)
    const wish: Wish = {
      consumer: { party: TROYAN, keys: [keyOf('troyan')] },
      purpose: 'A test',
      validity: { from: `${Number(today) - 1}-01-01`, until: `${Number(today) + 1}-12-31` },
      registries: [registry],
      ...more,
    }
    const offer = (await troyan.services()).find(({ id }) => id === service)
    const [content] = agreementsFor(wish, offer!, await troyan.registries(), new Date())
    assert.ok(content)
    const agreement = { digest: sha256Hex(canonicalJson(content)) as AgreementDigest, content }
    const accept = signed('troyan', actOn(agreement, { act: 'accept', by: TROYAN }, new Date()))
    await troyan.propose([{ content, accept }])
    const owner = client(content.provider)
    const act = actOn(agreement, { act: 'accept', by: content.provider }, new Date())
    const [result] = await owner.act([signed(content.provider, act)])
    owner.close()
    assert.ok(result !== undefined && 'agreement' in result, JSON.stringify(result))
    return agreement.digest
  }
  const sign = (scenario: string): Buffer => {
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), scenario), [], new Date())
    return Buffer.from(signedBytes(application, keysOf(edno, 'troyan').seal, false))
  }
  const send = (body: Buffer): Promise<Answered> => call(edno, { body, tls: keysOf(edno, 'troyan').tls })
  /** As docs/problems.md says: the same application again, later. */
  const sendUntilAnswered = async (body: Buffer): Promise<Answered> => {
    for (;;) {
      const answered = await send(body)
      if (answered.status !== 503) return answered
      await pause(500)
    }
  }
  /** Who looked while there was room, and came too late to ask, has an answer that says so. */
  const vesselsOf = (answer: Buffer): string => {
    const part = readAnswer(answer).parts.find(({ call: name }) => name === 'vessels')
    return part?.problem ?? String(part?.outcome)
  }
  const questions = (operation: string): number => edno.app.simulator!.calls.get(operation) ?? 0
  const VESSELS = 'maritime-registry/vessels-by-owner@1'
  const command = (verb: string, more: readonly string[] = [], settings?: string): Promise<Ended> =>
    runEdno(['access', verb, ...more], {
      EDNO_DATA_DIR: dataDirectory,
      DATABASE_URL: databaseUrl,
      ...(settings === undefined ? {} : { EDNO_CONFIG: settings }),
    })

  it('are counted down in the headers of three answers, and the fourth application is told to come again tomorrow', async () => {
    const digest = await agree('vehicle-tax', 'maritime-registry', { perDay: 3 })
    const before = questions(VESSELS)
    const first = sign('vehicle-tax')
    for (const [index, body] of [first, sign('vehicle-tax'), sign('vehicle-tax')].entries()) {
      const { status, headers } = await send(body)
      assert.equal(status, 200)
      assert.equal(headers['ratelimit-policy'], '"maritime-registry";q=3;w=86400')
      assert.match(String(headers['ratelimit']), new RegExp(`^"maritime-registry";r=${2 - index};t=\\d+$`))
    }
    const refused = await send(sign('vehicle-tax'))
    const untilMidnight = (nextSofiaDay(new Date()).getTime() - Date.now()) / 1000
    assert.deepEqual([refused.status, refused.code], [429, 'access.quota-exceeded'])
    assert.equal(refused.headers['ratelimit-policy'], '"maritime-registry";q=3;w=86400')
    assert.match(String(refused.headers['ratelimit']), /^"maritime-registry";r=0;t=\d+$/)
    assert.ok(Math.abs(Number(refused.headers['retry-after']) - untilMidnight) < 30, String(untilMidnight))
    assert.match(refused.body.toString(), /3 of 3 questions of today are used, 1 more are asked for/)
    assert.equal(questions(VESSELS) - before, 3)

    const again = await send(first)
    assert.deepEqual([again.status, again.headers['ratelimit']], [200, undefined])
    assert.equal(questions(VESSELS) - before, 3, 'a repeat asks nobody')
    const { quota } = await troyan.find(digest)
    assert.deepEqual([quota?.limit, quota?.used, quota?.left], [3, 3, 0])
    assert.equal(Date.parse(quota!.reset), nextSofiaDay(new Date()).getTime())
  })

  it('are never more than the limit, however many applications come at once', async () => {
    const digest = await agree('vehicle-tax', 'maritime-registry', { perDay: 10 })
    const before = questions(VESSELS)
    const applications = Array.from({ length: 20 }, () => sign('vehicle-tax'))
    const answers = await Promise.all(applications.map(sendUntilAnswered))
    const told = answers.map(({ code, body }) => code ?? vesselsOf(body))
    const asked = questions(VESSELS) - before
    // On a machine that is busy with other things a question may be given up before it reaches the registry; it was put.
    const givenUp = told.filter((each) => each.startsWith('provider.')).length
    assert.equal((await troyan.find(digest)).quota?.used, 10)
    assert.equal(told.filter((each) => each === 'found').length + givenUp, 10, told.join())
    assert.equal(told.filter((each) => each === 'access.quota-exceeded').length, 10, told.join())
    assert.ok(asked <= 10 && asked >= 10 - givenUp, `${asked} of 10, ${givenUp} given up`)
  })

  it('are put only about an open case, where an agreement says so', async () => {
    await agree('water-taxi-permit', 'maritime-registry', { openCase: true })
    const { case: number } = scenarioNamed(scenariosOf(edno.config), 'water-taxi')
    const path = `/v1/cases/${encodeURIComponent(number)}`
    const { tls } = keysOf(edno, 'troyan')
    assert.equal((await send(sign('water-taxi'))).code, 'access.case-not-open')
    await call(edno, { method: 'PUT', path, tls })
    assert.equal((await send(sign('water-taxi'))).status, 200)
    await call(edno, { method: 'DELETE', path, tls })
    assert.equal((await send(sign('water-taxi'))).code, 'access.case-not-open')
    assert.ok(!edno.logged.some((line) => line.includes(number)))
  })

  it('leave a record of every decision, without a person or a case', async () => {
    const { status, stdout, stderr } = await command('decisions')
    assert.equal(status, 0, stderr)
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DecisionRecord)
    const judge = compileSchema(pathToFileURL(join(edno.config.root, 'schemas', 'decision.v1.schema.json')))
    for (const record of records) assert.deepEqual(judge(record), [])
    const codes = records.map(({ result }) => (result.granted ? 'granted' : result.code))
    assert.deepEqual([codes.slice(0, 4)], [['granted', 'granted', 'granted', 'access.quota-exceeded']])
    assert.equal(codes.filter((code) => code === 'access.case-not-open').length, 2)
    assert.equal(records.length, 27)
    const application = scenarioNamed(scenariosOf(edno.config), 'taxi')
    for (const secret of [application.case, application.applicant.identifier, application.applicant.names])
      assert.ok(!stdout.includes(secret), secret)
    const [first] = records
    assert.equal(first?.question.signer.key, keyOf('troyan'))
    const [tomorrow] = new Date(Date.now() + 2 * 86_400_000).toISOString().split('T')
    assert.equal((await command('decisions', ['--from', tomorrow!])).stdout, '')
  })

  it('are decided again the same, and by other rules shown as different', async () => {
    const same = await command('replay')
    assert.deepEqual([same.status, same.stdout.trim()], [0, '27 decided, 27 the same'], same.stderr)
    const stricter = join(dataDirectory, 'stricter.json')
    await writeFile(stricter, JSON.stringify({ access: { grantsFrom: 'agreements' } }))
    const other = await command('replay', ['--json'], stricter)
    assert.equal(other.status, 1, other.stderr)
    const {
      decided,
      same: alike,
      differences,
    } = JSON.parse(other.stdout) as {
      decided: number
      same: number
      differences: { differences: string[] }[]
    }
    assert.deepEqual([decided, alike, differences.length], [27, 0, 27])
    assert.match(differences[0]?.differences[0] ?? '', /^granted by .*, now refused \(access.not-granted: .*\)$/)
  })

  it('are believed only where the exchange log names them', async () => {
    const database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
    try {
      await sql`insert into decision (at, record)
        select at, replace(record, '"consumer":"troyan"', '"consumer":"sofia"') from decision order by id limit 1`.execute(
        database,
      )
    } finally {
      await database.destroy()
    }
    const { status, stdout } = await command('replay')
    assert.equal(status, 1)
    assert.match(stdout, /^\S+ [0-9a-f]{64} not in the exchange log\n27 decided, 27 the same\n$/)
  })

  it('are not decided as if an act on an agreement that was deleted had never been', async () => {
    const database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
    try {
      await sql`alter table agreement_act disable trigger user`.execute(database)
      await sql`delete from agreement_act where sequence = (select max(sequence) from agreement_act)`.execute(database)
      await sql`alter table agreement_act enable trigger user`.execute(database)
    } finally {
      await database.destroy()
    }
    const { status, stdout } = await command('replay')
    assert.equal(status, 1)
    assert.match(
      stdout,
      /the exchange log names an act \(accept\) on the agreement [0-9a-f]{64}, of which there is no record/,
    )
    const told = JSON.parse((await command('replay', ['--json'])).stdout) as { noAct: { act: string; by: string }[] }
    assert.deepEqual(
      told.noAct.map(({ act, by }) => [act, by]),
      [['accept', 'iama']],
    )
  })
})
