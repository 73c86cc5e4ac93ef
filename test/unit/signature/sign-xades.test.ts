import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeAnswer } from '../../../src/message/write-answer.ts'
import { timeStampFetcher } from '../../../src/pki/fetch-time-stamp.ts'
import { openTimeStamper, type TimeStamper } from '../../../src/pki/time-stamper.ts'
import { isOver, readTimeStampToken } from '../../../src/pki/time-stamp-token.ts'
import { openTrust } from '../../../src/pki/trust.ts'
import { signCanonicalXades } from '../../../src/signature/sign-xades.ts'
import { ANSWER_SEAL, verifySeal, type VerifiedSeal } from '../../../src/signature/verify-seal.ts'
import { directoryOf, type KeyKind, makeIdentity, sealerOf, type TestIdentity } from '../../support/certificates.ts'
import { sampleAnswer } from '../../support/documents.ts'
import { hasOpenssl } from '../../support/openssl-ca.ts'
import { makeStampKeys, OpensslTsa } from '../../support/openssl-tsa.ts'
import { hasJava, hasXmlsec, java, xmlsecVerifies } from '../../interop/programs.ts'

const AT = new Date('2026-10-05T06:30:00Z')
const ANSWER = writeAnswer(sampleAnswer())

for (const kind of ['rsa-2048', 'p-256'] as const satisfies readonly KeyKind[])
  describe(`an answer in XAdES-B-T, ${kind}`, function () {
    this.timeout(60_000)
    let identity: TestIdentity
    let tsa: OpensslTsa
    let stamp: TimeStamper
    let signed = ''
    let folder = ''
    before(async function () {
      if (!hasOpenssl()) this.skip()
      identity = await makeIdentity('edno', kind)
      const keys = await makeStampKeys()
      tsa = new OpensslTsa(keys)
      const authority = {
        id: 'stamps',
        uses: ['time-stamps'] as const,
        policies: [],
        anchors: [keys.authority.read],
        intermediates: [],
        revocation: { policy: 'none', ocsp: [], crl: [], hosts: [] } as const,
      }
      const clock = (): Date => new Date()
      const trust = openTrust([authority], { fetch: () => Promise.resolve(undefined), clock })
      stamp = openTimeStamper({ fetch: timeStampFetcher(await tsa.serve(), 5000), trust, clock })
      signed = Buffer.from(await signCanonicalXades(ANSWER, sealerOf(identity), { at: AT, stamp })).toString()
      folder = mkdtempSync(join(tmpdir(), 'edno-xades-'))
    })
    after(() => {
      tsa.close()
      rmSync(folder, { recursive: true })
    })
    const verify = (text: string, profile = ANSWER_SEAL): VerifiedSeal =>
      verifySeal(Buffer.from(text), directoryOf(identity), AT, profile)
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }

    it('verifies, reads as it was written, and tells when its signer says to have signed', () => {
      const { content, signer } = verify(signed)
      assert.equal(Buffer.from(content).toString(), ANSWER)
      assert.equal(signer.claimedAt, AT.toISOString())
    })

    it('holds one stamp over the canonical SignatureValue, which the openssl program accepts too', async () => {
      const { stamp: found } = verify(signed)
      assert.ok(found !== undefined)
      assert.match(
        Buffer.from(found.over).toString(),
        /^<ds:SignatureValue xmlns:ds="[^"]+">[^<]+<\/ds:SignatureValue>$/,
      )
      const token = readTimeStampToken(found.token)
      assert.ok(typeof token !== 'string')
      assert.ok(isOver(token, found.over))
      assert.equal(await tsa.accepts(found.token, found.over), true)
    })

    it('verifies by xmlsec1 and by the JDK, and not after a change', function () {
      const certificate = file('crt.pem', identity.certificatePem)
      const whole = file('whole.xml', signed)
      const changed = [
        file('content.xml', signed.replace('Примеров', 'Примерова')),
        file('time.xml', signed.replace(/(SigningTime>)2026/, '$12025')),
      ]
      if (hasXmlsec)
        assert.deepEqual(
          [whole, ...changed].map((one) => xmlsecVerifies(certificate, one)),
          [true, false, false],
        )
      if (hasJava)
        assert.deepEqual(java([whole, ...changed].map((one) => ['verify', certificate, one])), [
          'valid',
          'invalid',
          'invalid',
        ])
      if (!hasXmlsec && !hasJava) this.skip()
    })

    it('refuses every change of what was signed', () => {
      for (const [from, to] of [
        ['Примеров', 'Примерова'],
        [/(SigningTime>)2026/, '$12025'],
        ['application/xml</xades', 'text/html</xades'],
      ] as const)
        assert.throws(() => verify(signed.replace(from, to)), { code: 'signature.invalid' })
    })

    it('is refused as an application, where nothing unsigned may stand', () => {
      const profile = { namespace: ANSWER_SEAL.namespace, root: 'Answer', maxBytes: ANSWER_SEAL.maxBytes }
      assert.throws(() => verify(signed, profile), { code: 'signature.structure' })
    })

    const STAMP = /<xades:SignatureTimeStamp>.*<\/xades:SignatureTimeStamp>/
    for (const [what, change, code] of [
      ['two stamps', (text) => text.replace(STAMP, '$&$&'), 'signature.structure'],
      ['no stamp in the place for it', (text) => text.replace(STAMP, ''), 'signature.structure'],
      [
        'another unsigned property',
        (text) => text.replace(STAMP, '$&<xades:CounterSignature></xades:CounterSignature>'),
        'signature.structure',
      ],
      [
        'unsigned properties of the data',
        (text) =>
          text.replace(
            '</xades:UnsignedSignatureProperties>',
            '$&<xades:UnsignedDataObjectProperties></xades:UnsignedDataObjectProperties>',
          ),
        'signature.structure',
      ],
      [
        'unsigned properties twice',
        (text) => text.replace(/<xades:UnsignedProperties>.*<\/xades:UnsignedProperties>/, '$&$&'),
        'signature.structure',
      ],
      [
        'a stamp that does not say how it was made',
        (text) => text.replace(/(<xades:SignatureTimeStamp>)<ds:Can[^>]*><\/ds:CanonicalizationMethod>/, '$1'),
        'signature.structure',
      ],
      [
        'a stamp by inclusive canonicalisation',
        (text) =>
          text.replace(
            /(<xades:SignatureTimeStamp><ds:Can[^>]*Algorithm=")[^"]*/,
            '$1http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
          ),
        'signature.algorithm',
      ],
      [
        'a token that says it is not DER',
        (text) =>
          text.replace(
            '<xades:EncapsulatedTimeStamp>',
            '<xades:EncapsulatedTimeStamp Encoding="http://x.invalid/#CER">',
          ),
        'signature.structure',
      ],
      [
        'a token that is no base64',
        (text) => text.replace('<xades:EncapsulatedTimeStamp>', '$&*'),
        'signature.structure',
      ],
      [
        'two tokens in one stamp',
        (text) => text.replace(/<xades:EncapsulatedTimeStamp>[^<]*<\/xades:EncapsulatedTimeStamp>/, '$&$&'),
        'signature.structure',
      ],
    ] as const satisfies readonly (readonly [string, (text: string) => string, string])[])
      it(`is refused with ${what}`, () => {
        const changed = change(signed)
        assert.notEqual(changed, signed)
        assert.throws(() => verify(changed), { code })
      })

    it('loses its stamp, and nothing else, where somebody takes it away: whoever wants one must look for it', () => {
      const bare = verify(signed.replace(/<xades:UnsignedProperties>.*<\/xades:UnsignedProperties>/, ''))
      assert.equal(bare.stamp, undefined)
      assert.equal(Buffer.from(bare.content).toString(), ANSWER)
    })

    it('does not come to be where there is no stamp: never a weaker form instead', async () => {
      const none = (): ReturnType<TimeStamper> => Promise.resolve({ stamped: false, why: 'no-answer' })
      await assert.rejects(signCanonicalXades(ANSWER, sealerOf(identity), { at: AT, stamp: none }), {
        code: 'broker.signing',
      })
    })
  })
