import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { partyId } from '../../../src/model/ids.ts'
import { fileSealer, sealCanonicalXml, sealXml } from '../../../src/signature/seal-xml.ts'
import { APPLICATION_SEAL, type CertificateDirectory, verifySeal } from '../../../src/signature/verify-seal.ts'
import { directoryOf, makeIdentity, sealerOf, type TestIdentity } from '../../support/certificates.ts'
import { applicationXml, sealedApplication } from '../../support/documents.ts'

const AT = new Date('2026-10-05T06:30:00Z')

describe('the seal', () => {
  let troyan: TestIdentity
  let other: TestIdentity

  before(async () => {
    troyan = await makeIdentity('troyan', 'p-256')
    other = await makeIdentity('lovech', 'rsa-2048')
  })

  it('gives the octets that were signed and who signed them', () => {
    const verified = verifySeal(sealedApplication(other), directoryOf(troyan, other), AT)
    const key = createHash('sha256')
      .update(other.certificate.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex')
    assert.deepEqual(verified.signer, { party: 'lovech', certificate: other.fingerprint, key })
    assert.equal(Buffer.from(verified.content).toString(), applicationXml({ consumer: partyId('lovech') }))
  })

  it('holds on the first and the last instant of the certificate and not a millisecond beside', () => {
    const from = new Date('2026-01-01T00:00:00Z')
    const to = new Date('2026-02-01T00:00:00Z')
    const directory: CertificateDirectory = {
      find: () => ({ party: partyId('troyan'), key: troyan.certificate.publicKey, notBefore: from, notAfter: to }),
    }
    const sealed = sealedApplication(troyan)
    for (const at of [from, to]) assert.doesNotThrow(() => verifySeal(sealed, directory, at))
    for (const at of [new Date(from.getTime() - 1), new Date(to.getTime() + 1)])
      assert.throws(() => verifySeal(sealed, directory, at), {
        code: 'signature.certificate-expired',
        detail: 'the certificate is outside its validity',
      })
  })

  it('asks the directory once, by the SHA-256 of the certificate, and only for a signature of the right form', () => {
    const asked: string[] = []
    const directory: CertificateDirectory = { find: (fingerprint) => void asked.push(fingerprint) }
    const sealed = sealedApplication(troyan)
    assert.throws(() => verifySeal(sealed, directory, AT), {
      code: 'signature.certificate-unknown',
      detail: 'the certificate is not registered',
    })
    assert.deepEqual(asked, [troyan.fingerprint])
    const twice = Buffer.from(sealed)
      .toString()
      .replace(/<ds:Signature .*<\/ds:Signature>/, '$&$&')
    assert.throws(() => verifySeal(Buffer.from(twice), directory, AT), { code: 'signature.structure' })
    assert.equal(asked.length, 1)
  })

  it('is judged on the document that is expected, and on no other', () => {
    for (const profile of [
      { ...APPLICATION_SEAL, root: 'Answer' },
      { ...APPLICATION_SEAL, namespace: 'urn:example:other' },
    ])
      assert.throws(() => verifySeal(sealedApplication(troyan), directoryOf(troyan), AT, profile), {
        code: 'request.malformed',
        detail: `the root is not ${profile.root} in ${profile.namespace}`,
      })
  })

  it('keeps why the XML was refused', () => {
    assert.throws(
      () => verifySeal(Buffer.from('<!DOCTYPE a><a></a>'), directoryOf(troyan), AT),
      (error) => error instanceof Error && error.cause instanceof Error && error.cause.name === 'XmlFault',
    )
  })

  it('takes the limit of size from the profile', () => {
    const sealed = sealedApplication(troyan)
    const profile = { ...APPLICATION_SEAL, maxBytes: sealed.byteLength }
    assert.doesNotThrow(() => verifySeal(sealed, directoryOf(troyan), AT, profile))
    assert.throws(() => verifySeal(sealed, directoryOf(troyan), AT, { ...profile, maxBytes: profile.maxBytes - 1 }), {
      code: 'request.too-large',
    })
  })

  it('is put before the end tag of the root and leaves every other byte as it was', () => {
    const xml =
      '<?xml version="1.0"?>\r\n<!-- a --><Application xmlns=\'urn:edno:exchange:1\' >\r\n <Case >й</Case>\r\n</Application >\n<!-- </x> -->'
    const sealed = Buffer.from(sealXml(xml, sealerOf(troyan))).toString()
    assert.equal(sealed.replace(/<ds:Signature .*<\/ds:Signature>/s, ''), xml)
    assert.match(sealed, /<\/Case>\r\n<ds:Signature .*<\/ds:Signature><\/Application >/s)
    assert.doesNotThrow(() => verifySeal(Buffer.from(sealed), directoryOf(troyan), AT))
  })

  it('is the same with and without parsing where the document is canonical already', () => {
    const sealer = sealerOf(other)
    assert.deepEqual(sealCanonicalXml(applicationXml(), sealer), sealXml(applicationXml(), sealer))
  })

  it('is not made over a document that has one, has no end tag, or is no XML', () => {
    const sealer = sealerOf(troyan)
    assert.throws(() => sealXml(sealedApplication(troyan), sealer), {
      code: 'signature.structure',
      detail: 'it is signed already',
    })
    assert.throws(() => sealXml('<Application xmlns="urn:edno:exchange:1"/>', sealer), {
      code: 'request.malformed',
      detail: 'the root has no content',
    })
    assert.throws(() => sealXml('<!DOCTYPE a><a></a>', sealer), { code: 'request.malformed' })
  })

  it('is not made with a key of another certificate, nor with a key off the list', async () => {
    assert.throws(() => fileSealer(troyan.certificatePem, other.privateKeyPem), {
      code: 'broker.signing',
      detail: 'the key is not of the certificate',
    })
    for (const kind of ['rsa-1024', 'p-384'] as const) {
      const weak = await makeIdentity('troyan', kind)
      assert.throws(() => sealerOf(weak), { code: 'broker.signing', detail: 'RSA of 2048 bits or P-256 is expected' })
    }
  })

  it('takes a sealer of any make, not only of a file', () => {
    const inner = sealerOf(troyan)
    const asked: number[] = []
    const sealer = { ...inner, sign: (octets: Uint8Array) => (asked.push(octets.byteLength), inner.sign(octets)) }
    assert.doesNotThrow(() => verifySeal(sealXml(applicationXml(), sealer), directoryOf(troyan), AT))
    assert.equal(asked.length, 1)
  })
})
