import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { until } from '../support/estate.ts'
import { GovernedEdno } from '../support/governed-edno.ts'
import { NewAdapter } from '../support/new-adapter.ts'
import { edno, type Ended, type Started, startEdno } from '../support/processes.ts'

const NAME = 'fishing-licences'
const NUMBER = 'ИЗМ-77'

const INDEX = `
export default {
  open: async () => ({
    operations: {
      'permit@1': async ({ egn }) => {
        const evidence = { egn, number: '${NUMBER}', active: true }
        return { status: 'found', evidence, asOf: '2026-01-01', sourceReference: 'x', signedByRegistry: false }
      },
    },
    [Symbol.asyncDispose]: async () => {},
  }),
}
`

/** Each leaves its service, its grant and its limits in the configuration, where they name what is not there now. */
const BREAKS: Readonly<Record<string, { readonly file: string; readonly text: string; readonly told: RegExp }>> = {
  'whose manifest is of another edno': {
    file: 'adapter.json',
    text: `{ "adapterApi": 2, "id": "${NAME}", "provider": { "id": "${NAME}-owner" } }`,
    told: /adapterApi is 2/,
  },
  'whose manifest cannot be read': { file: 'adapter.json', text: '{ "adapterApi"', told: /adapter fishing-licences: / },
  'whose code cannot be imported': { file: 'index.js', text: 'import "./nowhere.js"', told: /cannot be imported/ },
}

/** A real process that starts while an adapter from elsewhere is broken, as after a night's failure. */
describe('an adapter from elsewhere that is broken when edno starts', function () {
  this.timeout(240_000)
  let made: NewAdapter
  let own: GovernedEdno
  let serving: Started
  let database: pg.Client
  const whole = new Map<string, string>()

  const adapter = (name: string): string => join(made.folder, name)
  const put = (file: string, text: string): void => writeFileSync(adapter(file), text)
  const stop = async (): Promise<void> => {
    serving.kill('SIGTERM')
    await serving.ended
  }
  const start = async (): Promise<void> => {
    serving = startEdno(['serve'], own.variables)
    await serving.said('edno listens on')
  }
  const said = (): string => serving.stdout() + serving.stderr()
  const SUBMIT = ['submit', '--scenario', NAME, '--scenarios']
  const submit = (): Promise<Ended> => edno([...SUBMIT, own.place('scenarios.yaml')], own.variables)
  const answered = async (): Promise<boolean> => (await submit()).stdout.includes(NUMBER)

  const queued = async (): Promise<number> => {
    const { rowCount } = await database.query(`select from queued_call where registry = '${NAME}'`)
    return rowCount ?? 0
  }

  before(async () => {
    made = await NewAdapter.write(NAME, 'sql')
    whole.set('adapter.json', readFileSync(adapter('adapter.json'), 'utf8'))
    whole.set('index.js', INDEX)
    put('index.js', INDEX)
    own = await GovernedEdno.start()
    serving = own.serving
    database = new pg.Client({ connectionString: own.variables['DATABASE_URL'] })
    await database.connect()
    const limits = { concurrency: 3 }
    own.configure({
      registries: { [NAME]: { url: `postgres://nobody@/nothing?host=${own.folder}`, limits } },
      adapters: { fromFolders: [made.folder] },
    })
    await until('the adapter is in', () => said().includes(`adapter ${NAME}: new files`))
    own.govern(NAME, adapter('operator'), (service) => service.replace(/^deadlineMs: .*$/m, 'deadlineMs: 60000'))
    await until('it is asked', answered)
  })
  after(async () => {
    await stop()
    await database.end()
    await own.close()
    made.remove()
  })

  for (const [which, { file, text, told }] of Object.entries(BREAKS))
    it(`${which} is told and left out; all else is served, and what waits for it is answered when it is mended`, async () => {
      await stop()
      put(file, text)
      await start()
      assert.match(said(), /an adapter is refused/)
      assert.match(said(), told)
      const check = await edno(['config', 'check'], own.variables)
      assert.equal(check.status, 1)
      assert.match(check.stdout, told)
      assert.doesNotMatch(check.stdout, /grants|services|does not exist/, 'what names it is no mistake')
      const taxi = await edno(['submit', '--scenario', 'taxi'], own.variables)
      assert.equal(taxi.status, 0, taxi.stdout)
      const waiting = submit()
      await until('its question waits', async () => (await queued()) > 0)
      put(file, whole.get(file)!)
      serving.kill('SIGHUP')
      const { status, stdout, stderr } = await waiting
      assert.equal(status, 0, stdout + stderr)
      assert.ok(stdout.includes(NUMBER))
    })

  it('has no dry run, and its owner is told why there is no status', async () => {
    await stop()
    put('adapter.json', BREAKS['whose manifest is of another edno']!.text)
    await start()
    const rehearsed = await edno([...SUBMIT, own.place('scenarios.yaml'), '--dry-run'], own.variables)
    assert.equal(rehearsed.status, 1)
    assert.match(rehearsed.stdout + rehearsed.stderr, /provider\.unavailable/)
    const status = await edno(['registry', 'status', NAME, '--party', 'edno-operator'], own.variables)
    assert.equal(status.status, 1)
    assert.match(status.stdout + status.stderr, /provider\.unavailable/)
  })
})
