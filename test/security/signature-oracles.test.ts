import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createSign, createVerify, type KeyLike } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DOMParser } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { writeAnswer } from '../../src/message/write-answer.ts'
import { DSIG, ECDSA_SHA256, ENVELOPED, EXCLUSIVE_C14N, RSA_SHA256, SHA256 } from '../../src/signature/algorithms.ts'
import { sealCanonicalXml, sealXml } from '../../src/signature/seal-xml.ts'
import { ANSWER_SEAL, verifySeal } from '../../src/signature/verify-seal.ts'
import { directoryOf, type KeyKind, makeIdentity, sealerOf, type TestIdentity } from '../support/certificates.ts'
import { applicationXml, sampleAnswer, sealedApplication } from '../support/documents.ts'
import { forge } from './forge.ts'

const AT = new Date('2026-10-05T06:30:00Z')
const XMLSEC = '/usr/bin/xmlsec1'

/** xml-crypto knows no ECDSA; this is the hook it offers for it. */
class Ecdsa {
  getSignature = (info: KeyLike, key: KeyLike): string =>
    createSign('sha256')
      .update(info as string)
      .sign({ key: key as string, dsaEncoding: 'ieee-p1363' }, 'base64')
  verifySignature = (info: string, key: KeyLike, value: string): boolean =>
    createVerify('sha256')
      .update(info)
      .verify({ key: key as string, dsaEncoding: 'ieee-p1363' }, value, 'base64')
  getAlgorithmName = (): string => ECDSA_SHA256
}

function withEcdsa(signed: SignedXml): SignedXml {
  signed.SignatureAlgorithms[ECDSA_SHA256] = Ecdsa as never
  return signed
}

function rivalVerifies(sealed: Uint8Array, identity: TestIdentity): boolean {
  const text = Buffer.from(sealed).toString()
  const signature = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagNameNS(DSIG, 'Signature')[0]
  const signed = withEcdsa(new SignedXml({ publicCert: identity.certificatePem }))
  signed.loadSignature(signature as unknown as Node)
  return signed.checkSignature(text)
}

function rivalSigns(text: string, identity: TestIdentity): string {
  const isRsa = identity.certificate.publicKey.asymmetricKeyType === 'rsa'
  const signed = withEcdsa(
    new SignedXml({
      privateKey: identity.privateKeyPem,
      publicCert: identity.certificatePem,
      signatureAlgorithm: isRsa ? RSA_SHA256 : ECDSA_SHA256,
      canonicalizationAlgorithm: EXCLUSIVE_C14N,
    }),
  )
  signed.addReference({
    xpath: '/*',
    isEmptyUri: true,
    digestAlgorithm: SHA256,
    transforms: [ENVELOPED, EXCLUSIVE_C14N],
  })
  signed.computeSignature(text, { prefix: 'ds' })
  return signed.getSignedXml()
}

for (const kind of ['rsa-2048', 'p-256'] as const satisfies readonly KeyKind[])
  describe(`the seal by other implementations, ${kind}`, () => {
    let identity: TestIdentity
    let folder: string

    before(async () => {
      identity = await makeIdentity('troyan', kind)
      folder = mkdtempSync(join(tmpdir(), 'edno-oracle-'))
      writeFileSync(join(folder, 'key.pem'), identity.privateKeyPem)
      writeFileSync(join(folder, 'crt.pem'), identity.certificatePem)
    })
    after(() => rmSync(folder, { recursive: true }))

    it('is verified by xml-crypto', () => {
      assert.equal(rivalVerifies(sealedApplication(identity), identity), true)
    })

    it('is verified by us where xml-crypto made it', () => {
      const { content, signer } = verifySeal(
        Buffer.from(rivalSigns(applicationXml(), identity)),
        directoryOf(identity),
        AT,
      )
      assert.equal(Buffer.from(content).toString(), applicationXml())
      assert.equal(signer.certificate, identity.fingerprint)
    })

    it('holds over a document with a declaration, indentation, prefixes and astral text', () => {
      const xml =
        '<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- x --><e:Application xmlns:e="urn:edno:exchange:1" xmlns:u="urn:u">\r\n' +
        '\t<e:Case z="1" a="&#10;&quot;й">\u{1F6F6} й &amp; &lt;&#13;<![CDATA[<x>]]></e:Case>\r\n</e:Application>\r\n'
      const sealed = sealXml(xml, sealerOf(identity))
      assert.equal(rivalVerifies(sealed, identity), true)
      const { content } = verifySeal(sealed, directoryOf(identity), AT)
      assert.ok(
        Buffer.from(content).toString().startsWith('<e:Application xmlns:e="urn:edno:exchange:1">\n\t<e:Case a='),
      )
    })

    for (const [name, make] of [
      ['an application', () => sealedApplication(identity)],
      ['an answer', () => sealCanonicalXml(writeAnswer(sampleAnswer()), sealerOf(identity))],
    ] as const)
      it(`is verified by xmlsec1 on ${name}, by its exit code`, function () {
        requireXmlsec(this)
        writeFileSync(join(folder, 'sealed.xml'), make())
        const { status } = xmlsec('--verify', '--pubkey-cert-pem', join(folder, 'crt.pem'), join(folder, 'sealed.xml'))
        assert.equal(status, 0)
      })

    it('is refused by xmlsec1 after one digit changed', function () {
      requireXmlsec(this)
      const changed = Buffer.from(sealedApplication(identity)).toString().replace('8427029967', '8427029968')
      writeFileSync(join(folder, 'changed.xml'), changed)
      const { status } = xmlsec('--verify', '--pubkey-cert-pem', join(folder, 'crt.pem'), join(folder, 'changed.xml'))
      assert.notEqual(status, 0)
    })

    it('is verified by us where xmlsec1 made it', function () {
      requireXmlsec(this)
      writeFileSync(join(folder, 'template.xml'), template(identity))
      const keys = `${join(folder, 'key.pem')},${join(folder, 'crt.pem')}`
      const signed = xmlsec('--sign', '--privkey-pem', keys, join(folder, 'template.xml'))
      assert.equal(signed.status, 0, signed.stderr)
      const { content } = verifySeal(Buffer.from(signed.stdout), directoryOf(identity), AT)
      assert.equal(Buffer.from(content).toString().trim(), applicationXml())
    })

    it('is one of the answer only where an answer is expected', () => {
      const sealed = sealCanonicalXml(writeAnswer(sampleAnswer()), sealerOf(identity))
      const { content } = verifySeal(sealed, directoryOf(identity), AT, ANSWER_SEAL)
      assert.equal(Buffer.from(content).toString(), writeAnswer(sampleAnswer()))
      assert.throws(() => verifySeal(sealed, directoryOf(identity), AT), { code: 'request.malformed' })
    })
  })

/** A signature template with empty values, as xmlsec1 fills it. */
function template(identity: TestIdentity): string {
  const empty = forge(applicationXml(), identity)
    .replace(/(<ds:(DigestValue|SignatureValue|X509Certificate)>)[^<]*/g, '$1')
    .replaceAll('><', '>\n<')
  return applicationXml().replace('</Application>', () => `${empty}</Application>`)
}

function requireXmlsec(test: Mocha.Context): void {
  if (existsSync(XMLSEC)) return
  console.log(`        skipped: ${XMLSEC} is not installed (apt-get install xmlsec1)`)
  test.skip()
}

function xmlsec(...args: string[]): {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
} {
  return spawnSync(XMLSEC, args, { encoding: 'utf8' })
}
