import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { type CertificateDirectories, openCertificates } from '../../../src/policy/certificate-directory.ts'
import { GovernanceRefused } from '../../../src/policy/governance-refused.ts'
import { testPki } from '../../support/pki.ts'
import { aGovernance, suspended } from './a-governance.ts'

describe('openCertificates', () => {
  let dataDirectory = ''
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
  const open = (environment: 'development' | 'production' = 'development'): CertificateDirectories =>
    openCertificates(aGovernance({ 'parties/village.yaml': suspended('village') }), { dataDirectory, environment })
  const refusal = (environment: 'development' | 'production' = 'development'): string => {
    try {
      open(environment)
    } catch (error) {
      if (error instanceof GovernanceRefused) return error.message
    }
    return assert.fail('not refused')
  }

  it('finds the party by its certificate, each kind in its own directory', async () => {
    const pki = await testPki()
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
    const pki = await testPki()
    put('town/seal.crt', (await pki.leaf('town')).certificate)
    const { seals } = open()
    assert.equal(seals.find((await pki.stranger('town')).read.sha256), undefined)
    assert.equal(seals.find((await pki.leaf('town')).read.sha256), undefined)
  })

  it('knows suspended parties and expired certificates, so that the refusal can say why', async () => {
    const pki = await testPki()
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
    const leaf = await (await testPki()).leaf('town')
    put('town/seal.crt', leaf.certificate)
    put('village/tls.crt', leaf.certificate)
    assert.match(refusal(), /the same certificate stands for town and for village/)
  })

  it('refuses certificates of the development PKI in production', async () => {
    put('town/seal.crt', (await (await testPki()).leaf('town seal, NOT FOR PRODUCTION')).certificate)
    assert.ok(open())
    assert.match(refusal('production'), /is a certificate of the development PKI/)
  })
})
