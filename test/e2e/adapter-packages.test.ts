import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../support/estate.ts'
import { GovernedEdno } from '../support/governed-edno.ts'
import { NewAdapter } from '../support/new-adapter.ts'
import { edno, startEdno } from '../support/processes.ts'

const NAME = 'fishing-licences'
const PACKAGE = '@owner/fishing-licences'
const REFUSED = 'an adapter is refused'
const READ = 'the files were read again'

/** Answers with its version as the number of the permit; holds its answer back while a file stands there. */
const INDEX = `
import { existsSync, writeFileSync } from 'node:fs'
import 'edno/adapter-kit'
import { VERSION } from './version.js'
const beside = (name) => new URL('../../../' + name, import.meta.url)
export default {
  open: async () => ({
    operations: {
      'permit@1': async ({ egn }) => {
        if (existsSync(beside('hold'))) writeFileSync(beside('holds-' + VERSION), '')
        while (existsSync(beside('hold'))) await new Promise((resolve) => setTimeout(resolve, 50))
        const evidence = { egn, number: VERSION, active: true }
        return { status: 'found', evidence, asOf: '2026-01-01', sourceReference: VERSION, signedByRegistry: false }
      },
    },
    [Symbol.asyncDispose]: async () => writeFileSync(beside('closed-' + VERSION), ''),
  }),
}
`

/** A real process, and a package that somebody installs, upgrades and removes beside it. */
describe('an npm package that the configuration names', function () {
  this.timeout(240_000)
  let made: NewAdapter
  let own: GovernedEdno

  const place = (...names: string[]): string => own.place(...names)
  const installed = (...names: string[]): string => place('packages', PACKAGE, ...names)
  const said = (): string => own.said()
  const saidTimes = (text: string): number => own.saidTimes(text)

  before(async () => {
    made = await NewAdapter.write(NAME, 'sql')
    // Where Node looks for packages besides the folders above edno's own, in which no test installs anything.
    own = await GovernedEdno.start((folder) => ({ NODE_PATH: join(folder, 'packages') }))
  })
  after(async () => {
    rmSync(place('hold'), { force: true })
    await own.close()
    made.remove()
  })

  function configure(fromPackages: readonly string[]): void {
    const registries = { [NAME]: { url: `postgres://nobody@/nothing?host=${own.folder}` } }
    own.configure({ registries, adapters: { fromPackages } })
  }

  /** As a package manager does it: the old files go, the new ones come. */
  function install(version: string, more: Readonly<Record<string, string>> = {}): void {
    rmSync(installed(), { recursive: true, force: true })
    cpSync(made.folder, installed(), { recursive: true })
    const manifest = readFileSync(join(made.folder, 'adapter.json'), 'utf8')
    const files = {
      // The first version holds its answer for as long as the second takes to be asked.
      'adapter.json': manifest.replace('"timeoutMs": 2000', '"timeoutMs": 60000'),
      'package.json': JSON.stringify({ name: PACKAGE, version, type: 'module', exports: './index.js' }),
      'index.js': INDEX,
      'version.js': `export const VERSION = '${version}'\n`,
      ...more,
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(installed(name), text)
  }

  const SUBMIT = ['submit', '--scenario', NAME]
  const submit = async (): Promise<string> => {
    const { stdout, stderr } = await edno([...SUBMIT, '--scenarios', place('scenarios.yaml')], own.variables)
    return stdout + stderr
  }
  const answersAs = async (version: string): Promise<void> =>
    assert.match(await submit(), new RegExp(`number ${version.replaceAll('.', '\\.')}\\b`))
  /** The signal of an operator, and what edno makes of it. */
  const readAgain = async (...expected: string[]): Promise<void> => {
    const before = expected.map(saidTimes)
    own.serving.kill('SIGHUP')
    await until(expected.join(), () => expected.every((text, index) => saidTimes(text) > before[index]!)).catch(() =>
      assert.fail(said().slice(-3000)),
    )
  }

  it('is refused by its name while it is not installed, and edno serves on', async () => {
    configure([PACKAGE])
    await until('it is missed', () => saidTimes(REFUSED) > 0)
    assert.match(said(), /adapter @owner\/fishing-licences: there is no such package with an adapter\.json/)
    const { status, stdout } = await edno(['submit', '--scenario', 'taxi'], own.variables)
    assert.equal(status, 0, stdout)
  })

  it('is added by a signal once it is there, and asked', async () => {
    install('1.0.0')
    await readAgain(`adapter ${NAME}: new files`, READ)
    const before = saidTimes(READ)
    own.govern(NAME, join(made.folder, 'operator'), (service) =>
      service.replace(/^deadlineMs: .*$/m, 'deadlineMs: 60000'),
    )
    await until('the service is read', () => saidTimes(READ) > before && existsSync(place('scenarios.yaml')))
    await until('it is asked', async () => /number 1\.0\.0/.test(await submit()))
  })

  it('is upgraded beside the old version, which answers what it was asked and is closed then', async () => {
    writeFileSync(place('hold'), '')
    const held = startEdno([...SUBMIT, '--scenarios', place('scenarios.yaml')], own.variables)
    await until('the old one is asked', () => existsSync(place('holds-1.0.0')))
    install('2.0.0', { 'index.js': INDEX.replaceAll("'hold'", "'hold-no-more'") })
    await readAgain(`adapter ${NAME}: other files`, READ)
    await answersAs('2.0.0')
    assert.equal(existsSync(place('closed-1.0.0')), false)
    rmSync(place('hold'))
    const { stdout, status } = await held.ended
    assert.equal(status, 0, stdout)
    assert.match(stdout, /number 1\.0\.0\b/)
    await until('the old one is closed', () => existsSync(place('closed-1.0.0')))
    await answersAs('2.0.0')
  })

  it('is refused by its name and reasons where it is broken, and the version in use answers on', async () => {
    const broken: readonly (readonly [() => void, RegExp])[] = [
      [() => install('3.0.0', { 'adapter.json': '{ "adapterApi": 2 }' }), /adapter\.json","line":1,.*adapterApi/],
      [() => install('3.0.0', { 'index.js': 'import "./nowhere.js"' }), /cannot be imported: /],
      [
        () => install('3.0.0', { 'index.js': 'export default { open: async () => { throw new Error("no key") } }' }),
        /no key/,
      ],
      [() => rmSync(installed(), { recursive: true }), /there is no such package with an adapter\.json/],
    ]
    for (const [spoil, reason] of broken) {
      const before = said().length
      spoil()
      await readAgain(REFUSED)
      const told = said().slice(before)
      assert.match(told, reason)
      assert.match(told, /adapter (@owner\/)?fishing-licences: /)
      await answersAs('2.0.0')
      const { status, stdout } = await edno(['submit', '--scenario', 'taxi'], own.variables)
      assert.equal(status, 0, stdout)
    }
    assert.equal(existsSync(place('closed-2.0.0')), false)
  })

  it('is mended by the next version that is in order', async () => {
    install('3.0.1')
    await readAgain(`adapter ${NAME}: other files`, READ)
    await answersAs('3.0.1')
    await until('the one before is closed', () => existsSync(place('closed-2.0.0')))
  })

  it('is removed when nothing needs it any more, and closed', async () => {
    rmSync(place('config', 'services', `${NAME}.yaml`))
    rmSync(place('config', 'grants', `troyan-${NAME}.yaml`))
    configure([])
    await own.serving.said(`adapter ${NAME}: removed`)
    await until('it is closed', () => existsSync(place('closed-3.0.1')))
    assert.match(await submit(), /service\.unknown/)
    assert.equal((await edno(['submit', '--scenario', 'taxi'], own.variables)).status, 0)
  })
})
