import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { readChainCertificate } from '../../../src/pki/chain-certificate.ts'
import { type DevelopmentPki, ensureDevelopmentPki } from '../../../src/pki/development-pki.ts'
import { judgePath } from '../../../src/pki/validate-path.ts'

const NOW = new Date('2030-06-01T10:00:00Z')
const DAY_MS = 86_400_000
const parties = [{ id: 'troyan', eik: '000291709' }, { id: 'bansko' }]

const allFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(allFiles(folder).map((file) => [file, readFileSync(file, 'utf8')]))

describe('ensureDevelopmentPki', () => {
  let folder = ''
  const make = (now = NOW): Promise<DevelopmentPki> => ensureDevelopmentPki({ folder, parties, now })
  const certificate = (file: string): X509Certificate => new X509Certificate(readFileSync(file))

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'edno-pki-')), 'pki')
  })
  afterEach(() => {
    rmSync(join(folder, '..'), { recursive: true })
  })

  it('makes a certificate with its key for the broker, the registries and every party, under one authority', async () => {
    const pki = await make()
    const ca = certificate(pki.caFile)
    const leaves = [
      ...[pki.broker.tls, pki.broker.client, pki.broker.seal, pki.registries, pki.stamps],
      ...[...pki.parties.values()].flatMap(({ tls, seal }) => [tls, seal]),
    ]
    assert.equal(leaves.length, 9)
    for (const { certificateFile, keyFile } of leaves) {
      const leaf = certificate(certificateFile)
      assert.ok(leaf.verify(ca.publicKey), certificateFile)
      assert.ok(leaf.checkIssued(ca), certificateFile)
      assert.ok(leaf.checkPrivateKey(createPrivateKey(readFileSync(keyFile))), certificateFile)
      assert.match(leaf.subject, /NOT FOR PRODUCTION/)
      assert.equal(leaf.ca, false)
    }
    assert.ok(ca.ca)
    assert.match(ca.subject, /NOT FOR PRODUCTION/)
  })

  it('has a certificate for a time-stamping authority, good for that and for nothing else', async () => {
    const pki = await make()
    const read = (file: string) => readChainCertificate(readFileSync(file))
    const path = [read(pki.stamps.certificateFile), read(pki.caFile)]
    const failing = (purpose: 'time-stamp' | 'seal') =>
      judgePath(path, purpose, NOW)
        .filter(({ holds }) => !holds)
        .map(({ check }) => check)
    assert.deepEqual([failing('time-stamp'), failing('seal')], [[], ['extended-key-usage']])
  })

  it('keeps keys from other users', async () => {
    await make()
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    for (const file of allFiles(folder).filter((name) => name.endsWith('.key'))) {
      assert.equal(statSync(file).mode & 0o777, 0o600, file)
    }
  })

  it('names the loopback hosts in the certificates of servers', async () => {
    const pki = await make()
    for (const { certificateFile } of [pki.broker.tls, pki.registries]) {
      const leaf = certificate(certificateFile)
      assert.ok(leaf.checkHost('localhost'))
      assert.ok(leaf.checkIP('127.0.0.1'))
      assert.ok(leaf.checkIP('::1'))
    }
  })

  it('seals with both algorithms, and names the administration where its ЕИК is known', async () => {
    const pki = await make()
    const troyan = certificate(pki.parties.get('troyan')!.seal.certificateFile)
    const bansko = certificate(pki.parties.get('bansko')!.seal.certificateFile)
    assert.equal(troyan.publicKey.asymmetricKeyType, 'rsa')
    assert.equal(bansko.publicKey.asymmetricKeyType, 'ec')
    assert.match(troyan.subject, /^organizationIdentifier=NTRBG-000291709$/m)
    assert.doesNotMatch(bansko.subject, /NTRBG/)
    assert.equal(createPrivateKey(readFileSync(pki.broker.logKeyFile)).asymmetricKeyType, 'ed25519')
    assert.equal(Buffer.from(readFileSync(pki.broker.payloadKeyFile, 'utf8'), 'hex').length, 32)
  })

  it('changes nothing when it runs again', async () => {
    await make()
    const before = contents(folder)
    await make(new Date(NOW.getTime() + 86 * DAY_MS))
    assert.deepEqual(contents(folder), before)
  })

  it('renews what ends within three days, and never the authority, the keys of log, callbacks and search, or the payload key', async () => {
    await make()
    const before = contents(folder)
    const later = new Date(NOW.getTime() + 88 * DAY_MS)
    const pki = await make(later)
    const after = contents(folder)
    const same = Object.keys(after).filter((file) => after[file] === before[file])
    assert.deepEqual(
      same.map((file) => file.slice(folder.length)),
      ['/broker/callback.key', '/broker/log.key', '/broker/payload.key', '/broker/search.key', '/ca.crt', '/ca.key'],
    )
    assert.ok(new Date(certificate(pki.broker.tls.certificateFile).validTo).getTime() > later.getTime() + 80 * DAY_MS)
  })

  it('mends a folder that was left half written, and leaves the rest', async () => {
    const pki = await make()
    const before = contents(folder)
    rmSync(pki.broker.seal.keyFile)
    writeFileSync(pki.registries.certificateFile, '-----BEGIN CERT')
    writeFileSync(pki.parties.get('bansko')!.tls.keyFile, readFileSync(pki.broker.tls.keyFile))
    await make()
    const after = contents(folder)
    const changed = Object.keys(after).filter((file) => after[file] !== before[file])
    assert.deepEqual(
      changed.map((file) => file.slice(folder.length)),
      ['seal.crt', 'seal.key']
        .map((name) => `/broker/${name}`)
        .concat(['tls.crt', 'tls.key'].map((name) => `/parties/bansko/${name}`))
        .concat(['tls.crt', 'tls.key'].map((name) => `/registries/${name}`)),
    )
  })

  it('issues everything anew under a new authority when the key of the authority is gone', async () => {
    await make()
    rmSync(join(folder, 'ca.key'))
    const pki = await make()
    assert.ok(certificate(pki.broker.tls.certificateFile).verify(certificate(pki.caFile).publicKey))
  })

  it('issues a certificate anew when the party has another ЕИК', async () => {
    await make()
    const pki = await ensureDevelopmentPki({ folder, parties: [{ id: 'troyan', eik: '999999995' }], now: NOW })
    assert.match(certificate(pki.parties.get('troyan')!.tls.certificateFile).subject, /NTRBG-999999995/)
  })

  it('lets two that start at once take turns, and takes over the lock of one that died', async () => {
    mkdirSync(join(folder, '.lock'), { recursive: true })
    const long = new Date(Date.now() - 60_000)
    utimesSync(join(folder, '.lock'), long, long)
    const [one, other] = await Promise.all([make(), make()])
    assert.deepEqual(one, other)
    const leaf = certificate(one.broker.seal.certificateFile)
    assert.ok(leaf.checkPrivateKey(createPrivateKey(readFileSync(one.broker.seal.keyFile))))
    assert.ok(!allFiles(folder).some((file) => file.includes('.draft')))
  })
})
