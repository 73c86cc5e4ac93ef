import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegixMap } from '../../src/adapter-kit/regix/regix-map.ts'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { findRoot } from '../../src/config/root.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { openFolder, testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'
import { NewAdapter } from '../support/new-adapter.ts'
import { codeIn, envelopeOf, post, referenceOf, textIn } from '../support/regix.ts'

const NAME = 'lake-licences'
const SERVICE = `regix-${NAME}-permit`
const NUMBER = 'ИЗМ-78'
const EGN = '8427029967'

/** Says nothing as long as a file lies beside it. */
const INDEX = `
import { existsSync } from 'node:fs'
import { join } from 'node:path'
export default {
  open: async () => ({
    operations: {
      'permit@1': async ({ egn }, { signal }) => {
        while (existsSync(join(import.meta.dirname, '..', 'silent'))) {
          signal.throwIfAborted()
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
        const evidence = { egn, number: '${NUMBER}', active: true }
        return { status: 'found', evidence, asOf: '2026-01-01', sourceReference: 'x', signedByRegistry: false }
      },
    },
    [Symbol.asyncDispose]: async () => {},
  }),
}
`

const OWNER = `id: ${NAME}-owner
role: provider
name: { bg: Измислен собственик, en: Invented owner }
state: active
certificates:
  tls: [pki/parties/${NAME}-owner/tls.crt]
  seal: [pki/parties/${NAME}-owner/seal.crt]
`

const GRANT = `id: troyan-${NAME}
consumer: troyan
service: ${SERVICE}@1
legalBases: [zavp-24a]
disclose:
  ${NAME}/permit@1: [number, active]
validFrom: 2025-01-01
validUntil: 2034-12-31
approvals:
  ${NAME}: { by: ${NAME}-owner, on: 2024-12-02, reference: DEMO-1 }
`

describe('a single question to a registry whose adapter is refused', function () {
  this.timeout(120_000)
  let folder: string
  let made: NewAdapter
  let edno: TestApp
  let start: () => Promise<TestApp>
  let manifest: string
  let map: RegixMap

  const file = (...names: string[]): string => join(made.folder, ...names)
  const silent = (): string => join(made.above, 'silent')
  const question = (before = ''): string => {
    const { operation, request } = map
    const argument = `<${request.root} xmlns="${request.namespace}"><EGN>${EGN}</EGN></${request.root}>`
    return envelopeOf({ operation, argument, first: before })
  }
  const later = '<RequestProcessing>Asynchronous</RequestProcessing>'
  const sign = (): Uint8Array => {
    const scenario = scenarioNamed(scenariosOf(edno.config), 'taxi')
    const { applicant: _, ...application } = applicationOf(scenario, [], new Date())
    const applicant = { identifierType: 'egn', identifier: EGN, names: 'Иван Измислен' } as const
    const asked = { ...application, applicant, service: { id: SERVICE, version: 1 }, body: { egn: EGN } }
    return signedBytes(asked, keysOf(edno, 'troyan').seal, false)
  }
  const send = (path: string): Promise<Answered> => call(edno, { path, body: sign(), tls: keysOf(edno, 'troyan').tls })
  const restart = async (): Promise<void> => {
    await edno.close()
    edno = await start()
  }

  before(async () => {
    made = await NewAdapter.write(NAME, 'regix')
    writeFileSync(file('index.js'), INDEX)
    manifest = readFileSync(file('adapter.json'), 'utf8')
    map = JSON.parse(readFileSync(file('permit.v1', 'regix.json'), 'utf8')) as RegixMap
    folder = await openFolder()
    for (const name of ['parties', 'grants'])
      cpSync(join(findRoot(), 'config', name), join(folder, name), { recursive: true })
    writeFileSync(join(folder, 'parties', `${NAME}-owner.yaml`), OWNER)
    writeFileSync(join(folder, 'grants', `troyan-${NAME}.yaml`), GRANT)
    const dataDirectory = join(folder, 'data')
    mkdirSync(dataDirectory)
    const databaseUrl = await testDatabaseUrl()
    const adapters = { fromFolders: [made.folder], fromPackages: [], requireReport: false, reportKeyFiles: [] }
    const folders = { partiesFolder: join(folder, 'parties'), grantsFolder: join(folder, 'grants') }
    const pki = (name: string): string => join(dataDirectory, 'pki', name)
    const certificate = {
      caFile: pki('ca.crt'),
      certificateFile: pki('broker/tls.crt'),
      keyFile: pki('broker/tls.key'),
    }
    // Its code asks nobody.
    const registries = { [NAME]: { url: 'https://127.0.0.1:9/', ...certificate } }
    start = () => testApp({ databaseUrl, dataDirectory, ...folders, settings: { adapters, registries } })
    edno = await start()
  })
  after(async () => {
    await edno.close()
    made.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const breakIt = (): void =>
    writeFileSync(file('adapter.json'), manifest.replace('"adapterApi": 1', '"adapterApi": 2'))
  const mend = (): void => writeFileSync(file('adapter.json'), manifest)

  it('waits until it is mended, where it was taken before', async () => {
    assert.match((await post(edno, question())).body.toString(), new RegExp(NUMBER))
    writeFileSync(silent(), '')
    const begun = (await post(edno, question(later))).body.toString()
    const [id = '', code = ''] = [textIn(begun, 'ServiceCallID'), textIn(begun, 'VerificationCode')]
    assert.notEqual(code, '', begun)
    const check = async (): Promise<string> => (await post(edno, referenceOf('CheckResult', id, code))).body.toString()
    breakIt()
    await restart()
    rmSync(silent())
    // Longer than the queue takes to look at it.
    const end = Date.now() + 4_000
    await until('a while has passed', async () => {
      assert.equal(textIn(await check(), 'IsReady'), 'false')
      return Date.now() > end
    })
    mend()
    await edno.app.reload()
    await until('it is answered', async () => textIn(await check(), 'IsReady') === 'true')
    assert.match(await check(), new RegExp(NUMBER))
  })

  describe('while that is so', () => {
    before(async () => {
      breakIt()
      await restart()
    })

    it('is told at the RegiX door that the registry is away, as what a registry did not do', async () => {
      const answered = await post(edno, question())
      assert.equal(codeIn(answered), 'provider.unavailable', answered.body.toString())
      assert.equal(answered.status, 200)
      const text = answered.body.toString()
      assert.equal(textIn(text, 'IsReady'), 'true')
      assert.match(textIn(text, 'Error') ?? '', /^\[provider\.unavailable\]/)
    })

    it('is told the same over the front door, and in a dry run', async () => {
      for (const path of ['/v1/exchanges', '/v1/plans']) {
        const { code, body } = await send(path)
        assert.equal(code, 'provider.unavailable', body.toString())
      }
    })

    it('is told from what no adapter ever asked', async () => {
      const unknown = question().replace('PermitSearch', 'OtherSearch')
      assert.equal(codeIn(await post(edno, unknown)), 'regix.operation-unknown')
    })
  })
})
