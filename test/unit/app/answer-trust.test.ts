import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { writeExecuteReply } from '../../../src/adapter-kit/regix/execute-reply.ts'
import { signData } from '../../../src/adapter-kit/soap/sign-data.ts'
import type { XmlElement } from '../../../src/adapter-kit/soap/xml-element.ts'
import { type AnswerTrustParts, answerVerifiers } from '../../../src/app/answer-trust.ts'
import type { RegistryConfig } from '../../../src/config/config.ts'
import { makeIdentity, type TestIdentity } from '../../support/certificates.ts'
import { openFolder } from '../../support/database.ts'

const element = (name: string): XmlElement => ({
  ...{ name, namespace: 'urn:p', attributes: {}, nil: false, children: [], text: '' },
})

describe('who signs the answers of which registry', function () {
  this.timeout(60_000)
  let folder: string
  let first: TestIdentity
  let second: TestIdentity
  let registries: Readonly<Record<string, RegistryConfig>> = {}
  const told: string[] = []
  before(async () => {
    folder = await openFolder()
    first = await makeIdentity('first', 'rsa-2048')
    second = await makeIdentity('second', 'rsa-2048')
  })
  after(() => rmSync(folder, { recursive: true }))
  beforeEach(() => {
    registries = {}
    told.splice(0)
  })

  const signed = ({ certificatePem, privateKeyPem }: TestIdentity): Uint8Array =>
    Buffer.from(
      writeExecuteReply({
        callId: 7,
        request: element('ValidPersonRequest'),
        response: element('ValidPersonResponse'),
        matrix: { type: 'ValidPersonResponse', paths: [] },
        sign: (data, namespace) => signData(data, namespace, { certificate: certificatePem, key: privateKeyPem }),
      }),
    )
  const entry = (name: string, more: Partial<RegistryConfig> = {}): RegistryConfig => {
    const file = join(folder, `${name}.crt`)
    return {
      url: 'https://127.0.0.1:1',
      caFile: '',
      certificateFile: '',
      keyFile: '',
      answerCertificatesFile: file,
      ...more,
    }
  }
  const trusted = (name: string, { certificatePem }: TestIdentity): RegistryConfig => {
    writeFileSync(join(folder, `${name}.crt`), certificatePem)
    return entry(name)
  }
  const logger = { warn: (text: string) => void told.push(text), error: (text: string) => void told.push(text) }
  const opened = () => {
    const parts: AnswerTrustParts = {
      config: () => ({ registries, simulateRegistries: false }),
      keys: {},
      clock: () => new Date('2026-11-01T00:00:00Z'),
      logger,
    }
    return answerVerifiers(parts)
  }
  const isBelieved = (verify: ReturnType<ReturnType<typeof opened>>, signer: TestIdentity): boolean => {
    assert.ok(verify !== undefined, 'nothing would be verified')
    try {
      return verify(signed(signer)).length > 0
    } catch (error) {
      assert.ok(AdapterFault.is(error) && error.kind === 'bad-signature', String(error))
      return false
    }
  }

  it('is as configured, and undefined only where the configuration names the registry without certificates', () => {
    const { answerCertificatesFile: _, ...unsigned } = entry('none')
    registries = { town: trusted('first', first), plain: unsigned }
    const verifierOf = opened()
    assert.equal(isBelieved(verifierOf('town'), first), true)
    assert.equal(isBelieved(verifierOf('town'), second), false)
    assert.equal(verifierOf('plain'), undefined)
  })

  it('is nobody where the configuration does not name the registry', () => {
    assert.equal(isBelieved(opened()('stranger'), first), false)
  })

  it('follows the configuration while edno runs: registries that come, certificates that go', () => {
    const verifierOf = opened()
    registries = { late: trusted('first', first) }
    assert.equal(isBelieved(verifierOf('late'), first), true)
    assert.equal(isBelieved(verifierOf('late'), second), false)
    registries = { late: trusted('second', second) }
    assert.equal(isBelieved(verifierOf('late'), first), false)
    assert.equal(isBelieved(verifierOf('late'), second), true)
  })

  it('is nobody where certificates that came later cannot be read, which is told; at the start edno does not begin', () => {
    const verifierOf = opened()
    registries = { late: entry('missing') }
    assert.equal(isBelieved(verifierOf('late'), first), false)
    assert.deepEqual(told, ['the certificates of this registry cannot be read: none of its answers is believed'])
    assert.throws(opened, { code: 'ENOENT' })
  })

  it('warns of SHA-1 once a configuration', () => {
    registries = { old: { ...trusted('first', first), answersBySha1: true } }
    const verifierOf = opened()
    verifierOf('old')
    assert.deepEqual(told, ['answers of this registry may be signed with SHA-1'])
  })
})
