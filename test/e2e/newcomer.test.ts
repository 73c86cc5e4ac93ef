import assert from 'node:assert/strict'
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { openFolder, testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'
import { edno, ROOT, type Started, startEdno, type Variables } from '../support/processes.ts'

const NAME = 'fishing-licences'
const REFUSED = 'an adapter is refused'

/** The way of docs/adapter-guide.md, with nothing but what `edno adapter new` writes: a register becomes a registry of edno. */
describe('a newcomer with a view of a database', function () {
  this.timeout(180_000)
  let folder: string
  let variables: Variables
  let serving: Started
  let register: string
  let client: pg.Client

  const place = (...names: string[]): string => join(folder, ...names)
  const adapter = (...names: string[]): string => place('registers', NAME, ...names)
  const said = (): string => serving.stdout() + serving.stderr()
  const saidTimes = (text: string): number => said().split(text).length - 1

  before(async () => {
    folder = await openFolder()
    register = await testDatabaseUrl('empty')
    for (const name of ['parties', 'grants', 'services'])
      cpSync(join(ROOT, 'config', name), place('config', name), { recursive: true })
    cpSync(join(ROOT, 'config', 'legal-bases.yaml'), place('config', 'legal-bases.yaml'))
    variables = {
      EDNO_DATA_DIR: place('data'),
      EDNO_CONFIG: place('config.json'),
      EDNO_HTTP_PORT: '0',
      DATABASE_URL: await testDatabaseUrl(),
    }
    configure({})
    client = new pg.Client({ connectionString: register })
    await client.connect()
    mkdirSync(place('data'))
    serving = startEdno(['serve'], variables)
    await serving.said('edno listens on')
    const [, port = ''] = /https:\/\/127\.0\.0\.1:(\d+)/.exec(serving.stdout()) ?? []
    variables = { ...variables, EDNO_HTTP_PORT: port }
  })
  after(async () => {
    serving.kill('SIGTERM')
    await serving.ended
    await client
      .query('drop owned by fishing_licences_reader; drop role fishing_licences_reader')
      .catch(() => undefined)
    await client.end()
    await rm(folder, { recursive: true, force: true })
  })

  function configure(plugged: object): void {
    const governance = {
      partiesFolder: 'config/parties',
      grantsFolder: 'config/grants',
      servicesFolder: 'config/services',
      legalBasesFile: 'config/legal-bases.yaml',
    }
    writeFileSync(place('config.json'), JSON.stringify({ governance, ...plugged }))
  }

  const submit = async (): Promise<{ readonly status: number | null; readonly text: string }> => {
    const args = ['submit', '--scenarios', adapter('operator', 'scenarios.yaml'), '--scenario', NAME]
    const { status, stdout, stderr } = await edno(args, variables)
    return { status, text: stdout + stderr }
  }

  it('is not helped where nobody can be asked, and told what is missing', async () => {
    const nameless = await edno(['adapter', 'new', '--dir', folder])
    assert.equal(nameless.status, 2)
    assert.match(nameless.stderr, /NAME and --transport missing, and there is no terminal to ask on/)
    const bad = await edno(['adapter', 'new', 'Bad Name', '--transport', 'sql', '--dir', folder])
    assert.equal(bad.status, 2)
    const nothing = await edno(['adapter', 'check', folder])
    assert.equal(nothing.status, 2)
  })

  it('begins an adapter, and it passes its check at once', async () => {
    const made = await edno(['adapter', 'new', NAME, '--transport', 'sql', '--dir', place('registers')])
    assert.equal(made.status, 0, made.stderr)
    assert.equal(made.stdout.trim(), adapter())
    const again = await edno(['adapter', 'new', NAME, '--transport', 'sql', '--dir', place('registers')])
    assert.equal(again.status, 2)
    const checked = await edno(['adapter', 'check', adapter(), '--reporter', 'tap'])
    assert.equal(checked.status, 0, checked.stdout)
    assert.match(checked.stdout, /^TAP version 14\n1\.\.26\nok 1 - adapter: /)
    const junit = await edno(['adapter', 'check', adapter(), '--reporter', 'junit'])
    assert.match(junit.stdout, /<testsuite name="edno adapter check fishing-licences" tests="26" failures="0"/)
  })

  it('makes the first exchange of Троян, with an edno that runs already', async () => {
    await client.query(readFileSync(adapter('register.sql'), 'utf8'))
    const operator = (name: string): string => adapter('operator', name)
    writeFileSync(operator('password'), 'change-me\n', { mode: 0o600 })
    // Schemas of services stand in edno's own tree, which a test leaves alone: one that is there already serves.
    const service = readFileSync(operator('service.yaml'), 'utf8')
      .replace(/^schema: .*$/m, 'schema: schemas/services/vehicle-tax.v1.schema.json')
      .replace('application.person.egn', 'application.owner.identifier')
    const scenarios = readFileSync(operator('scenarios.yaml'), 'utf8')
    const body = scenarios.replace(/person: { egn: ('\d+') }/, 'owner: { idType: egn, identifier: $1 }')
    assert.notEqual(body, scenarios)
    writeFileSync(operator('scenarios.yaml'), body)
    // Where other tests run beside this one two seconds are not always enough.
    const manifest = readFileSync(adapter('adapter.json'), 'utf8')
    writeFileSync(adapter('adapter.json'), manifest.replace('"timeoutMs": 2000', '"timeoutMs": 8000'))
    cpSync(operator('party.yaml'), place('config', 'parties', `${NAME}-owner.yaml`))
    writeFileSync(place('config', 'services', `${NAME}.yaml`), service)
    cpSync(operator('grant.yaml'), place('config', 'grants', `troyan-${NAME}.yaml`))
    appendFileSync(place('config', 'legal-bases.yaml'), readFileSync(operator('legal-basis.yaml')))
    const { host, pathname } = new URL(register)
    const url = `postgres://fishing_licences_reader@${host}${pathname}`
    configure({
      adapters: { fromFolders: [`registers/${NAME}`] },
      registries: { [NAME]: { url, passwordFile: operator('password') } },
    })
    await until('the adapter is in', () => saidTimes(`adapter ${NAME}: new files`) > 0).catch(() => assert.fail(said()))
    const { status, text } = await submit()
    assert.equal(status, 0, text + said())
    assert.match(text, /ИЗМ-0001/)
    assert.ok(!text.includes('Войводов'), 'the grant does not disclose the holder')
  })

  it('changes the adapter while edno runs', async () => {
    const map = readFileSync(adapter('permit.v1', 'sql.json'), 'utf8')
    const before = saidTimes(`adapter ${NAME}: other files`)
    writeFileSync(adapter('permit.v1', 'sql.json'), map.replace('"column": "number"', '"column": "holder"'))
    await until('the other files are taken', () => saidTimes(`adapter ${NAME}: other files`) > before)
    assert.match((await submit()).text, /number Николай Войводов/)
    writeFileSync(adapter('permit.v1', 'sql.json'), map)
    await until('the old ones are again', () => saidTimes(`adapter ${NAME}: other files`) > before + 1)
    assert.match((await submit()).text, /ИЗМ-0001/)
  })

  it('breaks the adapter, and it is refused by its name while the one in use goes on', async () => {
    for (const [file, spoilt, reason] of [
      ['permit.v1/sql.json', '{ "view": "public.x; drop table y" }', /sql\.json","line":1,/],
      ['index.js', 'export default { open: async () => { throw new Error("no key") } }', /cannot be opened: no key/],
    ] as const) {
      const kept = file === 'index.js' ? undefined : readFileSync(adapter(file), 'utf8')
      const before = saidTimes(REFUSED)
      writeFileSync(adapter(file), spoilt)
      await until(`${file} is refused`, () => saidTimes(REFUSED) > before)
      assert.match(said().split(REFUSED).slice(-2).join(REFUSED), reason)
      assert.match(said(), new RegExp(`adapter ${NAME}: `))
      const { status, text } = await submit()
      assert.equal(status, 0, text)
      if (kept === undefined) rmSync(adapter(file))
      else writeFileSync(adapter(file), kept)
      const read = saidTimes('the files were read again')
      await until('it is mended', () => saidTimes('the files were read again') > read)
    }
  })

  it('is not rid of an adapter that a service still needs, and of one that none needs at once', async () => {
    const refused = saidTimes('a changed file is refused')
    configure({})
    await until('the service misses it', () => saidTimes('a changed file is refused') > refused)
    assert.equal((await submit()).status, 0)
    rmSync(place('config', 'services', `${NAME}.yaml`))
    rmSync(place('config', 'grants', `troyan-${NAME}.yaml`))
    await serving.said(`adapter ${NAME}: removed`)
    const { status, text } = await submit()
    assert.equal(status, 1)
    assert.match(text, /service\.unknown/)
    assert.match((await edno(['submit', '--scenario', 'taxi'], variables)).stdout, /complete/)
  })

  it('leaves nothing personal in the operational log', () => {
    for (const marker of ['8427029967', 'Войводов', 'change-me']) assert.ok(!said().includes(marker), marker)
  })
})
