import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { applicationOf, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import type { Scenario } from '../../src/cli/demo/scenarios.ts'
import { printPlan } from '../../src/cli/dry-run.ts'
import { output } from '../../src/cli/output.ts'
import { ednoClient } from '../../src/client/send.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { disclose } from '../../src/exchange/disclose.ts'
import { readAnswer } from '../../src/message/read-answer.ts'
import type { Json, JsonObject } from '../../src/model/json.ts'
import type { CallOutcome } from '../../src/model/outcome.ts'
import type { PlannedCallView, PlanView } from '../../src/model/plan-view.ts'
import { compileSchema } from '../../src/schema/compile-schema.ts'
import { openStore } from '../../src/store/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'

const root = findRoot()
const scenarios = scenariosOf(loadConfig({ root, environment: {} }))

describe('a dry run', function () {
  this.timeout(180_000)
  let edno: TestApp
  let databaseUrl: string
  const told: CallOutcome[] = []
  let planned = 0
  before(async () => {
    databaseUrl = await testDatabaseUrl()
    const observer = {
      outcome: (_: unknown, outcome: CallOutcome) => void told.push(outcome),
      planned: () => {
        planned += 1
      },
    }
    edno = await testApp({ databaseUrl, observer })
  })
  after(() => edno.close())

  const signed = (scenario: Scenario, change: { case?: string; exchangeId?: string } = {}) => {
    const application = { ...applicationOf(scenario, [], new Date()), ...change } as ReturnType<typeof applicationOf>
    const bytes = signedBytes(application, keysOf(edno, scenario.party).seal, scenario.tamper)
    return { bytes, exchangeId: application.exchangeId }
  }
  const post = (path: string, scenario: Scenario, body: Uint8Array): Promise<Answered> =>
    call(edno, { path, body, tls: keysOf(edno, scenario.party).tls })
  const asked = (): ReadonlyMap<string, number> => new Map(edno.app.simulator!.calls)
  const viewOf = (answered: Answered): PlanView => {
    assert.equal(answered.status, 200, answered.body.toString())
    return JSON.parse(answered.body.toString()) as PlanView
  }
  const taxi = (): Scenario => scenarios.find(({ name }) => name === 'taxi')!

  it('is compared below for every service of the catalogue that composes an answer', () => {
    const compared = scenarios
      .filter(({ expect }) => expect.kind === 'answer')
      .map(({ service }) => `${service.id}@${service.version}`)
    const services = [...edno.app.rules.catalogue.services]
    const composed = services.filter(([, { definition }]) => definition.single !== true).map(([ref]) => ref)
    assert.deepEqual([...new Set(compared)].toSorted(), composed.toSorted())
  })

  for (const scenario of scenarios.filter(({ expect }) => expect.kind === 'answer'))
    it(`tells what is then really asked and comes back: ${scenario.name}`, async () => {
      const { bytes } = signed(scenario)
      const before = asked()
      const view = viewOf(await post('/v1/plans', scenario, bytes))
      assert.deepEqual(asked(), before, 'the dry run asked a registry')
      told.length = 0
      const answer = await post('/v1/exchanges', scenario, bytes)
      const { parts, checks, status } = readAnswer(answer.body)
      compareQuestions(view, before)
      for (const part of parts) {
        const of = view.calls.find(({ name }) => name === part.call.split('.')[0])!
        const found = told.find((outcome) => outcome.call === part.call)?.evidence
        const expected = status === 'refused' || found === undefined ? undefined : disclose(found, of.fields)
        assert.deepEqual(part.evidence, expected && texts(expected), part.call)
        for (const path of leaves(found ?? null))
          assert.ok(covers([...of.fields, ...of.withheld], path), `${part.call}: ${path} was asked for, but not told`)
      }
      assert.deepEqual(
        view.checks.map(({ id }) => id),
        checks.map(({ id }) => id),
      )
      assert.deepEqual(
        compileSchema(JSON.parse(readFileSync(join(root, 'schemas', 'plan-view.v1.schema.json'), 'utf8')) as object)(
          view,
        ),
        [],
      )
    })

  /** What was really asked since `before`, against what the plan foresaw. */
  function compareQuestions(view: PlanView, before: ReadonlyMap<string, number>): void {
    const questions = new Map(view.calls.map((of) => [of.name, questionsOf(of)]))
    for (const { operation } of view.calls) {
      const calls = view.calls.filter((of) => of.operation === operation)
      const foreseen = calls.reduce((sum, of) => sum + (questions.get(of.name) ?? 0), 0)
      const really = (asked().get(operation) ?? 0) - (before.get(operation) ?? 0)
      // What fails is asked again as often as dispatch likes; what is in order is asked once.
      const failing = told.some((of) => of.operation === operation && of.outcome === 'failed')
      if (failing) assert.ok(really >= foreseen, `${operation}: ${really} questions for ${foreseen} foreseen`)
      else assert.equal(really, foreseen, operation)
    }
    const foreseenOperations = view.registries.flatMap(({ operations }) => operations)
    for (const [operation, count] of asked())
      if (count > (before.get(operation) ?? 0)) assert.ok(foreseenOperations.includes(operation as never), operation)
  }

  /** What the plan says, with what hangs on other calls taken from what these really found. */
  function questionsOf({ name, questions, needs, forEach }: PlannedCallView): number {
    if (questions !== null) return questions
    const found = needs.map((need) => told.find((outcome) => outcome.call === need)?.evidence)
    if (found.includes(undefined)) return 0
    if (forEach === undefined) return 1
    const list = forEach
      .split('.')
      .slice(2)
      .reduce<unknown>((value, member) => (value as JsonObject)[member], found[0])
    assert.ok(Array.isArray(list), `${name}: ${forEach}`)
    return list.length
  }

  for (const scenario of scenarios.filter(({ expect }) => expect.kind === 'refusal'))
    it(`is refused as the exchange would be: ${scenario.name}`, async () => {
      const { bytes } = signed(scenario)
      const dry = await post('/v1/plans', scenario, bytes)
      const real = await post('/v1/exchanges', scenario, bytes)
      assert.equal(dry.code, scenario.expect.kind === 'refusal' && scenario.expect.code)
      const words = ({ body }: Answered) => ({ ...(JSON.parse(body.toString()) as object), instance: '' })
      assert.deepEqual(words(dry), words(real))
      assert.equal(dry.status, real.status)
    })

  it('leaves no trace: no row, no entry, no id used up, and nobody told', async () => {
    const store = await openStore({
      databaseUrl,
      dataDirectory: edno.config.dataDirectory,
      payloadKeyFile: edno.app.keys.files.payloadKeyFile,
    })
    try {
      const rows = async () => {
        const counts = sql<object>`select (select count(*) from exchange) as exchanges,
          (select count(*) from log_entry) as entries, (select count(*) from payload) as payloads`
        return (await counts.execute(store.db)).rows[0]
      }
      const refused = scenarios.find(({ name }) => name === 'wrong-basis')!
      const { bytes, exchangeId } = signed(taxi())
      const [before, plannedBefore] = [await rows(), planned]
      viewOf(await post('/v1/plans', taxi(), bytes))
      viewOf(await post('/v1/plans', taxi(), bytes))
      assert.equal((await post('/v1/plans', refused, signed(refused).bytes)).code, 'access.legal-basis')
      assert.deepEqual(await rows(), before)
      assert.equal(planned, plannedBefore)
      const path = `/v1/exchanges/${exchangeId}`
      const { code } = await call(edno, { method: 'GET', path, tls: keysOf(edno, 'troyan').tls })
      assert.equal(code, 'exchange.unknown')
      assert.equal((await post('/v1/exchanges', taxi(), signed(taxi(), { exchangeId }).bytes)).status, 200)
    } finally {
      await store.close()
    }
  })

  it('says of bytes that were an exchange that they are repeated, and refuses other bytes under a used id', async () => {
    const { bytes, exchangeId } = signed(taxi())
    assert.equal(viewOf(await post('/v1/plans', taxi(), bytes)).repeated, false)
    assert.equal((await post('/v1/exchanges', taxi(), bytes)).status, 200)
    const before = asked()
    assert.equal(viewOf(await post('/v1/plans', taxi(), bytes)).repeated, true)
    const other = signed(taxi(), { case: 'ТР-ДРУГА', exchangeId })
    assert.equal((await post('/v1/plans', taxi(), other.bytes)).code, 'request.replayed')
    assert.deepEqual(asked(), before)
  })

  it('says that a grant of checks lets no field out, and which fields edno reads for them', async () => {
    const scenario = scenarios.find(({ name }) => name === 'checks-only')!
    const { calls } = viewOf(await post('/v1/plans', scenario, signed(scenario).bytes))
    assert.ok(calls.every(({ fields }) => fields.length === 0))
    assert.deepEqual(calls.find(({ name }) => name === 'vehicle')?.withheld, ['owner.kind', 'owner.uic', 'vin'])
  })

  it('holds nothing of the application but its id', async () => {
    const body = (await post('/v1/plans', taxi(), signed(taxi()).bytes)).body.toString()
    for (const personal of ['8427029967', '999999995', 'ОВ0000', 'Примеров', 'Измислица'])
      assert.ok(!body.includes(personal), `the plan holds ${personal}`)
  })

  it('is printed by the command line, in both languages', async () => {
    const client = ednoClient({ url: edno.app.url, ca: keysOf(edno, 'troyan').ca, ...keysOf(edno, 'troyan').tls })
    const reply = await client.plan(signed(taxi()).bytes)
    client.close()
    assert.equal(reply.kind, 'plan')
    for (const [language, word] of [
      ['en', 'No registry was asked'],
      ['bg', 'Никой регистър не е питан'],
    ] as const) {
      const lines: string[] = []
      printPlan(reply.plan, { ...output(language), line: (text = '') => void lines.push(text) })
      const text = lines.join('\n')
      for (const expected of ['civil-registry/valid-person@1', 'zavp-24a', 'names', word])
        assert.ok(text.includes(expected), expected)
    }
  })

  it('is described by the contract as it is served', async () => {
    const contract = JSON.parse((await call(edno, { method: 'GET', path: '/openapi.json' })).body.toString()) as {
      components: { schemas: Record<string, { title?: string }> }
    }
    assert.equal(contract.components.schemas['PlanView']?.title, 'What a dry run tells')
    assert.ok(!JSON.stringify(contract).includes('plan-view.v1.schema.json'))
  })
})

/** Evidence as XML says it: every value a text, a list of one no list. */
function texts(value: Json): Json {
  if (Array.isArray(value))
    return value.length === 1 ? texts((value as readonly Json[])[0]!) : (value as readonly Json[]).map(texts)
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, texts(inner)]))
}

function leaves(value: Json, path = ''): string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => leaves(item, path))
  if (typeof value !== 'object' || value === null) return path === '' ? [] : [path]
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`))
}

const covers = (paths: readonly string[], leaf: string): boolean =>
  paths.some((path) => leaf === path || leaf.startsWith(`${path}.`))
