import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { signContainer, type SignedFile } from '../../../src/signature/container-signature.ts'
import { verifyContainerSignature } from '../../../src/signature/verify-container-signature.ts'
import { makeIdentity, sealerOf, type TestIdentity } from '../../support/certificates.ts'

const AT = new Date('2026-11-22T08:00:00.000Z')
const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64')
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const FILES: readonly SignedFile[] = [
  { path: 'application.xml', mediaType: 'application/xml', digest: digestOf('application') },
  { path: 'log/1-opened.json', mediaType: 'application/json', digest: digestOf('entry') },
]

describe('the signature of a container', () => {
  let identities: readonly TestIdentity[]
  before(async () => {
    identities = [await makeIdentity('edno', 'p-256'), await makeIdentity('edno', 'rsa-2048')]
  })
  const signed = (identity = identities[0]!): Buffer => Buffer.from(signContainer(FILES, sealerOf(identity), AT))

  it('holds, and says what was signed, by whom and when', () => {
    for (const identity of identities) {
      const read = verifyContainerSignature(signed(identity))
      assert.ok(read)
      assert.deepEqual(read.files, FILES)
      assert.equal(read.signedAt, AT.toISOString())
      assert.equal(read.certificate, sealerOf(identity).certificate)
    }
  })

  it('does not hold with any byte of it changed, left out or added', () => {
    const whole = signed()
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 1
      assert.equal(verifyContainerSignature(changed), undefined, `byte ${at}`)
    }
    assert.equal(verifyContainerSignature(Buffer.concat([whole, Buffer.from(' ')])), undefined)
    assert.equal(verifyContainerSignature(whole.subarray(1)), undefined)
    assert.equal(verifyContainerSignature(Buffer.alloc(0)), undefined)
  })

  it('does not hold with its certificate in another spelling of the same octets', async () => {
    // Of the letters before a padding some bits are left over; how long a certificate is differs by its signature.
    const padded = (each: TestIdentity): boolean => sealerOf(each).certificate.endsWith('=')
    let identity = identities[0]!
    while (!padded(identity)) identity = await makeIdentity('edno', 'p-256')
    const { certificate } = sealerOf(identity)
    const last = certificate.replace(/=+$/, '').at(-1)!
    const next = ALPHABET[ALPHABET.indexOf(last) + 1]!
    const other = certificate.replace(/.(=+)$/, `${next}$1`)
    assert.deepEqual(Buffer.from(other, 'base64'), Buffer.from(certificate, 'base64'))
    const text = signed(identity).toString()
    assert.ok(verifyContainerSignature(Buffer.from(text)))
    assert.equal(verifyContainerSignature(Buffer.from(text.replace(certificate, other))), undefined)
  })

  it('does not hold with a second signature, another certificate, or references that stand elsewhere', () => {
    const text = signed().toString()
    const other = sealerOf(identities[1]!).certificate
    const edits: readonly [string, string][] = [
      ['</ds:Signature>', `</ds:Signature>${/<ds:Signature .*<\/ds:Signature>/.exec(text)![0]}`],
      [/<ds:X509Certificate>[^<]+/.exec(text)![0], `<ds:X509Certificate>${other}`],
      [' URI="application.xml"', ' URI="other.xml"'],
      ['<ds:Reference Id="File1"', '<ds:Reference Id="File0"'],
      ['</ds:SignedInfo>', '</ds:SignedInfo><!-- a comment -->'],
      ['rsa-sha256', 'hmac-sha256'],
      ['ecdsa-sha256', 'hmac-sha256'],
      ['application/xml', 'text/plain'],
    ]
    for (const [from, to] of edits)
      if (text.includes(from))
        assert.equal(verifyContainerSignature(Buffer.from(text.replace(from, to))), undefined, to)
  })
})
