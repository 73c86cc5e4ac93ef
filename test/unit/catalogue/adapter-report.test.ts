import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AdapterReport, readReport, signReport } from '../../../src/catalogue/adapter-report.ts'
import { adapterPlaces } from '../../../src/catalogue/adapter-places.ts'
import { folderDigest, REPORT_FILE } from '../../../src/catalogue/folder-digest.ts'
import { loadAdapters } from '../../../src/catalogue/load-adapters.ts'
import { NewAdapter } from '../../support/new-adapter.ts'
import { ROOT } from '../../support/processes.ts'

const keyPair = (type: 'ed25519' | 'x25519' = 'ed25519') => {
  const { privateKey, publicKey } = generateKeyPairSync(type as 'ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}
const KEY = keyPair()

describe('the report of an adapter', () => {
  let made: NewAdapter
  beforeEach(async () => {
    made = await NewAdapter.write('dog-register', 'rest')
  })
  afterEach(() => made.remove())

  const reportOf = (changes: Partial<AdapterReport> = {}): AdapterReport => ({
    adapter: 'dog-register',
    digest: folderDigest(made.folder),
    edno: '0.1.0',
    at: '2026-01-15T12:00:00.000Z',
    passed: true,
    checks: [{ group: 'adapter', title: 'opens', passed: true, ms: 1, reason: 'ЕГН 8427029967' }],
    ...changes,
  })
  const keep = (jws: string): void => writeFileSync(join(made.folder, REPORT_FILE), `${jws}\n`)
  const load = async (): Promise<string> => {
    const places = adapterPlaces(ROOT, join(made.above, 'none'), [made.folder])
    const { loaded, refused } = await loadAdapters(ROOT, places, {
      reports: { keys: [keyPair().publicKey, KEY.publicKey] },
    })
    return loaded.length === 1
      ? 'loaded'
      : refused
          .flatMap(({ mistakes }) => mistakes)
          .map(({ message }) => message)
          .join()
  }

  it('opens the adapter whose files it was made of', async () => {
    keep(signReport(reportOf(), KEY.privateKey))
    assert.equal(await load(), 'loaded')
  })

  it('says nothing of the examples', () => {
    const report = readReport(signReport(reportOf(), KEY.privateKey), [KEY.publicKey])
    assert.deepEqual(report?.checks, [{ group: 'adapter', title: 'opens', passed: true, ms: 1 }])
  })

  it('does not open one without a report, and runs none of its code', async () => {
    writeFileSync(join(made.folder, 'index.js'), 'globalThis.ranWithoutReport = true\nexport default {}\n')
    assert.match(await load(), /adapter dog-register: has no report/)
    assert.ok(!('ranWithoutReport' in globalThis))
  })

  it('does not open one whose files changed after the check', async () => {
    keep(signReport(reportOf(), KEY.privateKey))
    appendFileSync(join(made.folder, 'permit.v1', 'rest.json'), '\n')
    assert.match(await load(), /was made of other files than these/)
  })

  it('does not open one of which what a link leads to changed after the check', async () => {
    const [inside, outside] = [join(made.folder, 'permit.v1'), join(made.above, 'permit.v1')]
    renameSync(inside, outside)
    symlinkSync(outside, inside)
    keep(signReport(reportOf(), KEY.privateKey))
    assert.equal(await load(), 'loaded')
    appendFileSync(join(outside, 'rest.json'), '\n')
    assert.match(await load(), /was made of other files than these/)
  })

  it('is not held up by links that lead nowhere, or back to where they lie', () => {
    const before = folderDigest(made.folder)
    mkdirSync(join(made.folder, 'more'))
    symlinkSync('..', join(made.folder, 'more', 'round'))
    symlinkSync('nowhere', join(made.folder, 'more', 'gone'))
    assert.equal(folderDigest(made.folder), before)
  })

  it('refuses by its name one whose files cannot be read, as a link to itself', async () => {
    symlinkSync('itself', join(made.folder, 'itself'))
    assert.match(await load(), /adapter dog-register: its files cannot be read: ELOOP/)
  })

  it('does not open one by the report of another adapter, or by one that failed', async () => {
    keep(signReport(reportOf({ adapter: 'cat-register' }), KEY.privateKey))
    assert.match(await load(), /was made of other files than these/)
    keep(signReport(reportOf({ passed: false }), KEY.privateKey))
    assert.match(await load(), /says that the adapter failed/)
  })

  it('believes no report that another key signed, or that was changed', async () => {
    keep(signReport(reportOf(), keyPair().privateKey))
    assert.match(await load(), /is signed by no key/)
    const [header, , signature] = signReport(reportOf({ passed: false }), KEY.privateKey).split('.')
    const payload = Buffer.from(JSON.stringify(reportOf())).toString('base64url')
    keep([header, payload, signature].join('.'))
    assert.match(await load(), /is signed by no key/)
    keep(['eyJhbGciOiJub25lIn0', payload, ''].join('.'))
    assert.match(await load(), /is signed by no key/)
  })

  it('stands for the files of the owner, not for those of the operator', () => {
    const before = folderDigest(made.folder)
    appendFileSync(join(made.folder, 'operator', 'config.json'), '\n')
    assert.equal(folderDigest(made.folder), before)
    assert.ok(!readFileSync(join(made.folder, 'adapter.json'), 'utf8').includes(before))
  })

  it('is signed by Ed25519 alone', () => {
    assert.throws(() => signReport(reportOf(), keyPair('x25519').privateKey), /not an Ed25519 key/)
  })
})
