import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { readBundle } from '../../../src/pki/chain-certificate.ts'
import { pemCertificates } from '../../../src/pki/pem-certificates.ts'
import { NotACertificate } from '../../../src/pki/pki-errors.ts'
import { makeIdentity, type TestIdentity } from '../../support/certificates.ts'

describe('the certificates of a PEM text', () => {
  let one: TestIdentity
  let other: TestIdentity
  before(async () => {
    one = await makeIdentity('one', 'p-256')
    other = await makeIdentity('other', 'p-256')
  })

  it('are all that stand in it, in its order, whatever stands between them', () => {
    const text = `# first\r\n${one.certificatePem.replaceAll('\n', '\r\n')}\nsecond:\n${other.certificatePem}`
    const found = pemCertificates(text).map(({ fingerprint256 }) => fingerprint256.replaceAll(':', '').toLowerCase())
    assert.deepEqual(found, [one.fingerprint, other.fingerprint])
    assert.deepEqual(
      readBundle(Buffer.from(text)).map(({ sha256 }) => sha256),
      found,
    )
    assert.deepEqual(pemCertificates('none at all'), [])
  })

  it('are refused as a whole where one is cut off or no certificate: it is never passed over', () => {
    for (const broken of [
      `${one.certificatePem}${other.certificatePem.slice(0, 200)}`,
      `${one.certificatePem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    ]) {
      assert.throws(() => pemCertificates(broken), NotACertificate)
      assert.throws(() => readBundle(Buffer.from(broken)), NotACertificate)
    }
  })
})
