import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeAnswer } from '../../src/message/write-answer.ts'
import {
  ECDSA_SHA256,
  ECDSA_SHA512,
  ENVELOPED,
  EXCLUSIVE_C14N,
  EXCLUSIVE_C14N_WITH_COMMENTS,
  RSA_SHA256,
  RSA_SHA512,
  SHA256,
  SHA512,
} from '../../src/signature/algorithms.ts'
import { sealCanonicalXml, sealXml } from '../../src/signature/seal-xml.ts'
import { ANSWER_SEAL, verifySeal } from '../../src/signature/verify-seal.ts'
import { directoryOf, type KeyKind, makeIdentity, sealerOf, type TestIdentity } from '../support/certificates.ts'
import { applicationXml, sampleAnswer, sealedApplication } from '../support/documents.ts'
import { forge, forged, transform, type Wishes } from '../security/forge.ts'
import { hasJava, hasXmlsec, java, xmlCryptoSigns, xmlCryptoVerifies, xmlsecSigns, xmlsecVerifies } from './programs.ts'

const AT = new Date('2026-10-05T06:30:00Z')
/** Cyrillic and astral text, in canonical form. */
const DOCUMENT = applicationXml({ case: 'ТР-2026 „Изпит“ 🛶 й' })
const FORMS = { seal: {}, xades: { xades: {} } } as const satisfies Record<string, Wishes>

for (const [kind, short, long] of [
  ['rsa-2048', RSA_SHA256, RSA_SHA512],
  ['p-256', ECDSA_SHA256, ECDSA_SHA512],
] as const satisfies readonly (readonly [KeyKind, string, string])[])
  describe(`signatures by other implementations, ${kind}`, function () {
    this.timeout(180_000)
    let identity: TestIdentity
    let folder: string

    before(async () => {
      identity = await makeIdentity('troyan', kind)
      folder = mkdtempSync(join(tmpdir(), 'edno-interop-'))
      writeFileSync(file('key.pem'), identity.privateKeyPem)
      writeFileSync(file('crt.pem'), identity.certificatePem)
    })
    after(() => rmSync(folder, { recursive: true }))

    const file = (name: string): string => join(folder, name)
    const wishesOf = (algorithm: string): Wishes => {
      const hash = algorithm === long ? 'sha512' : 'sha256'
      return { method: algorithm, hash, digestMethod: hash === 'sha512' ? SHA512 : SHA256, digestHash: hash }
    }
    const verified = (bytes: Uint8Array): string =>
      Buffer.from(verifySeal(bytes, directoryOf(identity), AT).content).toString()

    it('is verified by xml-crypto', () => {
      assert.equal(xmlCryptoVerifies(sealedApplication(identity), identity), true)
      for (const wishes of Object.values(FORMS))
        assert.equal(
          xmlCryptoVerifies(Buffer.from(forged(DOCUMENT, identity, { ...wishesOf(long), ...wishes })), identity),
          true,
        )
    })

    for (const algorithm of [short, long])
      it(`is verified by us where xml-crypto made it (${algorithm})`, () => {
        const made = xmlCryptoSigns(DOCUMENT, identity, algorithm, algorithm === long ? SHA512 : SHA256)
        assert.equal(verified(Buffer.from(made)), DOCUMENT)
      })

    it('holds over a document with a declaration, indentation, prefixes and astral text', () => {
      const xml =
        '<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- x --><e:Application xmlns:e="urn:edno:exchange:1" xmlns:u="urn:u">\r\n' +
        '\t<e:Case z="1" a="&#10;&quot;й">\u{1F6F6} й &amp; &lt;&#13;<![CDATA[<x>]]></e:Case>\r\n</e:Application>\r\n'
      const sealed = sealXml(xml, sealerOf(identity))
      assert.equal(xmlCryptoVerifies(sealed, identity), true)
      assert.ok(verified(sealed).startsWith('<e:Application xmlns:e="urn:edno:exchange:1">\n\t<e:Case a='))
    })

    it('is one of the answer only where an answer is expected', () => {
      const sealed = sealCanonicalXml(writeAnswer(sampleAnswer()), sealerOf(identity))
      const { content } = verifySeal(sealed, directoryOf(identity), AT, ANSWER_SEAL)
      assert.equal(Buffer.from(content).toString(), writeAnswer(sampleAnswer()))
      assert.throws(() => verifySeal(sealed, directoryOf(identity), AT), { code: 'request.malformed' })
    })

    describe('xmlsec1', () => {
      before(function () {
        if (hasXmlsec) return
        console.log('        skipped: xmlsec1 is not installed (apt-get install xmlsec1)')
        this.skip()
      })

      for (const [name, make] of [
        ['an application', () => sealedApplication(identity)],
        ['an answer', () => sealCanonicalXml(writeAnswer(sampleAnswer()), sealerOf(identity))],
      ] as const)
        it(`verifies our seal on ${name}, and not after a change`, () => {
          const sealed = Buffer.from(make()).toString()
          writeFileSync(file('sealed.xml'), sealed)
          writeFileSync(file('changed.xml'), sealed.replace('0', '1'))
          assert.equal(xmlsecVerifies(file('crt.pem'), file('sealed.xml')), true)
          assert.equal(xmlsecVerifies(file('crt.pem'), file('changed.xml')), false)
        })

      for (const [profile, form] of Object.entries(FORMS))
        for (const algorithm of [short, long])
          it(`agrees on ${profile} with ${algorithm}, both ways`, () => {
            const wishes = { ...wishesOf(algorithm), ...form }
            writeFileSync(file('ours.xml'), forged(DOCUMENT, identity, wishes))
            assert.equal(xmlsecVerifies(file('crt.pem'), file('ours.xml')), true)
            assert.equal(verified(xmlsecFills(DOCUMENT, wishes)).trim(), DOCUMENT)
          })

      const inclusive = `<ec:InclusiveNamespaces xmlns:ec="${EXCLUSIVE_C14N}" PrefixList="u ds v xades"></ec:InclusiveNamespaces>`
      const PREFIXED = DOCUMENT.replace('<Application ', '<Application xmlns:u="urn:u" xmlns:v="urn:v" ')
      for (const [what, document, wishes] of [
        ['a PrefixList in SignedInfo', PREFIXED, { c14nContent: inclusive }],
        [
          'a PrefixList in the transform',
          PREFIXED,
          { transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N, inclusive) },
        ],
        ['a PrefixList on SignedProperties', PREFIXED, { xades: { transforms: transform(EXCLUSIVE_C14N, inclusive) } }],
      ] as const satisfies readonly (readonly [string, string, Wishes])[])
        it(`signs ${what} as we verify it`, () => {
          const made = xmlsecFills(document, wishes)
          assert.ok(verified(made).includes('🛶'))
          const changed = Buffer.from(made.toString().replace('urn:v', 'urn:w'))
          assert.throws(() => verified(changed), { code: 'signature.invalid' })
        })

      it('leaves comments out as we do, also where canonicalisation with comments is named', () => {
        const made = xmlsecFills(DOCUMENT.replace('8427029967', '84270<!-- x -->29967'), {
          c14n: EXCLUSIVE_C14N_WITH_COMMENTS,
          transforms: transform(ENVELOPED) + transform(EXCLUSIVE_C14N_WITH_COMMENTS),
        })
        assert.equal(verified(made), DOCUMENT)
      })

      /** A template with empty values, as xmlsec1 fills it. */
      function xmlsecFills(document: string, wishes: Wishes): Buffer {
        const empty = forge(document, identity, wishes).replace(
          /(<ds:SignedInfo>.*<\/ds:SignedInfo>|<ds:(SignatureValue|X509Certificate)>)[^<]*/gs,
          (part: string) => part.replace(/(<ds:(?:DigestValue|SignatureValue|X509Certificate)>)[^<]*/g, '$1'),
        )
        writeFileSync(
          file('template.xml'),
          document.replace('</Application>', () => `${empty}</Application>`),
        )
        return Buffer.from(xmlsecSigns(file('key.pem'), file('crt.pem'), file('template.xml')))
      }
    })

    describe('the JDK', () => {
      before(function () {
        if (hasJava) return
        console.log('        skipped: java is not installed (apt-get install openjdk-17-jdk-headless)')
        this.skip()
      })

      it('verifies what we sign and not what was changed, in both profiles and with both hashes', () => {
        const documents = Object.values(FORMS).flatMap((form) =>
          [short, long].map((algorithm) => forged(DOCUMENT, identity, { ...wishesOf(algorithm), ...form })),
        )
        const texts = [Buffer.from(sealedApplication(identity)).toString(), ...documents]
        const jobs = texts.flatMap((text, index) =>
          [text, text.replace('8427029967', '8427029968')].map((body, change) => {
            const path = file(`ours-${index}-${change}.xml`)
            writeFileSync(path, body)
            return ['verify', file('crt.pem'), path]
          }),
        )
        assert.deepEqual(
          java(jobs),
          texts.flatMap(() => ['valid', 'invalid']),
        )
      })

      it('signs as we verify, in both profiles, with both hashes, with and without comments', () => {
        writeFileSync(file('in.xml'), DOCUMENT.replace('8427029967', '84270<!-- x -->29967'))
        const variants = [short, long].flatMap((algorithm) =>
          ['seal', 'xades'].flatMap((profile) =>
            [EXCLUSIVE_C14N, EXCLUSIVE_C14N_WITH_COMMENTS].map((c14n) => ({ algorithm, profile, c14n })),
          ),
        )
        const digest = (algorithm: string): string => (algorithm === long ? SHA512 : SHA256)
        const jobs = variants.map(({ algorithm, profile, c14n }, index) => [
          ...['sign', file('key.pem'), file('crt.pem'), file('in.xml'), file(`theirs-${index}.xml`)],
          ...[algorithm, digest(algorithm), c14n, profile],
        ])
        assert.deepEqual(new Set(java(jobs)), new Set(['signed']))
        for (const [index, { profile }] of variants.entries()) {
          const { content, signer } = verifySeal(readFileSync(file(`theirs-${index}.xml`)), directoryOf(identity), AT)
          assert.equal(Buffer.from(content).toString(), DOCUMENT)
          assert.equal(signer.claimedAt, profile === 'xades' ? '2026-10-05T09:29:00+03:00' : undefined)
        }
      })
    })
  })
