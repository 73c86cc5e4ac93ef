import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { SignedContent } from '../../../src/model/exchange.ts'
import { partyId } from '../../../src/model/ids.ts'
import { readApplication, readHead } from '../../../src/message/read-application.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { canonicalOctets } from '../../../src/xml/canonicalise.ts'
import { withDocument } from '../../../src/xml/parse-xml.ts'
import { applicationXml, sampleApplication } from '../../support/documents.ts'
import { twinJudge } from '../../support/json-twin.ts'

const content = (xml: string): SignedContent => Buffer.from(xml) as unknown as SignedContent
const example = (name: string): URL => new URL(`../../../schemas/${name}`, import.meta.url)

describe('the application', () => {
  it('is read as it was written', () => {
    const application = sampleApplication({ onBehalfOf: partyId('lovech'), applicantDocument: 'QUJD' })
    assert.deepEqual(readApplication(content(applicationXml(application))), application)
    assert.deepEqual(readApplication(content(applicationXml())), sampleApplication())
  })

  it('is written in canonical form', () => {
    const xml = applicationXml({ case: 'A & <Б>\r\n' })
    const canonical = withDocument(Buffer.from(xml), (document) => Buffer.from(canonicalOctets(document)).toString())
    assert.equal(xml, canonical)
  })

  it('is read with indentation, and with a prefix instead of the default namespace', () => {
    const indented = readFileSync(example('examples/taxi-permit.application.xml'))
    assert.deepEqual(readApplication(indented as unknown as SignedContent), sampleApplication())
    const prefixed = applicationXml()
      .replace(/<(\/?)(?=[A-Za-z])/g, '<$1e:')
      .replace('xmlns=', 'xmlns:e=')
    assert.deepEqual(readApplication(content(prefixed)), sampleApplication())
  })

  it('makes a list of repeated elements of the body', () => {
    const body = { vehicle: [{ plate: 'ОВ0000АА' }, { plate: 'ОВ0000АВ' }], note: '' }
    assert.deepEqual(readApplication(content(applicationXml({ body }))).body, body)
  })

  it('has a twin in JSON with the same members', () => {
    const judge = twinJudge('Application')
    const twin = JSON.parse(readFileSync(example('examples/taxi-permit.application.json'), 'utf8')) as object
    assert.deepEqual(judge(twin), [])
    assert.notDeepEqual(judge({ ...twin, Consumer: 'Троян' }), [])
    const shortForm = { IdentifierType: 'egn', Identifier: '842702996', Names: 'x' }
    assert.notDeepEqual(judge({ ...twin, Applicant: shortForm }), [])
    const names = [...applicationXml().matchAll(/<([A-Z]\w*)[ >]/g)].map(([, name]) => name)
    const members = [...JSON.stringify(twin).matchAll(/"([A-Z]\w*)":/g)].map(([, name]) => name)
    assert.deepEqual(members, names.slice(1))
  })

  for (const [title, from, to, place] of [
    ['a consumer that is no party id', 'troyan<', 'Троян<', 'Application/Consumer'],
    ['a missing case', '<Case>ТР-2026-000123</Case>', '', 'Application/Official'],
    ['a name that starts with a blank', 'Служителка', ' Служителка', 'Application/Official/Names'],
    ['an element too many', '</Official>', '<Evil>1</Evil></Official>', 'Application/Official/Evil'],
    ['an attribute', '<Case>', '<Case evil="1">', 'Application/Case'],
    ['a thirteenth month', '2026-10-05T', '2026-13-05T', 'Application/IssuedAt'],
    ['a time without offset', '09:30:00+03:00', '09:30:00', 'Application/IssuedAt'],
    ['a version zero', '<Version>1<', '<Version>0<', 'Application/Service/Version'],
    ['a kind of identifier that is unknown', '>egn<', '>ssn<', 'Application/Applicant/IdentifierType'],
    ['an identifier of another form', '<IdentifierType>egn', '<IdentifierType>eik', 'Application/Applicant/Identifier'],
    ['text in the body', '<Body>', '<Body>8427029967', 'Application/Body'],
    ['a body element of another namespace below', '<egn>', '<egn xmlns="urn:x">', 'egn'],
    ['a body attribute', '<egn>', '<egn a="8427029967">', 'egn'],
    ['a body element with a capital', 'driver>', 'Driver>', 'Application/Body'],
    ['a body element named like a prototype', 'driver>', '__proto__>', 'Application/Body'],
    ['a body element named like a method', 'driver>', 'hasOwnProperty>', 'Application/Body'],
    ['too many elements', '<Body>', `<Body>${'<x></x>'.repeat(10_001)}`, 'over 10000 elements'],
  ] as const)
    it(`is refused for ${title}, naming ${place} and no value`, () => {
      const xml = applicationXml().replaceAll(from, to)
      assert.notEqual(xml, applicationXml())
      assert.throws(
        () => readApplication(content(xml)),
        (error) => {
          assert.ok(error instanceof BrokerError)
          assert.equal(error.code, 'request.schema')
          assert.ok(error.detail.includes(place), error.detail)
          assert.doesNotMatch(error.detail, /8427029967|Служителка|Иван|ssn|Троян/)
          return true
        },
      )
    })

  it('has bounded texts', () => {
    assert.throws(() => readApplication(content(applicationXml({ case: 'x'.repeat(201) }))), { code: 'request.schema' })
    assert.doesNotThrow(() => readApplication(content(applicationXml({ case: 'ж'.repeat(200) }))))
  })

  it('is not an answer', () => {
    const xml = applicationXml().replaceAll('Application>', 'Answer>').replace('<Application ', '<Answer ')
    assert.throws(() => readApplication(content(xml)), { code: 'request.schema' })
  })
})

describe('the head of an application', () => {
  it('is read before the schema has its turn', () => {
    const xml = applicationXml({ onBehalfOf: partyId('lovech') }).replace('<Body>', '<Evil/><Body>')
    assert.deepEqual(readHead(content(xml)), {
      exchangeId: sampleApplication().exchangeId,
      consumer: 'troyan',
      onBehalfOf: 'lovech',
      issuedAt: sampleApplication().issuedAt,
    })
  })

  it('says nothing of a member that is absent, doubled, nested or no text', () => {
    const xml =
      '<Application xmlns="urn:edno:exchange:1"><Consumer>a</Consumer><Consumer>b</Consumer>' +
      '<IssuedAt><x/>2026</IssuedAt><Body><ExchangeId>x</ExchangeId></Body></Application>'
    assert.deepEqual(readHead(content(xml)), {
      exchangeId: undefined,
      consumer: undefined,
      onBehalfOf: undefined,
      issuedAt: undefined,
    })
  })
})
