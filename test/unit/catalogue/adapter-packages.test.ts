import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallContext } from '../../../src/adapter-kit/adapter.ts'
import { adapterPlaces } from '../../../src/catalogue/adapter-places.ts'
import type { AdapterEntry } from '../../../src/catalogue/entries.ts'
import { LiveAdapters } from '../../../src/catalogue/live-adapters.ts'
import { loadAdapters } from '../../../src/catalogue/load-adapters.ts'
import { operationRef } from '../../../src/model/ids.ts'
import { NewAdapter } from '../../support/new-adapter.ts'
import { ROOT } from '../../support/processes.ts'

const NAME = '@owner/fishing-licences'
const PERMIT = operationRef('fishing-licences/permit@1')
const ENDPOINT = { url: 'https://127.0.0.1:1', ca: '', certificate: '', key: '' }
const CONTEXT = { signal: new AbortController().signal } as unknown as CallContext

/** Answers with what a module beside it says; one that is asked about `wait` answers when it is let. */
const INDEX = `
import { VERSION } from './version.js'
import 'edno/adapter-kit'
const finding = { status: 'not-found', asOf: '2026-01-01', sourceReference: VERSION, signedByRegistry: false }
export default {
  open: async () => ({
    operations: {
      'permit@1': ({ egn }) => egn === 'wait' ? new Promise((go) => { globalThis.letGo = () => go(finding) }) : finding,
    },
    [Symbol.asyncDispose]: async () => { (globalThis.closedVersions ??= []).push(VERSION) },
  }),
}
`
const told = globalThis as { letGo?: () => void; closedVersions?: string[] }

describe('an adapter that is an installed package', function () {
  this.timeout(60_000)
  const project = mkdtempSync(join(tmpdir(), 'edno-project-'))
  const installed = join(project, 'node_modules', NAME)
  /** edno itself, as a dependency of the same project. */
  const edno = join(project, 'node_modules', 'edno')
  let made: NewAdapter
  before(async () => {
    made = await NewAdapter.write('fishing-licences', 'rest')
    mkdirSync(edno, { recursive: true })
    writeFileSync(join(edno, 'package.json'), '{"name":"edno"}')
  })
  after(() => {
    made.remove()
    rmSync(project, { recursive: true, force: true })
  })

  const install = (version: string): void => {
    rmSync(installed, { recursive: true, force: true })
    cpSync(made.folder, installed, { recursive: true })
    const exported = { name: NAME, version, type: 'module', exports: './index.js' }
    writeFileSync(join(installed, 'package.json'), JSON.stringify(exported))
    writeFileSync(join(installed, 'index.js'), INDEX)
    writeFileSync(join(installed, 'version.js'), `export const VERSION = '${version}'\n`)
  }
  const load = async (): Promise<AdapterEntry> => {
    const { loaded, refused } = await loadAdapters(ROOT, adapterPlaces(edno, join(project, 'none'), [NAME]))
    assert.deepEqual(refused, [])
    return loaded[0]!
  }

  it('is found where Node finds packages, from edno upwards, though it exports no manifest', async () => {
    install('1.0.0')
    const [place] = adapterPlaces(edno, join(project, 'none'), [NAME])
    assert.deepEqual(place, { folder: installed, name: NAME, plugged: true })
    const { manifest, plugged } = await load()
    assert.deepEqual([manifest.id, plugged], ['fishing-licences', true])
  })

  it('is refused by its name where it is not installed', async () => {
    const { loaded, refused } = await loadAdapters(ROOT, adapterPlaces(edno, join(project, 'none'), ['@owner/other']))
    assert.deepEqual(loaded, [])
    assert.deepEqual(
      refused.flatMap(({ mistakes }) => mistakes.map(({ message }) => message)),
      ['adapter @owner/other: there is no such package with an adapter.json'],
    )
  })

  it('stands side by side with its next version, which is asked while the old one still answers', async () => {
    install('1.0.0')
    await using live = new LiveAdapters()
    const take = async (): Promise<void> => {
      const entry = await load()
      assert.equal(await live.stage(entry, ENDPOINT), undefined)
      live.commit(new Map([[entry.manifest.id, entry]]))
    }
    await take()
    const before = live.ask(PERMIT, { egn: 'wait' }, CONTEXT)
    install('2.0.0')
    await take()
    assert.equal((await live.ask(PERMIT, { egn: '1' }, CONTEXT)).sourceReference, '2.0.0')
    assert.deepEqual(told.closedVersions, undefined)
    told.letGo?.()
    assert.equal((await before).sourceReference, '1.0.0')
    assert.deepEqual(told.closedVersions, ['1.0.0'])
  })
})
