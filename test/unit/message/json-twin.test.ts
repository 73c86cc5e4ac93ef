import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { readAnswer } from '../../../src/message/read-answer.ts'
import { readApplication, readHead } from '../../../src/message/read-application.ts'
import { writeAnswer, writeJsonAnswer } from '../../../src/message/write-answer.ts'
import { writeApplication, writeJsonApplication } from '../../../src/message/write-application.ts'
import type { Application } from '../../../src/model/application.ts'
import type { SignedContent } from '../../../src/model/exchange.ts'
import { operationRef, partyId } from '../../../src/model/ids.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { sampleAnswer, sampleApplication } from '../../support/documents.ts'
import { TWIN_SCHEMA, twinJudge } from '../../support/json-twin.ts'

const schemas = new URL('../../../schemas/', import.meta.url)
const file = (name: string): Buffer => readFileSync(new URL(name, schemas))
const signed = (text: string | Uint8Array): SignedContent => Buffer.from(text as string) as unknown as SignedContent
const fromXml = (application: Application): Application => readApplication(signed(writeApplication(application)))
const fromJson = (application: Application): Application =>
  readApplication(signed(writeJsonApplication(application)), 'jws')

describe('the application in JSON', () => {
  it('reads as its twin in XML reads, with every member and with none that may be absent', () => {
    for (const application of [
      sampleApplication(),
      sampleApplication({ onBehalfOf: partyId('lovech'), applicantDocument: 'QUJD', case: 'ТР 🛶 й & <x>' }),
    ]) {
      assert.deepEqual(fromJson(application), application)
      assert.deepEqual(fromXml(application), application)
    }
  })

  it('reads from the examples that lie beside the schemas as from those in XML', () => {
    const xml = readApplication(signed(file('examples/taxi-permit.application.xml')))
    const json = readApplication(signed(file('examples/taxi-permit.application.json')), 'jws')
    assert.deepEqual(json, xml)
    assert.deepEqual(fromJson(xml), xml)
    assert.deepEqual(fromXml(json), json)
    assert.deepEqual(
      readHead(signed(file('examples/taxi-permit.application.json')), 'jws'),
      readHead(signed(file('examples/taxi-permit.application.xml'))),
    )
  })

  it('has a body that reads the same from both, whatever it holds', () => {
    const name = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,6}$/).filter((text) => !(text in Object.prototype))
    const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.boolean(), fc.integer(), fc.constant(null))
    const { body } = fc.letrec<{ value: unknown; body: JsonObject }>((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(fc.oneof(leaf, tie('body')), { maxLength: 3 }), tie('body')),
      body: fc.dictionary(name, tie('value') as fc.Arbitrary<never>, { maxKeys: 4 }),
    }))
    fc.assert(
      fc.property(body, (made) => {
        const application = sampleApplication({ body: made })
        assert.deepEqual(fromJson(application).body, fromXml(application).body)
      }),
      { numRuns: 300 },
    )
  })

  it('says absence with null or an empty list, and one item with or without a list', () => {
    const body = (text: string) =>
      readApplication(signed(writeJsonApplication(sampleApplication()).replace(/"Body":.*/, `"Body":${text}}`)), 'jws')
        .body
    assert.deepEqual(body('{"a":null,"b":[],"c":[null],"d":["x"],"e":"x","f":{},"g":[{}],"h":["x","y"]}'), {
      d: 'x',
      e: 'x',
      f: '',
      g: '',
      h: ['x', 'y'],
    })
    assert.deepEqual(body('{"a":1,"b":-0.5,"c":"1e3 \\" -0","d":true}'), {
      ...{ a: '1', b: '-0.5', c: '1e3 " -0', d: 'true' },
    })
  })

  for (const [title, from, to, place] of [
    ['a consumer that is no party id', '"troyan"', '"Троян"', 'Application/Consumer'],
    ['a missing case', '"Case":"ТР-2026-000123",', '', 'Application'],
    ['a name that starts with a blank', '"Служителка', '" Служителка', 'Application/Official/Names'],
    ['a member too many', '"Official":{', '"Official":{"Evil":1,', 'Application/Official/Evil'],
    ['a thirteenth month', '2026-10-05T', '2026-13-05T', 'Application/IssuedAt'],
    ['a time without offset', '09:30:00+03:00', '09:30:00', 'Application/IssuedAt'],
    ['a version zero', '"Version":1', '"Version":0', 'Application/Service/Version'],
    [
      'a kind of identifier that is unknown',
      '"egn","Identifier"',
      '"ssn","Identifier"',
      'Application/Applicant/IdentifierType',
    ],
    [
      'an identifier of another form',
      '"IdentifierType":"egn"',
      '"IdentifierType":"eik"',
      'Application/Applicant/Identifier',
    ],
    ['a body that is text', /"Body":.*/, '"Body":"8427029967"}', 'Application/Body'],
    ['a body member with a capital', '"driver"', '"Driver"', 'Application/Body'],
    ['a list in a list', '"driver":{', '"driver":[["x"]],"other":{', 'a list inside a list'],
    ...['12345678901234567890', '9007199254740991.4', '0.10', '1.0', '-0', '1e3', '1E3', '1e-7', '1e400'].map(
      (number) =>
        [
          `the number ${number}, which would be another text`,
          '"driver":{',
          `"driver":[{"a":${number}}],"other":{`,
          'write it as a text',
        ] as const,
    ),
  ] as const)
    it(`is refused for ${title}, naming ${place} and no value`, () => {
      const json = writeJsonApplication(sampleApplication()).replace(from, to)
      assert.throws(
        () => readApplication(signed(json), 'jws'),
        (error) => {
          assert.ok(error instanceof BrokerError)
          assert.equal(error.code, 'request.schema')
          assert.ok(error.detail.includes(place), error.detail)
          assert.doesNotMatch(error.detail, /8427029967|Служителка|Иван|ssn|Троян/)
          return true
        },
      )
    })

  it('tells in its head only what is text', () => {
    assert.deepEqual(readHead(signed('{"Consumer":["a"],"ExchangeId":1,"OnBehalfOf":null,"IssuedAt":{}}'), 'jws'), {
      exchangeId: undefined,
      consumer: undefined,
      onBehalfOf: undefined,
      issuedAt: undefined,
    })
    assert.equal(readHead(signed('{"__proto__":{"Consumer":"a"}}'), 'jws').consumer, undefined)
  })
})

describe('the answer in JSON', () => {
  it('reads as its twin in XML reads', () => {
    const json = writeJsonAnswer(sampleAnswer())
    assert.deepEqual(twinJudge('Answer')(JSON.parse(json)), [])
    assert.deepEqual(readAnswer(Buffer.from(json), 'jws'), readAnswer(Buffer.from(writeAnswer(sampleAnswer()))))
    assert.deepEqual(
      readAnswer(file('examples/taxi-permit.answer.json'), 'jws'),
      readAnswer(file('examples/taxi-permit.answer.xml')),
    )
  })

  it('keeps the types of the evidence', () => {
    const { Part } = JSON.parse(writeJsonAnswer(sampleAnswer())) as { Part: { Evidence?: object }[] }
    assert.deepEqual(Part[1]?.Evidence, { tags: ['а', 'б'], flags: [], count: 2, valid: true })
  })

  it('holds nothing that the gate of its reader refuses, whatever a registry sent', () => {
    const operation = operationRef('civil-registry/valid-person@1')
    const evidence = { name: 'a\u0000b\ud83dc\uffff\td' }
    const json = writeJsonAnswer(sampleAnswer({ parts: [{ call: 'driver', operation, outcome: 'found', evidence }] }))
    assert.ok(json.includes('a\ufffdb\ufffdc\ufffd\\td'))
  })

  it('is refused where its schema has no such thing', () => {
    const json = writeJsonAnswer(sampleAnswer()).replace('"partial"', '"done"')
    assert.throws(() => readAnswer(Buffer.from(json), 'jws'), { code: 'request.schema' })
    assert.throws(() => readAnswer(Buffer.from('[]'), 'jws'), { code: 'request.schema' })
    assert.throws(() => readAnswer(Buffer.from('{'), 'jws'), { code: 'request.malformed' })
  })
})

describe('the two schemas of the exchange', () => {
  const xsd = file('exchange.v1.xsd').toString()
  const ELEMENT = /<xs:element name="(\w+)"([^>]*)>/g

  /** Members of each complex type: name → may it be absent. `Open` and `Localised` hold what others name. */
  const types = [
    ...xsd.matchAll(/<xs:(?:complexType|element) name="(\w+)">(?:(?!<xs:simpleType name).)*?<\/xs:sequence>/gs),
  ]
    .map(([text, name = '']) => [name, text.replace(/^<[^>]*>/, '')] as const)
    .filter(([name]) => name !== 'Open')

  it('have the same objects', () => {
    const objects = Object.entries(TWIN_SCHEMA.$defs).filter(([, { type }]) => type === 'object')
    assert.deepEqual(objects.map(([name]) => name).toSorted(), types.map(([name]) => name).toSorted())
  })

  for (const [name, text] of types)
    it(`have the same members of ${name}, the same of them required, and let no other in`, () => {
      const elements = [...text.matchAll(ELEMENT)].map(([, member = '', rest = '']) => ({
        member,
        required: !rest.includes('minOccurs="0"'),
      }))
      const twin = TWIN_SCHEMA.$defs[name]
      assert.ok(twin !== undefined)
      assert.deepEqual(
        Object.keys(twin.properties ?? {}),
        elements.map(({ member }) => member),
      )
      assert.deepEqual(
        twin.required,
        elements.filter(({ required }) => required).map(({ member }) => member),
      )
      assert.equal(twin.additionalProperties, false)
    })
})
