import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { printPlan } from '../../src/cli/dry-run.ts'
import { output } from '../../src/cli/output.ts'
import { findRoot } from '../../src/config/root.ts'
import { readAnswer } from '../../src/message/read-answer.ts'
import type { PlanView } from '../../src/model/plan-view.ts'
import { compileSchema } from '../../src/schema/compile-schema.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'

const root = findRoot()
const GROUP = ['certificates', 'roadCertificate']

/** The shipped grants; this one lets the other certificate be checked. */
function grantsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edno-any-of-'))
  cpSync(join(root, 'config', 'grants'), folder, { recursive: true })
  const file = join(folder, 'troyan-water-taxi-permit.yaml')
  const text = readFileSync(file, 'utf8').replace(
    /^disclose:/m,
    'disclose:\n  transport-licensing/taxi-driver-certificate@1: checks-only',
  )
  writeFileSync(file, text)
  return folder
}

/** The shipped services; whoever drives a taxi may steer the boat too, says this one. */
function servicesFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edno-any-of-'))
  cpSync(join(root, 'config', 'services'), folder, { recursive: true })
  const file = join(folder, 'water-taxi-permit.yaml')
  const text = readFileSync(file, 'utf8')
    .replace(
      /^ {2}licence:/m,
      '  roadCertificate:\n    operation: transport-licensing/taxi-driver-certificate@1\n    input: { egn: application.skipper.egn }\n  licence:',
    )
    .replace(/^checks:/m, `anyOf: [[${GROUP.join(', ')}]]\n\nchecks:`)
  writeFileSync(file, text)
  return folder
}

describe('a service to which any of several registries is enough', function () {
  this.timeout(180_000)
  let services: string
  let grants: string
  let edno: TestApp
  before(async () => {
    services = servicesFolder()
    grants = grantsFolder()
    edno = await testApp({ servicesFolder: services, grantsFolder: grants })
  })
  after(async () => {
    await edno.close()
    for (const folder of [services, grants]) rmSync(folder, { recursive: true })
  })
  afterEach(() => edno.app.simulator!.setFault('maritime-registry', undefined))

  const bytesOf = (egn?: string): Uint8Array => {
    const set = egn === undefined ? [] : [`skipper.egn=${egn}`]
    const application = applicationOf(scenarioNamed(scenariosOf(edno.config), 'water-taxi'), set, new Date())
    return signedBytes(application, keysOf(edno, 'troyan').seal, false)
  }
  const post = (path: string, body: Uint8Array): Promise<Answered> =>
    call(edno, { path, body, tls: keysOf(edno, 'troyan').tls })
  const exchange = async (egn?: string) => {
    const { status, parts } = readAnswer((await post('/v1/exchanges', bytesOf(egn))).body)
    return { status, ends: GROUP.map((name) => parts.find((part) => part.call === name)?.outcome) }
  }

  it('asks the second nothing where the first found something', async () => {
    assert.deepEqual(await exchange(), { status: 'complete', ends: ['found', 'skipped'] })
    assert.equal(edno.app.simulator!.calls.get('transport-licensing/taxi-driver-certificate@1'), undefined)
  })

  it('asks the second where the first found nothing; that neither did is an answer too', async () => {
    assert.deepEqual(await exchange('8427029993'), { status: 'complete', ends: ['not-found', 'not-found'] })
    assert.equal(edno.app.simulator!.calls.get('transport-licensing/taxi-driver-certificate@1'), 1)
  })

  it('is told by a dry run, in words too', async () => {
    const { body } = await post('/v1/plans', bytesOf())
    const view = JSON.parse(body.toString()) as PlanView
    assert.deepEqual(view.anyOf, [GROUP])
    assert.deepEqual(
      GROUP.map((name) => view.calls.find((of) => of.name === name)?.questions),
      [1, null],
    )
    const schema = JSON.parse(readFileSync(join(root, 'schemas', 'plan-view.v1.schema.json'), 'utf8')) as object
    assert.deepEqual(compileSchema(schema)(view), [])
    const lines: string[] = []
    printPlan(view, { ...output('en'), line: (text = '') => void lines.push(text) })
    assert.match(lines.join('\n'), /One answer is enough, asked in this order: certificates, roadCertificate/)
    assert.match(lines.join('\n'), /roadCertificate .*hangs on the answer to certificates/)
  })
})
