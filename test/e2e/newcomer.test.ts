import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import pg from 'pg'
import { testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'
import { GovernedEdno } from '../support/governed-edno.ts'
import { edno } from '../support/processes.ts'

const NAME = 'fishing-licences'
const REFUSED = 'an adapter is refused'

/** The way of docs/adapter-guide.md, with nothing but what `edno adapter new` writes: a register becomes a registry of edno. */
describe('a newcomer with a view of a database', function () {
  this.timeout(180_000)
  let own: GovernedEdno
  let register: string
  let client: pg.Client

  const place = (...names: string[]): string => own.place(...names)
  const adapter = (...names: string[]): string => place('registers', NAME, ...names)
  const said = (): string => own.said()
  const saidTimes = (text: string): number => own.saidTimes(text)

  before(async () => {
    register = await testDatabaseUrl('empty')
    client = new pg.Client({ connectionString: register })
    await client.connect()
    own = await GovernedEdno.start()
  })
  after(async () => {
    await own.close()
    await client
      .query('drop owned by fishing_licences_reader; drop role fishing_licences_reader')
      .catch(() => undefined)
    await client.end()
  })

  const submit = async (): Promise<{ readonly status: number | null; readonly text: string }> => {
    const args = ['submit', '--scenarios', place('scenarios.yaml'), '--scenario', NAME]
    const { status, stdout, stderr } = await edno(args, own.variables)
    return { status, text: stdout + stderr }
  }

  it('is not helped where nobody can be asked, and told what is missing', async () => {
    const nameless = await edno(['adapter', 'new', '--dir', own.folder])
    assert.equal(nameless.status, 2)
    assert.match(nameless.stderr, /NAME and --transport missing, and there is no terminal to ask on/)
    const bad = await edno(['adapter', 'new', 'Bad Name', '--transport', 'sql', '--dir', own.folder])
    assert.equal(bad.status, 2)
    const nothing = await edno(['adapter', 'check', own.folder])
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
    writeFileSync(adapter('operator', 'password'), 'change-me\n', { mode: 0o600 })
    // Where other tests run beside this one two seconds are not always enough.
    const manifest = readFileSync(adapter('adapter.json'), 'utf8')
    writeFileSync(adapter('adapter.json'), manifest.replace('"timeoutMs": 2000', '"timeoutMs": 8000'))
    own.govern(NAME, adapter('operator'))
    const { host, pathname } = new URL(register)
    const url = `postgres://fishing_licences_reader@${host}${pathname}`
    own.configure({
      adapters: { fromFolders: [`registers/${NAME}`] },
      registries: { [NAME]: { url, passwordFile: adapter('operator', 'password') } },
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
      if (kept !== undefined) await checkNames(file)
      const { status, text } = await submit()
      assert.equal(status, 0, text)
      if (kept === undefined) rmSync(adapter(file))
      else writeFileSync(adapter(file), kept)
      const read = saidTimes('the files were read again')
      await until('it is mended', () => saidTimes('the files were read again') > read)
    }
  })

  /** `edno config check` is run before a file is deployed: what edno would leave out is a mistake there. */
  async function checkNames(file: string): Promise<void> {
    const { status, stdout } = await edno(['config', 'check'], own.variables)
    assert.equal(status, 1, stdout)
    const [last, ...mistakes] = stdout.trim().split('\n').reverse()
    assert.equal(last, `${mistakes.length} mistakes`)
    for (const mistake of mistakes) assert.ok(mistake.includes(`${NAME}/${file}:1: adapter ${NAME}: `), mistake)
  }

  it('is not rid of an adapter that a service still needs, and of one that none needs at once', async () => {
    const refused = saidTimes('a changed file is refused')
    own.configure({})
    await until('the service misses it', () => saidTimes('a changed file is refused') > refused)
    assert.equal((await submit()).status, 0)
    rmSync(place('config', 'services', `${NAME}.yaml`))
    rmSync(place('config', 'grants', `troyan-${NAME}.yaml`))
    await own.serving.said(`adapter ${NAME}: removed`)
    const { status, text } = await submit()
    assert.equal(status, 1)
    assert.match(text, /service\.unknown/)
    assert.match((await edno(['submit', '--scenario', 'taxi'], own.variables)).stdout, /complete/)
  })

  it('leaves nothing personal in the operational log', () => {
    for (const marker of ['8427029967', 'Войводов', 'change-me']) assert.ok(!said().includes(marker), marker)
  })
})
