import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openFolder, testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'
import { edno, ROOT, start, type Started, startEdno, type Variables } from '../support/processes.ts'

const TOLD = 'an adapter or a connection left an error that nobody handles'
const PERSON = '8427029967'
/** As somebody forgets `await`, or throws in a timer. */
const STRAY = `
setTimeout(() => void Promise.reject(new Error('of ${PERSON}')), 0)
setTimeout(() => { throw new TypeError('of ${PERSON}') }, 0)
setTimeout(() => { throw 'of ${PERSON}' }, 0)
`

describe('an error that nobody handles', function () {
  this.timeout(180_000)
  let folder: string
  let serving: Started
  before(async () => {
    folder = await openFolder()
  })
  after(async () => {
    serving.kill('SIGKILL')
    await serving.ended
    await rm(folder, { recursive: true, force: true })
  })
  const variables = async (plugged: readonly string[]): Promise<Variables> => {
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ adapters: { fromFolders: plugged } }))
    return {
      EDNO_DATA_DIR: join(folder, 'data'),
      EDNO_CONFIG: join(folder, 'config.json'),
      EDNO_HTTP_PORT: '0',
      DATABASE_URL: await testDatabaseUrl(),
    }
  }

  it('of an adapter in edno’s own thread is told without its words, and edno serves on', async () => {
    const made = await edno(['adapter', 'new', 'careless', '--transport', 'soap', '--dir', folder])
    assert.equal(made.status, 0, made.stderr)
    const code = join(folder, 'careless', 'index.js')
    writeFileSync(code, readFileSync(code, 'utf8') + STRAY)
    serving = startEdno(['serve'], await variables([join(folder, 'careless')]))
    await serving.said('edno listens on')
    const said = (): string => serving.stdout() + serving.stderr()
    await until('all three are told', () => said().split(TOLD).length === 4)
    assert.ok(!said().includes(PERSON))
    serving.kill('SIGTERM')
    const { status, signal } = await serving.ended
    assert.deepEqual([status, signal], [0, null])
  })

  it('of edno itself is told without its words, and ends it in good order, with 1', async () => {
    const script = `
      import { untilOwnError } from '${ROOT}/src/cli/stray-errors.ts'
      import { makeLogger } from '${ROOT}/src/ops/logger.ts'
      setTimeout(() => { throw new Error('of ${PERSON}') }, 0)
      console.log('ends by', await untilOwnError(makeLogger({ level: 'info' })))`
    const own = start(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script])
    const { status, stdout, stderr } = await own.ended
    assert.deepEqual([status, stdout.trim()], [1, 'ends by error'])
    assert.match(stderr, /an error that nobody handles: edno ends/)
    assert.ok(!stderr.includes(PERSON))
  })
})
