import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { holdsCertificates } from '../../../src/config/authorities.ts'
import { testPki } from '../../support/pki.ts'

describe('a bundle of authorities', () => {
  let ca = ''
  before(async () => {
    ca = (await testPki()).ca
  })

  it('holds one certificate or several, whatever text stands between them', () => {
    assert.ok(holdsCertificates(ca))
    assert.ok(holdsCertificates(`# first\n${ca}\n# second\n${ca.replaceAll('\n', '\r\n')}`))
  })

  it('holds none where there is none, or where one is broken or cut short', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    for (const bundle of ['', '\n', 'no certificate', broken, `${ca}${broken}`, `${ca}${ca.slice(0, 200)}`])
      assert.equal(holdsCertificates(bundle), false)
  })
})
