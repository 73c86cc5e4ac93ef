import assert from 'node:assert/strict'
import { createHash, verify } from 'node:crypto'
import { writeAnswer } from '../../../src/message/write-answer.ts'
import { signCanonicalXades, type StampOctets } from '../../../src/signature/sign-xades.ts'
import { ANSWER_SEAL, verifySeal } from '../../../src/signature/verify-seal.ts'
import { directoryOf, makeIdentity, sealerOf, type TestIdentity } from '../../support/certificates.ts'
import { sampleAnswer } from '../../support/documents.ts'

const AT = new Date('2026-10-05T06:30:00Z')
const ANSWER = writeAnswer(sampleAnswer())
const TOKEN = Buffer.from('not read here: who needs a stamp judges its token')
const DS = 'http://www.w3.org/2000/09/xmldsig#'
const C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

const digest = (octets: string | Uint8Array): string => createHash('sha256').update(octets).digest('base64')

/** The form of a stamped answer, written out once more by hand. */
function expected(certificate: Uint8Array, value: string): string {
  const properties =
    '<xades:SignedProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Id="SignedProperties"><xades:SignedSignatureProperties>' +
    '<xades:SigningTime>2026-10-05T06:30:00.000Z</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>' +
    `<ds:DigestMethod xmlns:ds="${DS}" Algorithm="${SHA256}"></ds:DigestMethod>` +
    `<ds:DigestValue xmlns:ds="${DS}">${digest(certificate)}</ds:DigestValue>` +
    '</xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>' +
    '<xades:SignedDataObjectProperties><xades:DataObjectFormat ObjectReference="#Document"><xades:MimeType>application/xml' +
    '</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>'
  const reference = (attributes: string, transforms: readonly string[], value: string): string =>
    `<ds:Reference${attributes}><ds:Transforms>${transforms
      .map((uri) => `<ds:Transform Algorithm="${uri}"></ds:Transform>`)
      .join('')}</ds:Transforms><ds:DigestMethod Algorithm="${SHA256}"></ds:DigestMethod>` +
    `<ds:DigestValue>${value}</ds:DigestValue></ds:Reference>`
  return (
    `<ds:Signature xmlns:ds="${DS}" Id="Signature"><ds:SignedInfo>` +
    `<ds:CanonicalizationMethod Algorithm="${C14N}"></ds:CanonicalizationMethod>` +
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod>' +
    reference(' Id="Document" URI=""', [`${DS}enveloped-signature`, C14N], digest(ANSWER)) +
    reference(
      ' Type="http://uri.etsi.org/01903#SignedProperties" URI="#SignedProperties"',
      [C14N],
      digest(properties),
    ) +
    `</ds:SignedInfo><ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` +
    `${Buffer.from(certificate).toString('base64')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>` +
    '<ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#Signature">' +
    `${properties}<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>` +
    `<ds:CanonicalizationMethod Algorithm="${C14N}"></ds:CanonicalizationMethod><xades:EncapsulatedTimeStamp>` +
    `${TOKEN.toString('base64')}</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp></xades:UnsignedSignatureProperties>` +
    '</xades:UnsignedProperties></xades:QualifyingProperties></ds:Object></ds:Signature>'
  )
}

describe('the form of an answer in XAdES-B-T', () => {
  let identity: TestIdentity
  before(async () => {
    identity = await makeIdentity('edno', 'p-256')
  })

  const stamps: StampOctets = () => Promise.resolve({ stamped: true, token: TOKEN })
  const sign = async (stamp = stamps): Promise<string> =>
    Buffer.from(await signCanonicalXades(ANSWER, sealerOf(identity), { at: AT, stamp })).toString()
  const told = (text: string): string => {
    try {
      verifySeal(Buffer.from(text), directoryOf(identity), AT, ANSWER_SEAL)
    } catch (error) {
      return (error as { detail: string }).detail
    }
    return 'accepted'
  }

  it('is this and no other, before the end tag of the answer', async () => {
    const signed = await sign()
    const value = /<ds:SignatureValue>([^<]*)/.exec(signed)?.[1] ?? ''
    assert.equal(signed, ANSWER.replace(/<\/Answer>$/, `${expected(identity.certificate.raw, value)}</Answer>`))
    const info = /<ds:SignedInfo>.*<\/ds:SignedInfo>/.exec(signed)?.[0].replace('>', ` xmlns:ds="${DS}">`) ?? ''
    const key = { key: identity.certificate.publicKey, dsaEncoding: 'ieee-p1363' } as const
    assert.ok(verify('sha256', Buffer.from(info), key, Buffer.from(value, 'base64')))
  })

  it('is stamped over its value, as it will be read again', async () => {
    const over: string[] = []
    const signed = await sign((octets) => (over.push(Buffer.from(octets).toString()), stamps(octets)))
    const { stamp, signer } = verifySeal(Buffer.from(signed), directoryOf(identity), AT, ANSWER_SEAL)
    assert.deepEqual(over, [Buffer.from(stamp?.over ?? '').toString()])
    assert.deepEqual(Buffer.from(stamp?.token ?? ''), TOKEN)
    assert.equal(signer.claimedAt, AT.toISOString())
  })

  it('does not come to be without a stamp, and says why', async () => {
    await assert.rejects(
      sign(() => Promise.resolve({ stamped: false, why: 'no-answer' })),
      { code: 'broker.signing', detail: 'there is no time stamp: no-answer' },
    )
  })

  const put = (find: string | RegExp, text: string) => (signed: string) => signed.replace(find, text)
  const refused: readonly (readonly [string, (signed: string) => string, string])[] = [
    [
      'nothing in its stamp',
      put(/(<xades:SignatureTimeStamp>).*(<\/xades:SignatureTimeStamp>)/, '$1$2'),
      'SignatureTimeStamp: CanonicalizationMethod is expected first',
    ],
    [
      'a token without its canonicalisation',
      put(/(<xades:SignatureTimeStamp>)<ds:.*?<\/ds:CanonicalizationMethod>/, '$1'),
      'SignatureTimeStamp: CanonicalizationMethod is expected first',
    ],
    [
      'a canonicalisation alone',
      put(/<xades:EncapsulatedTimeStamp>.*<\/xades:EncapsulatedTimeStamp>/, ''),
      'SignatureTimeStamp: one EncapsulatedTimeStamp is expected',
    ],
    [
      'a token of another name',
      put(/xades:EncapsulatedTimeStamp/g, 'xades:XMLTimeStamp'),
      'SignatureTimeStamp: one EncapsulatedTimeStamp is expected',
    ],
    [
      'two tokens',
      put(/<xades:EncapsulatedTimeStamp>.*<\/xades:EncapsulatedTimeStamp>/, '$&$&'),
      'SignatureTimeStamp: one EncapsulatedTimeStamp is expected',
    ],
    [
      'another canonicalisation of it',
      put(/(<xades:SignatureTimeStamp><ds:Can[^>]*Algorithm=")[^"]*/, '$1urn:example:unknown'),
      'CanonicalizationMethod of SignatureTimeStamp: not on the list of accepted algorithms',
    ],
    [
      'another encoding of it',
      put('<xades:EncapsulatedTimeStamp>', '<xades:EncapsulatedTimeStamp Encoding="urn:example:unknown">'),
      'EncapsulatedTimeStamp: DER is expected',
    ],
    [
      'an attribute of it',
      put('<xades:EncapsulatedTimeStamp>', '<xades:EncapsulatedTimeStamp Other="a">'),
      'EncapsulatedTimeStamp: an attribute that is not expected',
    ],
    [
      'other properties instead of it',
      put(/xades:SignatureTimeStamp/g, 'xades:ArchiveTimeStamp'),
      'UnsignedSignatureProperties: SignatureTimeStamp are expected',
    ],
  ]
  for (const [what, change, detail] of refused)
    it(`is refused with ${what}, and told so`, async () => {
      assert.equal(told(change(await sign())), detail)
    })

  it('is not refused for identifiers of what is not signed, nor for saying that its token is DER', async () => {
    const signed = await sign()
    for (const name of [
      'QualifyingProperties',
      'UnsignedSignatureProperties',
      'SignatureTimeStamp',
      'EncapsulatedTimeStamp',
    ])
      assert.equal(told(signed.replace(`<xades:${name}`, `<xades:${name} Id="a"`)), 'accepted', name)
    const der = '<xades:EncapsulatedTimeStamp Encoding="http://uri.etsi.org/01903/v1.2.2#DER">'
    assert.equal(told(signed.replace('<xades:EncapsulatedTimeStamp>', der)), 'accepted')
  })
})
