import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openFolder, testDatabaseUrl } from '../support/database.ts'
import { testPki } from '../support/pki.ts'
import { ROOT, type Started, startEdno, type Variables } from '../support/processes.ts'

const AUTHORITY = `id: test-authority
name: { bg: Удостоверител, en: Authority }
anchors: [root.crt]
revocation: { policy: required, crl: ['http://127.0.0.1:9/list.crl'] }
`

/** Keys from outside, as docs/OPERATING.md says; nothing of the development PKI is there. */
describe('edno in production', function () {
  this.timeout(180_000)
  let folder: string
  const running: Started[] = []
  const put = (name: string, text: string, mode = 0o644): string => {
    const file = join(folder, name)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text, { mode })
    return file
  }
  const ed25519 = (): string =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  let shared: object
  let registry: object
  let databaseUrlFile: string
  before(async () => {
    folder = await openFolder()
    const pki = await testPki()
    const parties = readdirSync(join(ROOT, 'config', 'parties')).map((name) => name.replace('.yaml', ''))
    for (const party of parties) {
      put(`data/pki/parties/${party}/tls.crt`, (await pki.leaf(`${party} tls`, { use: 'client' })).certificate)
      put(`data/pki/parties/${party}/seal.crt`, (await pki.leaf(`${party} seal`)).certificate)
    }
    const pair = async (name: string, wish: Parameters<typeof pki.leaf>[1]) => {
      const { certificate, key } = await pki.leaf(name, wish)
      return { certificateFile: put(`${name}.crt`, certificate), keyFile: put(`${name}.key`, key, 0o400) }
    }
    const caFile = put('ca.crt', pki.ca)
    put('trust/root.crt', pki.ca)
    put('trust/test-authority.yaml', AUTHORITY)
    databaseUrlFile = put('database-url', await testDatabaseUrl(), 0o400)
    const keys = {
      tls: await pair('tls', { use: 'server', hosts: ['localhost'] }),
      seal: await pair('seal', {}),
      clientAuthoritiesFile: caFile,
      logKeyFile: put('log.key', ed25519(), 0o400),
      payloadKeyFile: put('payload.key', randomBytes(32).toString('hex'), 0o400),
      callbackKeyFile: put('callback.key', ed25519(), 0o400),
    }
    shared = {
      ...{ dataDirectory: join(folder, 'data'), keys, databaseUrlFile },
      access: { grantsFrom: 'agreements' },
      log: { origin: 'edno.example.org/log' },
      governance: { trustFolder: join(folder, 'trust') },
    }
    registry = { url: 'https://127.0.0.1:9/', caFile, ...(await pair('client', { use: 'client' })) }
  })
  after(async () => {
    for (const started of running) started.kill('SIGKILL')
    await Promise.all(running.map(({ ended }) => ended))
    await rm(folder, { recursive: true, force: true })
  })

  const variables = (name: string, settings: object): Variables => ({
    EDNO_ENV: 'production',
    EDNO_CONFIG: put(`${name}.json`, JSON.stringify({ ...shared, ...settings })),
    EDNO_HTTP_PORT: '0',
  })
  const begin = (...of: Parameters<typeof startEdno>): Started => {
    const started = startEdno(...of)
    running.push(started)
    return started
  }
  const stop = async (started: Started): Promise<string> => {
    started.kill('SIGTERM')
    const { status, stderr } = await started.ended
    assert.equal(status, 0, stderr)
    return stderr
  }

  it('has workers that need the address and the keys of their own registry only', async () => {
    const settings = variables('worker', { registries: { 'civil-registry': registry } })
    const worker = begin(['worker', '--registry', 'civil-registry'], settings)
    await worker.said('edno works for civil-registry; queue: postgres')
    assert.doesNotMatch(await stop(worker), /NOT FOR PRODUCTION|simulat/)
    const all = await begin(['worker'], settings).ended
    assert.equal(all.status, 1)
    assert.match(all.stderr, /registries\/vehicle-register is missing: where is this registry\?/)
  })

  it('has a front door that needs those of no registry, where workers ask them all', async () => {
    const serving = begin(['serve'], variables('front', { dispatch: { inProcess: [], drainMs: 1000 } }))
    await serving.said('edno listens on')
    assert.doesNotMatch(await stop(serving), /NOT FOR PRODUCTION|simulat/)
  })
})
