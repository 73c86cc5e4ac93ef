import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, before, beforeEach, describe, it } from 'mocha'
import { readBundle } from '../../../src/pki/chain-certificate.ts'
import { expiringAt } from '../../../src/pki/expiry.ts'
import { spkiSha256 } from '../../../src/pki/spki.ts'
import { openTrust, type Trust } from '../../../src/pki/trust.ts'
import { type CertificateDirectories, openCertificates } from '../../../src/policy/certificate-directory.ts'
import { GovernanceRefused } from '../../../src/policy/governance-refused.ts'
import { type Made, makeAuthority, makeLeaf } from '../../support/chains.ts'
import { type TestPki, testPki } from '../../support/pki.ts'
import { aGovernance, partyText, suspended } from './a-governance.ts'

const inDays = (count: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 + count * 86_400_000)
const YEARS = { from: inDays(-99), until: inDays(999) }

describe('openCertificates', () => {
  let dataDirectory = ''
  let pki: TestPki
  before(async () => {
    pki = await testPki()
  })
  beforeEach(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'edno-certificates-'))
  })
  afterEach(() => {
    rmSync(dataDirectory, { recursive: true })
  })
  const put = (name: string, text: string): void => {
    mkdirSync(join(dataDirectory, name, '..'), { recursive: true })
    writeFileSync(join(dataDirectory, name), text)
  }
  const trust = (ca = pki.ca): Trust => {
    const anchors = readBundle(Buffer.from(ca))
    const revocation = { policy: 'none', ocsp: [], crl: [], hosts: [] } as const
    const uses = ['parties'] as const
    const authority = { id: 'test', uses, policies: [], anchors, intermediates: [], revocation }
    return openTrust([authority], { fetch: () => Promise.resolve(undefined), clock: () => new Date() })
  }
  const open = (environment: 'development' | 'production' = 'development'): CertificateDirectories =>
    openCertificates(aGovernance({ 'parties/village.yaml': suspended('village') }), {
      dataDirectory,
      environment,
      trust: trust(),
      now: new Date(),
    })
  const refusal = (environment: 'development' | 'production' = 'development'): string => {
    try {
      open(environment)
    } catch (error) {
      if (error instanceof GovernanceRefused) return error.message
    }
    return assert.fail('not refused')
  }

  it('finds the party by its certificate, each kind in its own directory', async () => {
    const [seal, tls] = [await pki.leaf('town'), await pki.leaf('town', { use: 'client' })]
    put('town/seal.crt', seal.certificate)
    put('town/tls.crt', tls.certificate)
    const { seals, connections } = open()
    const found = seals.find(seal.read.sha256)
    assert.equal(found?.party, 'town')
    assert.ok(found.key.equals(seal.read.key))
    assert.deepEqual([found.notBefore, found.notAfter], [seal.read.notBefore, seal.read.notAfter])
    assert.equal(connections.find(tls.read.sha256)?.party, 'town')
    assert.equal(seals.find(tls.read.sha256), undefined)
    assert.equal(connections.find(seal.read.sha256), undefined)
  })

  it('does not know a certificate of the same name that is not registered', async () => {
    put('town/seal.crt', (await pki.leaf('town')).certificate)
    const { seals } = open()
    assert.equal(seals.find((await pki.stranger('town')).read.sha256), undefined)
    assert.equal(seals.find((await pki.leaf('town')).read.sha256), undefined)
  })

  it('knows suspended parties and expired certificates, so that the refusal can say why', async () => {
    const expired = await pki.expired('village')
    put('village/seal.crt', expired.certificate)
    assert.equal(open().seals.find(expired.read.sha256)?.party, 'village')
  })

  it('warns of files that do not exist, and goes on without them', () => {
    const { warnings, seals } = open()
    assert.equal(warnings.length, 8)
    assert.match(warnings.join(), /town\/seal\.crt does not exist/)
    assert.equal(seals.find('00'), undefined)
  })

  it('refuses a file that is no certificate', () => {
    put('town/seal.crt', 'hunter2')
    assert.match(refusal(), /town\/seal\.crt:1: is not a certificate/)
    assert.doesNotMatch(refusal(), /hunter2/)
  })

  it('refuses one certificate for two parties', async () => {
    const leaf = await pki.leaf('town')
    put('town/seal.crt', leaf.certificate)
    put('village/tls.crt', leaf.certificate)
    assert.match(refusal(), /the same certificate stands for town and for village/)
  })

  it('refuses certificates of the development PKI in production', async () => {
    put('town/seal.crt', (await pki.leaf('town seal, NOT FOR PRODUCTION')).certificate)
    assert.ok(open())
    assert.match(refusal('production'), /is a certificate of the development PKI/)
  })

  it('refuses certificates whose path is wrong, and names each with the check that failed', async () => {
    put('town/seal.crt', (await pki.stranger('town')).certificate)
    put('town/tls.crt', (await pki.leaf('town', { use: 'server' })).certificate)
    assert.match(refusal(), /town\/seal\.crt:1: is not trusted: signatures \(the certificate itself\)/)
    assert.match(refusal(), /town\/tls\.crt:1: is not trusted: extended-key-usage/)
  })

  it('warns of a certificate that has ended, and lists when each of them ends', async () => {
    const [ended, good] = [await pki.expired('town'), await pki.leaf('village')]
    put('town/seal.crt', ended.certificate)
    put('village/seal.crt', good.certificate)
    const { warnings, dated } = open()
    assert.match(warnings.join('\n'), /town\/seal\.crt is outside its dates/)
    assert.deepEqual(
      dated.map(({ owner, use, notAfter }) => [owner, use, notAfter]),
      [
        ['town', 'seal', ended.read.notAfter],
        ['village', 'seal', good.read.notAfter],
      ],
    )
  })

  it('lists when the certificates of a pinned key end, once they come: of each key the one that lasts longest', async () => {
    const [issuer, nobody] = [await makeAuthority('Authority', YEARS), await makeAuthority('Nobody', YEARS)]
    const first = await makeLeaf('town', { issuer, from: inDays(-9), until: inDays(5) })
    const renewed = await makeLeaf('town', { issuer, keys: first.keys, from: inDays(-1), until: inDays(20) })
    const made = await makeLeaf('town', { issuer: nobody, keys: first.keys, from: inDays(-1), until: inDays(900) })
    const key = spkiSha256(first.read.key)
    const town = partyText('town', 'consumer').replace(/seal: \[.*?\]/, `seal: [], sealKeys: ['${key}']`)
    assert.match(town, /sealKeys/)
    const directories = openCertificates(aGovernance({ 'parties/town.yaml': town }), {
      ...{ dataDirectory, environment: 'development', trust: trust(issuer.pem), now: new Date() },
    })
    const ends = () => directories.dated.map(({ owner, use, notAfter }) => [owner, use, notAfter])
    assert.deepEqual(ends(), [], 'nobody knows them before')
    const come = ({ read }: Made) => directories.seals.find(read.sha256, read.der)
    come(first)
    assert.deepEqual(ends(), [['town', 'pinned seal', first.read.notAfter]])
    assert.deepEqual(
      expiringAt(directories.dated, new Date()).map(({ within }) => within),
      [7],
    )
    come(renewed)
    come(first)
    assert.deepEqual(ends(), [['town', 'pinned seal', renewed.read.notAfter]])
    // Whoever has seen the public key can write a certificate over it; it is not trusted and says nothing.
    assert.equal(come(made)?.party, 'town')
    assert.deepEqual(ends(), [['town', 'pinned seal', renewed.read.notAfter]])
  })
})
