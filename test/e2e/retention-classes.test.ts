import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testDatabaseUrl } from '../support/database.ts'
import { Estate, type Serving, type Signed } from '../support/estate.ts'
import { edno, type Ended } from '../support/processes.ts'
import { type AnyEntry, readableIn } from '../support/readable.ts'

const TEN_YEARS_IN_HOURS = 87_600
const HOUR_MS = 3_600_000

interface Ran {
  readonly before: { readonly exchanges: number }
  readonly after: object
  readonly classes: object
  readonly keys: readonly string[]
}

describe('retention classes', function () {
  this.timeout(180_000)
  let estate: Estate
  let serving: Serving
  let misspelt: Ended
  let standard: Signed
  let long: Signed

  before(async () => {
    const classes = { long: { answerHours: TEN_YEARS_IN_HOURS } }
    // Evidence is written by the worker, all else by who accepts.
    const settings = { retention: { classes }, dispatch: { inProcess: [] } }
    estate = await Estate.make({ settings, databaseUrl: await testDatabaseUrl() })
    const file = join(estate.folder, 'services', 'vehicle-tax.yaml')
    const shipped = readFileSync(file)
    appendFileSync(file, '\nretention: lang\n')
    misspelt = await operator('config', 'check')
    writeFileSync(file, `${shipped.toString()}\nretention: long\n`)
    serving = await estate.serve()
    await estate.begin({}, ['worker']).said('edno works for')
    standard = await exchange('taxi')
    long = await exchange('vehicle-tax')
  })
  after(() => estate.close())

  const operator = (...args: string[]): Promise<Ended> => edno(args, estate.variables)
  const exchange = async (scenario: string): Promise<Signed> => {
    const signed = estate.sign(scenario)
    const reply = await estate.client(serving.url).send(signed.bytes)
    assert.equal(reply.kind, 'answer')
    return signed
  }
  const hoursOf = async ({ exchangeId }: Signed): Promise<readonly (string | number)[]> => {
    const rows = await estate.ask<{ class: string; ms: number }>(
      `select retention_class as class, extract(epoch from expires_at - closed_at)::float8 * 1000 as ms
       from exchange where exchange_id = $1`,
      [exchangeId],
    )
    return rows.flatMap((row) => [row.class, row.ms / HOUR_MS])
  }
  const runs = async (): Promise<(AnyEntry & { readonly retentionClass?: string })[]> => {
    const rows = await estate.ask<{ bytes: Buffer }>(
      "select bytes from log_entry where event = 'retention' order by id",
    )
    return rows.map(({ bytes }) => JSON.parse(bytes.toString()) as AnyEntry)
  }

  it('that the configuration does not name are refused with file and line of the service', () => {
    assert.equal(misspelt.status, 1)
    assert.match(
      misspelt.stdout + misspelt.stderr,
      /services\/vehicle-tax\.yaml:\d+: retention: unknown retention class "lang"; known: standard, long/,
    )
  })

  it('are carried by the exchange, all its payloads and the key of its month, and say how long it is kept', async () => {
    const rows = await estate.ask<{
      id: string
      class: string
      key: string
      ms: number
      payloads: string[]
      evidence: number
    }>(
      `select exchange_id as id, exchange.retention_class as class, exchange.key_id as key,
         extract(epoch from expires_at - closed_at)::float8 * 1000 as ms,
         array_agg(distinct payload.retention_class) as payloads,
         count(*) filter (where payload.kind like 'evidence%')::integer as evidence
       from exchange join payload on payload.exchange = exchange.id group by exchange.id order by exchange.id`,
    )
    assert.ok(rows.every(({ evidence }) => evidence > 0))
    assert.deepEqual(
      rows.map((row) => [row.id, row.class, row.key.split('/')[0], row.ms / HOUR_MS, row.payloads]),
      [
        [standard.exchangeId, 'standard', 'standard', 72, ['standard']],
        [long.exchangeId, 'long', 'long', TEN_YEARS_IN_HOURS, ['long']],
      ],
    )
  })

  it('are deleted each when it is due, with its keys, while what is kept longer stays readable', async () => {
    assert.deepEqual([...(await readableIn(estate))].sort(), [standard.exchangeId, long.exchangeId].sort())
    await estate.ask("update exchange set expires_at = expires_at - interval '73 hours'")
    await estate.ask("update month_key set month = '2020-01'")
    const foreseen = await operator('retention', 'run', '--dry-run', '--json')
    const due = JSON.parse(foreseen.stdout) as { before: object; classes: object }
    assert.deepEqual(due.classes, { standard: due.before })
    const ran = await operator('retention', 'run', '--json')
    assert.equal(ran.status, 0, ran.stderr)
    const { before, after, classes, keys } = JSON.parse(ran.stdout) as Ran
    assert.equal(before.exchanges, 1)
    assert.deepEqual(classes, { standard: { before, after } })
    assert.deepEqual([keys.length, keys[0]?.split('/')[0]], [1, 'standard'])
    const months = await estate.ask<{ class: string; gone: boolean }>(
      'select retention_class as class, wrapped is null as gone from month_key order by 1',
    )
    assert.deepEqual(months, [
      { class: 'long', gone: false },
      { class: 'standard', gone: true },
    ])
    assert.deepEqual([...(await readableIn(estate))], [long.exchangeId])
    const again = await estate.client(serving.url).send(long.bytes)
    assert.equal(again.kind, 'answer')
    const refused = await estate.client(serving.url).send(standard.bytes)
    assert.ok(refused.kind === 'problem' && refused.problem.code === 'exchange.expired')
  })

  it('are counted apart, each in an entry of its own', async () => {
    const [counted] = await runs()
    assert.deepEqual(
      [counted?.retentionClass, counted?.before?.['exchanges'], counted?.after?.['keys']],
      [...['standard', 1, 0]],
    )
    await estate.ask('update exchange set expires_at = now()')
    const late = await exchange('taxi')
    await estate.ask('update exchange set expires_at = now() where exchange_id = $1', [late.exchangeId])
    const ran = await operator('retention', 'run', '--lang', 'en')
    assert.equal(ran.status, 0, ran.stderr)
    assert.match(
      ran.stdout,
      /Deleted: exchanges 2,.*\n {2}of the class long: exchanges 1,.*\n {2}of the class standard: exchanges 1,/,
    )
    const both = (await runs()).filter(({ before }) => before !== undefined).slice(1)
    assert.deepEqual(
      both.map((entry) => [entry.retentionClass, entry.before?.['exchanges'], entry.after?.['keys']]).sort(),
      [
        ['long', 1, 0],
        ['standard', 1, 0],
      ],
    )
    assert.deepEqual([...(await readableIn(estate))], [])
  })

  it('come and change while edno runs: before one is there, a service that names it is refused with file and line', async () => {
    const service = join(estate.folder, 'services', 'taxi-permit.yaml')
    writeFileSync(service, `${readFileSync(service, 'utf8')}\nretention: archive\n`)
    serving.kill('SIGHUP')
    await serving.said('unknown retention class \\"archive\\"; known: standard, long')
    assert.match(
      serving.stdout() + serving.stderr(),
      /services\/taxi-permit\.yaml","line":\d+,"mistake":"retention: unknown/,
    )
    assert.deepEqual(await hoursOf(await exchange('taxi')), ['standard', 72], 'the old rules stay')
    const file = join(estate.folder, 'config.json')
    const settings = JSON.parse(readFileSync(file, 'utf8')) as { retention: { classes: Record<string, object> } }
    settings.retention.classes['archive'] = { answerHours: 100 }
    writeFileSync(file, JSON.stringify(settings))
    serving.kill('SIGHUP')
    await serving.said('service taxi-permit@1 changed: retention')
    assert.deepEqual(await hoursOf(await exchange('taxi')), ['archive', 100])
  })

  it('say to consumers how long an answer is kept', async () => {
    const kept = async (service: string, grantee: string) => {
      const explained = await operator('explain', '--service', service, '--consumer', grantee, '--json')
      return (JSON.parse(explained.stdout) as { answerKeptHours: number }).answerKeptHours
    }
    assert.deepEqual(
      [await kept('vehicle-tax@1', 'troyan'), await kept('taxi-permit@1', 'troyan')],
      [TEN_YEARS_IN_HOURS, 100],
    )
    const told = await operator(...['submit', '--dry-run', '--json', '--url', serving.url, '--scenario', 'vehicle-tax'])
    assert.equal(told.status, 0, told.stderr)
    assert.equal((JSON.parse(told.stdout) as { answerKeptHours: number }).answerKeptHours, TEN_YEARS_IN_HOURS)
  })

  it('leave the log whole: an export of it verifies', async () => {
    serving.kill('SIGTERM')
    await serving.ended
    serving = await estate.serve()
    const copy = join(estate.folder, 'copy')
    const exported = await operator('log', 'export', copy)
    assert.equal(exported.status, 0, exported.stderr)
    const verified = await operator('log', 'verify', copy, '--vkey', join(estate.folder, 'log.vkey'))
    assert.equal(verified.status, 0, verified.stdout)
  })
})
