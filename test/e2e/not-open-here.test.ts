import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { until } from '../support/estate.ts'
import { GovernedEdno } from '../support/governed-edno.ts'
import { NewAdapter } from '../support/new-adapter.ts'
import { edno, type Ended, type Started, startEdno, type Variables } from '../support/processes.ts'

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
const SHUT = 'export default { open: async () => { throw new Error("not on this machine") } }\n'
/** More than the signs of one process by which a registry is taken for dead. */
const QUESTIONS = 7

/** One of several processes on one database is mis-deployed: an adapter that all others have open does not open there. */
describe('an adapter that does not open in one process, while another has it open', function () {
  this.timeout(240_000)
  let made: NewAdapter
  let own: GovernedEdno
  let beside: Started
  let besideAt: Variables
  let database: pg.Client
  const index = (): string => join(own.folder, 'beside', 'index.js')

  const breakers = async (): Promise<unknown[]> =>
    (await database.query<object>(`select * from registry_breaker where registry = '${NAME}'`)).rows
  const submitTo = (variables: Variables): Promise<Ended> =>
    edno(['submit', '--scenario', NAME, '--scenarios', own.place('scenarios.yaml')], variables)

  before(async () => {
    made = await NewAdapter.write(NAME, 'sql')
    writeFileSync(join(made.folder, 'index.js'), INDEX)
    own = await GovernedEdno.start()
    database = new pg.Client({ connectionString: own.variables['DATABASE_URL'] })
    await database.connect()
    const registries = { [NAME]: { url: `postgres://nobody@/nothing?host=${own.folder}` } }
    own.configure({ registries, adapters: { fromFolders: [made.folder] } })
    await until('the adapter is in', () => own.said().includes(`adapter ${NAME}: new files`))
    own.govern(NAME, join(made.folder, 'operator'), (service) =>
      service.replace(/^deadlineMs: .*$/m, 'deadlineMs: 60000'),
    )
    await until('it is asked', async () => (await submitTo(own.variables)).stdout.includes(NUMBER))
    cpSync(made.folder, own.place('beside'), { recursive: true })
    writeFileSync(index(), SHUT)
    const config = JSON.parse(readFileSync(own.place('config.json'), 'utf8')) as object
    writeFileSync(
      own.place('beside.json'),
      JSON.stringify({ ...config, adapters: { fromFolders: [own.place('beside')] } }),
    )
    const variables = { ...own.variables, EDNO_CONFIG: own.place('beside.json'), EDNO_HTTP_PORT: '0' }
    beside = startEdno(['serve'], variables)
    await beside.said('edno listens on')
    const [, port = ''] = /https:\/\/127\.0\.0\.1:(\d+)/.exec(beside.stdout()) ?? []
    besideAt = { ...variables, EDNO_HTTP_PORT: port }
  })
  after(async () => {
    beside.kill('SIGTERM')
    await beside.ended
    await database.end()
    await own.close()
    made.remove()
  })

  it('has what is asked of that process answered by the other', async () => {
    await beside.said('not on this machine')
    for (let question = 0; question < QUESTIONS; question += 1) {
      const { status, stdout, stderr } = await submitTo(besideAt)
      assert.equal(status, 0, stdout + stderr)
      assert.ok(stdout.includes(NUMBER), stdout)
    }
  })

  it('is no sign that its registry is dead', async () => {
    assert.deepEqual(await breakers(), [])
    const { status, stdout } = await submitTo(own.variables)
    assert.equal(status, 0, stdout)
  })

  it('is asked there too once its files are mended', async () => {
    writeFileSync(index(), INDEX.replace(NUMBER, 'ИЗМ-78'))
    await until('its own files answer', async () => (await submitTo(besideAt)).stdout.includes('ИЗМ-78'))
  })
})
