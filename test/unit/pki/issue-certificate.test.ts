import assert from 'node:assert/strict'
import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { describe, it } from 'mocha'
import { NotACertificate } from '../../../src/pki/pki-errors.ts'
import { readCertificate } from '../../../src/pki/read-certificate.ts'
import { testPki } from '../../support/pki.ts'

describe('issueCertificate and readCertificate', () => {
  it('reads back the digest, the key, the dates and the subject', async () => {
    const pki = await testPki()
    const notBefore = new Date('2030-01-01T00:00:00Z')
    const notAfter = new Date('2030-02-01T00:00:00Z')
    const leaf = await pki.leaf('troyan', { notBefore, notAfter, organisationIdentifier: 'NTRBG-000291709' })
    const der = new X509Certificate(leaf.certificate).raw
    assert.equal(leaf.read.sha256, createHash('sha256').update(der).digest('hex'))
    assert.equal(leaf.read.derBase64, der.toString('base64'))
    assert.deepEqual([leaf.read.notBefore, leaf.read.notAfter], [notBefore, notAfter])
    assert.match(leaf.read.subject, /CN=troyan/)
    assert.match(leaf.read.subject, /organizationIdentifier=NTRBG-000291709/)
    assert.ok(leaf.read.key.equals(createPublicKey(createPrivateKey(leaf.key))))
    assert.deepEqual(readCertificate(der), leaf.read)
  })

  it('makes keys of both types', async () => {
    const pki = await testPki()
    assert.equal((await pki.leaf('a', { keyType: 'rsa-2048' })).read.key.asymmetricKeyType, 'rsa')
    assert.equal((await pki.leaf('a')).read.key.asymmetricKeyType, 'ec')
  })

  it('says what a certificate is for', async () => {
    const pki = await testPki()
    const usages = async (use: 'server' | 'client' | 'seal'): Promise<string[] | undefined> =>
      // Node prints extended key usages only; a seal has none.
      new X509Certificate((await pki.leaf('a', { use })).certificate).keyUsage
    assert.deepEqual(await usages('server'), ['1.3.6.1.5.5.7.3.1'])
    assert.deepEqual(await usages('client'), ['1.3.6.1.5.5.7.3.2'])
    assert.equal(await usages('seal'), undefined)
  })

  it('makes one that has ended and one of an authority nobody knows', async () => {
    const pki = await testPki()
    const ca = new X509Certificate(pki.ca)
    assert.ok((await pki.expired('a')).read.notAfter < new Date())
    assert.ok(new X509Certificate((await pki.expired('a')).certificate).verify(ca.publicKey))
    assert.ok(!new X509Certificate((await pki.stranger('a')).certificate).verify(ca.publicKey))
  })

  it('refuses to read what is no certificate, without repeating it', () => {
    assert.throws(
      () => readCertificate('-----BEGIN PRIVATE KEY-----\nsecret'),
      (error) => {
        assert.ok(error instanceof NotACertificate)
        assert.doesNotMatch(error.message, /secret/)
        return true
      },
    )
  })
})
