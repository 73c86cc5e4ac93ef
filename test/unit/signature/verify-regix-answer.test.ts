import assert from 'node:assert/strict'
import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto'
import { V1, V2_BASIC } from '../../../src/adapter-kit/regix/entry-point.ts'
import {
  readResult,
  type ResultPlace,
  requireReady,
  writeExecuteReply,
} from '../../../src/adapter-kit/regix/execute-reply.ts'
import { signData } from '../../../src/adapter-kit/soap/sign-data.ts'
import type { XmlElement } from '../../../src/adapter-kit/soap/xml-element.ts'
import { signData as signAtDoor } from '../../../src/regix-door/sign-data.ts'
import { sealPart } from '../../../src/signature/seal-part.ts'
import { type RegixTrust, verifyRegixAnswer } from '../../../src/signature/verify-regix-answer.ts'
import { makeIdentity, sealerOf, type TestIdentity } from '../../support/certificates.ts'

const AT = new Date('2026-11-01T00:00:00Z')
const MAX = 2_000_000

const element = (name: string, namespace: string, children: readonly XmlElement[] = [], text = ''): XmlElement => ({
  ...{ name, namespace, attributes: {}, nil: false, children, text },
})
const person = (name: string): XmlElement =>
  element('ValidPersonResponse', 'urn:p', [element('FirstName', 'urn:p', [], name)])

describe('the signature of a RegiX answer', function () {
  this.timeout(60_000)
  let registry: TestIdentity
  let other: TestIdentity
  let curve: TestIdentity
  before(async () => {
    registry = await makeIdentity('registry', 'rsa-2048')
    other = await makeIdentity('other', 'rsa-2048')
    curve = await makeIdentity('curve', 'p-256')
  })

  const trust = (more: Partial<RegixTrust> = {}): RegixTrust => ({
    certificates: [new X509Certificate(registry.certificatePem)],
    ...{ sha1: false, maxBytes: MAX },
    ...more,
  })
  const answered = (signer: TestIdentity = registry, name = 'Иван', place?: ResultPlace): string =>
    writeExecuteReply(
      {
        callId: 7,
        request: element('ValidPersonRequest', 'urn:p', [element('EGN', 'urn:p', [], '8427029967')]),
        response: person(name),
        matrix: { type: 'ValidPersonResponse', paths: ['ValidPersonResponse.FirstName'] },
        sign: (data, namespace) =>
          signData(data, namespace, { certificate: signer.certificatePem, key: signer.privateKeyPem }),
      },
      place,
    )
  const judge = (text: string, more?: Partial<RegixTrust>) => verifyRegixAnswer(Buffer.from(text), trust(more), AT)
  const refused = (text: string, why: RegExp, more?: Partial<RegixTrust>): void => {
    const verdict = judge(text, more)
    assert.match('refused' in verdict ? verdict.refused : 'it was believed', why)
  }

  it('holds as another program made it, inside an envelope whose declarations it does not know', () => {
    const verdict = judge(answered())
    assert.ok('data' in verdict, JSON.stringify(verdict))
    const text = Buffer.from(verdict.data).toString()
    assert.match(text, /^<Data xmlns="http:\/\/egov\.bg\/RegiX\/SignedData"/)
    assert.match(text, /Иван/)
    assert.doesNotMatch(text, /SignatureValue|schemas\.xmlsoap\.org/)
  })

  it('holds where blanks stand before the answer, as servers of RegiX are known to send them', () => {
    assert.ok('data' in judge(`\r\n  ${answered()}`))
    assert.ok('data' in judge(`\n<?xml version="1.0" encoding="utf-8"?>${answered()}`))
  })

  describe('of the first entry point', () => {
    const FIRST: ResultPlace = { operation: V1.ask, entry: V1 }
    const read = (text: string): string | undefined => {
      const verify = (raw: Uint8Array, namespace: string): Uint8Array => {
        const verdict = verifyRegixAnswer(raw, trust(), AT, namespace)
        return 'data' in verdict ? verdict.data : assert.fail(verdict.refused)
      }
      return requireReady(readResult(Buffer.from(text), FIRST, verify)).response?.children[0]?.text
    }

    it('holds as the stand-in made it, and not where it was made in the namespace of the second', () => {
      assert.equal(read(answered(registry, 'Иван', FIRST)), 'Иван')
      refused(answered(registry, 'Иван', FIRST), /Data is not what was signed/)
      const second = answered(registry, 'Иван', { operation: V1.ask, entry: { ...V1, data: V2_BASIC.data } })
      assert.throws(() => read(second), /Data is not what was signed/)
    })

    it("holds as edno's own door made it", () => {
      const unsigned = answered(registry, 'Иван', FIRST).replace(/<Signature .*<\/Signature>/s, '')
      const sealer = sealerOf(registry)
      const signed = signAtDoor(unsigned, { entry: 'v1', signResult: true }, (octets, id) =>
        sealPart(octets, id, sealer),
      )
      assert.match(signed, /<Signature /)
      assert.equal(read(signed), 'Иван')
    })
  })

  it('holds under the second of two configured certificates, and under none that is over', () => {
    const certificates = [new X509Certificate(other.certificatePem), new X509Certificate(registry.certificatePem)]
    assert.ok('data' in judge(answered(), { certificates }))
    const late = verifyRegixAnswer(Buffer.from(answered()), trust(), new Date('2150-01-01'))
    assert.match('refused' in late ? late.refused : '', /no configured certificate/)
  })

  describe('is refused', () => {
    it('where one letter of the answer is another', () => {
      refused(answered().replace('Иван', 'Ивак'), /Data is not what was signed/)
    })

    it('where a line break or a field was added to what was signed', () => {
      refused(answered().replace('</FirstName>', '</FirstName>\n'), /Data is not what was signed/)
      refused(answered().replace('</FirstName>', '</FirstName><Extra/>'), /Data is not what was signed/)
    })

    it('where somebody else made it, whose certificate came along', () => {
      refused(answered(other), /no configured certificate/)
    })

    it('where a certificate of another kind of key is the configured one', () => {
      refused(answered(), /no configured certificate/, {
        certificates: [new X509Certificate(curve.certificatePem)],
      })
    })

    it('where the configured certificate has a key that is too short', async () => {
      const weak = await makeIdentity('weak', 'rsa-1024')
      refused(answered(weak), /no configured certificate/, {
        certificates: [new X509Certificate(weak.certificatePem)],
      })
    })

    it('where there is none', () => {
      refused(answered().replace(/<Signature .*<\/Signature>/s, ''), /no signature/)
    })

    it('where there are two, wherever the second stands', () => {
      const [signature = ''] = /<Signature .*<\/Signature>/s.exec(answered()) ?? []
      refused(answered().replace('</Signature>', `</Signature>${signature}`), /more than one ds:Signature/)
      refused(answered().replace('<Response ', `${signature}<Response `), /more than one ds:Signature/)
      refused(answered().replace('<s:Body', `<s:Header>${signature}</s:Header><s:Body`), /more than one ds:Signature/)
    })

    it('where a second element bears the Id of what was signed', () => {
      const forged = '<Data id="data"><Response id="response"><X/></Response></Data>'
      refused(answered().replace('<IsReady>', `${forged}<IsReady>`), /an Id that stands twice/)
      refused(answered().replace('<FirstName>', '<FirstName Id="data">'), /an Id that stands twice/)
    })

    it('where what was signed was put away and another Data took its place', () => {
      const signed = answered()
      const [data = ''] = /<Data .*<\/Data>/s.exec(signed) ?? []
      const forged = data.replace('Иван', 'Петър').replace('id="data"', 'id="other"')
      const wrapped = signed.replace(data, forged).replace('</Signature>', `<Object>${data}</Object></Signature>`)
      assert.ok('refused' in judge(wrapped))
    })

    it('where it names an algorithm that is on no list', () => {
      const md5 = answered().replace('2001/04/xmldsig-more#rsa-sha256', '2001/04/xmldsig-more#rsa-md5')
      refused(md5, /SignatureMethod: not on the list/)
      refused(answered().replace('2001/04/xmlenc#sha256', '2001/04/xmldsig-more#md5'), /DigestMethod: not on the list/)
      const c14n = answered().replaceAll('TR/2001/REC-xml-c14n-20010315', '2006/12/xml-c14n11')
      refused(c14n, /CanonicalizationMethod: not on the list/)
    })

    it('where it has a transform that would choose what is digested', () => {
      const enveloped = '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
      const xpath =
        '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>true()</XPath></Transform>'
      assert.ok(answered().includes(enveloped))
      refused(answered().replace(enveloped, enveloped + xpath), /not on the list/)
    })

    it('where a Reference is of nothing, of the whole document, or of another element', () => {
      refused(answered().replace('URI="#data"', 'URI=""'), /an element of this document/)
      refused(answered().replace('URI="#data"', 'URI="#response"'), /no configured certificate|one Reference to Data/)
      refused(answered().replace('URI="#data"', 'URI="http://127.0.0.1/"'), /an element of this document/)
    })

    it('where it is no XML that edno takes', () => {
      refused(answered().replace('<s:Envelope', '<!DOCTYPE s:Envelope><s:Envelope'), /./)
      refused(answered().slice(0, -20), /./)
      refused(answered(), /more than 100 bytes/, { maxBytes: 100 })
    })
  })

  /** As RegiX signs with XAdES: a second Reference to the properties; made with Node's own functions, canonical by construction. */
  describe('of XAdES', () => {
    const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    const XSD = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    const DS = 'xmlns="http://www.w3.org/2000/09/xmldsig#"'
    const XADES = 'xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"'
    const SIGNED = 'http://egov.bg/RegiX/SignedData'
    const INNER = '<Response id="response"><R xmlns="urn:p">Иван</R></Response>'
    const digest = (text: string, hash: string): string => createHash(hash).update(text).digest('base64')

    const xades = ({ hash = 'sha256', properties = 'SignedProperties-1' } = {}): string => {
      const names = {
        sha256: ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'],
        sha1: ['http://www.w3.org/2000/09/xmldsig#sha1', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'],
      }[hash] ?? ['', '']
      const data = `<Data xmlns="${SIGNED}" ${XSD} ${XSI} id="data">${INNER}</Data>`
      const time = '<xades:SigningTime>2026-01-01T00:00:00Z</xades:SigningTime>'
      const about = `<xades:SignedSignatureProperties>${time}</xades:SignedSignatureProperties></xades:SignedProperties>`
      const canonical = `<xades:SignedProperties ${DS} ${XADES} ${XSD} ${XSI} Id="SignedProperties-1">${about}`
      const reference = (uri: string, value: string, transforms: string): string =>
        `<Reference URI="#${uri}">${transforms}<DigestMethod Algorithm="${names[0]}"></DigestMethod><DigestValue>${value}</DigestValue></Reference>`
      const enveloped =
        '<Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform></Transforms>'
      const info =
        `<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></CanonicalizationMethod>` +
        `<SignatureMethod Algorithm="${names[1]}"></SignatureMethod>` +
        reference('data', digest(data, hash), enveloped) +
        reference(properties, digest(canonical, hash), '') +
        '</SignedInfo>'
      const octets = Buffer.from(`<SignedInfo ${DS} ${XSD} ${XSI}>${info}`)
      const value = sign(hash, octets, createPrivateKey(registry.privateKeyPem)).toString('base64')
      const object = `<Object><xades:QualifyingProperties ${XADES} Target="#S"><xades:SignedProperties Id="SignedProperties-1">${about}</xades:QualifyingProperties></Object>`
      const signature = `<Signature ${DS} Id="S"><SignedInfo>${info}<SignatureValue>${value}</SignatureValue><KeyInfo/>${object}</Signature>`
      return (
        `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body ${XSI} ${XSD}>` +
        `<ExecuteResponse xmlns="http://egov.bg/RegiX"><ExecuteResult><ServiceResultData xmlns="${SIGNED}"><IsReady>true</IsReady>` +
        `<Data id="data">${INNER}</Data>${signature}<HasError>false</HasError></ServiceResultData></ExecuteResult></ExecuteResponse></s:Body></s:Envelope>`
      )
    }

    it('holds with both References', () => {
      const verdict = judge(xades())
      assert.ok('data' in verdict, JSON.stringify(verdict))
    })

    it('is refused where the properties say something else', () => {
      refused(xades().replace('2026-01-01', '2026-01-02'), /SignedProperties are not what was signed/)
    })

    it('is refused where the second Reference is of something else', () => {
      refused(xades({ properties: 'response' }), /the second one is of the SignedProperties/)
    })

    it('is refused with SHA-1, unless the configuration names that exception', () => {
      refused(xades({ hash: 'sha1' }), /SignatureMethod: not on the list/)
      const verdict = judge(xades({ hash: 'sha1' }), { sha1: true })
      assert.ok('data' in verdict, JSON.stringify(verdict))
    })
  })
})
