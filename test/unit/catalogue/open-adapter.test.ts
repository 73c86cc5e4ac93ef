import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdapterModule } from '../../../src/adapter-kit/adapter.ts'
import { readManifest } from '../../../src/adapter-kit/examples.ts'
import type { AdapterEntry } from '../../../src/catalogue/entries.ts'
import { importAdapter } from '../../../src/catalogue/import-adapter.ts'
import { openAdapter } from '../../../src/catalogue/open-adapter.ts'
import { NewAdapter } from '../../support/new-adapter.ts'

const ENDPOINT = { url: 'https://127.0.0.1:1', ca: '', certificate: '', key: '' }

describe('an adapter whose code does not keep to the contract', () => {
  let made: NewAdapter
  before(async () => {
    made = await NewAdapter.write('fishing-licences', 'rest')
  })
  after(() => made.remove())

  const opened = async (open: () => Promise<unknown>): Promise<string> => {
    const manifest = readManifest(made.folder)
    const module = { open } as AdapterModule
    const entry: AdapterEntry = {
      ...{ manifest, module, folder: made.folder, digest: 'a', plugged: true, operations: [] },
    }
    const told = await openAdapter(entry, ENDPOINT, 30)
    return typeof told === 'string' ? told : 'open'
  }

  it('is refused where it never ends opening', async () => {
    assert.equal(await opened(() => new Promise(() => undefined)), 'did not open within 30 ms')
  })

  it('is refused where it cannot be closed', async () => {
    const open = () => Promise.resolve({ operations: { 'permit@1': () => undefined } })
    assert.match(await opened(open), /^cannot be closed: .*asyncDispose/)
  })

  it('is refused where it never ends being imported', async () => {
    writeFileSync(join(made.folder, 'index.js'), 'await new Promise(() => {})\nexport default {}\n')
    const code = { folder: made.folder, ownName: undefined, manifest: readManifest(made.folder), digest: 'b' }
    assert.equal(await importAdapter(code, 30), 'was not imported within 30 ms')
  })
})
