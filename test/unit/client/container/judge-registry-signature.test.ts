import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { SignedXml } from 'xml-crypto'
import { V1, V2_BASIC } from '../../../../src/adapter-kit/regix/entry-point.ts'
import { writeExecuteReply } from '../../../../src/adapter-kit/regix/execute-reply.ts'
import { signData } from '../../../../src/adapter-kit/soap/sign-data.ts'
import type { XmlElement } from '../../../../src/adapter-kit/soap/xml-element.ts'
import type { JudgedDocument } from '../../../../src/client/container/judge-documents.ts'
import { judgeRegistrySignature } from '../../../../src/client/container/judge-registry-signature.ts'
import { sayVerdict } from '../../../../src/client/container/say-verdict.ts'
import { makeIdentity, type TestIdentity } from '../../../support/certificates.ts'

const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const SUBJECT = 'CN=registry NOT FOR PRODUCTION'
const AT = new Date('2026-11-01T00:00:00Z')
const element = (name: string, children: readonly XmlElement[] = [], text = ''): XmlElement => ({
  ...{ name, namespace: 'urn:p', attributes: {}, nil: false, children, text },
})

describe("the registry's own signature over an answer in a container", function () {
  this.timeout(60_000)
  let registry: TestIdentity
  let other: TestIdentity
  before(async () => {
    registry = await makeIdentity('registry', 'rsa-2048')
    other = await makeIdentity('other', 'rsa-2048')
  })

  const answered = (entry = V2_BASIC, sign: typeof signData = signData): string =>
    writeExecuteReply(
      {
        callId: 7,
        request: element('ValidPersonRequest', [element('EGN', [], '8427029967')]),
        response: element('ValidPersonResponse', [element('FirstName', [], 'Иван')]),
        matrix: { type: 'ValidPersonResponse', paths: ['ValidPersonResponse.FirstName'] },
        sign: (data, namespace) =>
          sign(data, namespace, { certificate: registry.certificatePem, key: registry.privateKeyPem }),
      },
      { operation: entry.ask, entry },
    )
  const judge = (answer: string, authorities?: string, at = AT): JudgedDocument =>
    judgeRegistrySignature(Buffer.from(answer), { call: 'driver', at, authorities })
  const said = (judged: JudgedDocument): string[] => {
    const questions = { asked: 'unknown', answered: 'unknown', reached: 'unknown' } as const
    return sayVerdict({ holds: true, ...judged, questions }).sentences.map(({ mark, text }) => `${mark}: ${text.en}`)
  }
  const HOLDS = { what: 'registry.signature', holds: true, about: 'driver' }
  const FAILS = { what: 'registry.signature', holds: false, about: 'driver' }
  const unknown = ({ findings, unknown: told }: JudgedDocument): string[] => {
    assert.deepEqual(findings, [])
    return told.map(({ what }) => what)
  }

  it('holds under a certificate that the reader named, at either entry point, and says who signed', () => {
    for (const entry of [V1, V2_BASIC]) {
      const judged = judge(answered(entry), other.certificatePem + registry.certificatePem)
      assert.deepEqual(judged, { findings: [{ ...HOLDS, by: SUBJECT }], unknown: [] })
      assert.deepEqual(said(judged), [
        "holds: The registry's own signature over its answer (driver) holds; signed by CN=registry NOT FOR PRODUCTION.",
      ])
    }
  })

  it('is judged where blanks stand before the answer', () => {
    const sent = `\n<?xml version="1.0" encoding="utf-8"?>${answered()}`
    assert.deepEqual(judge(sent, registry.certificatePem).findings, [{ ...HOLDS, by: SUBJECT }])
  })

  it('leaves open whose the certificate is where nobody, or somebody else, is named', () => {
    for (const authorities of [undefined, other.certificatePem]) {
      const judged = judge(answered(), authorities)
      assert.deepEqual(unknown(judged), ['registry.signature-authority'])
      assert.match(
        said(judged).join(),
        /^unknown: .*\(driver\) holds; whose the certificate is \(CN=registry NOT FOR PRODUCTION\)/,
      )
    }
  })

  it('does not hold where one letter is another, where the certificate was not in its dates, nor with a second signature', () => {
    const authorities = registry.certificatePem
    assert.deepEqual(judge(answered().replace('Иван', 'Ивак'), authorities), { findings: [FAILS], unknown: [] })
    assert.deepEqual(judge(answered().replace('Иван', 'Ивак')), { findings: [FAILS], unknown: [] })
    assert.deepEqual(judge(answered(), authorities, new Date('2150-01-01')), { findings: [FAILS], unknown: [] })
    const [signature = ''] = /<Signature .*<\/Signature>/s.exec(answered()) ?? []
    const twice = answered().replace('</Signature>', `</Signature>${signature}`)
    assert.deepEqual(judge(twice, authorities), { findings: [FAILS], unknown: [] })
  })

  it('is checked by a named certificate where none came along, and cannot be known without', () => {
    const bare = answered().replace(/<(\w+:)?X509Data>.*<\/(\w+:)?X509Data>/s, '')
    assert.notEqual(bare, answered())
    assert.deepEqual(judge(bare, registry.certificatePem).findings, [{ ...HOLDS, by: SUBJECT }])
    assert.deepEqual(unknown(judge(bare)), ['registry.signature-certificate'])
  })

  it('cannot be known where it holds by SHA-1 alone, whoever is named', () => {
    const old: typeof signData = (data, namespace, { certificate, key }) => {
      const instance = 'http://www.w3.org/2001/XMLSchema-instance'
      const declared = `<Data xmlns:xsi="${instance}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="${namespace}" `
      const signer = new SignedXml({
        privateKey: key,
        signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
        canonicalizationAlgorithm: INCLUSIVE,
        idAttribute: 'id',
        publicCert: certificate,
      })
      const digestAlgorithm = 'http://www.w3.org/2000/09/xmldsig#sha1'
      signer.addReference({ xpath: '/*', transforms: [INCLUSIVE], digestAlgorithm })
      signer.computeSignature(data.replace('<Data ', declared))
      return signer.getSignatureXml()
    }
    const judged = judge(answered(V2_BASIC, old), registry.certificatePem)
    assert.deepEqual(unknown(judged), ['registry.signature-sha1'])
    assert.match(said(judged).join(), /^unknown: .* holds by SHA-1 alone/)
    const changed = answered(V2_BASIC, old).replace('Иван', 'Ивак')
    assert.deepEqual(judge(changed, registry.certificatePem), { findings: [FAILS], unknown: [] })
  })

  it('cannot be known where no entry says when the answer was there', () => {
    assert.deepEqual(unknown(judge(answered(), registry.certificatePem, new Date(Number.NaN))), [
      'registry.signature-time',
    ])
  })

  it('is not spoken of where the answer bears none, or is no XML', () => {
    for (const answer of [answered().replace(/<Signature .*<\/Signature>/s, ''), '{"Signature":1}', '<Data>'])
      assert.deepEqual(judge(answer), { findings: [], unknown: [] })
  })
})
