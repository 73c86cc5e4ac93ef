import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { JsonObject } from '../../../src/model/json.ts'
import { operationRef } from '../../../src/model/ids.ts'
import { readAnswer } from '../../../src/message/read-answer.ts'
import { writeAnswer } from '../../../src/message/write-answer.ts'
import { canonicalOctets } from '../../../src/xml/canonicalise.ts'
import { withDocument } from '../../../src/xml/parse-xml.ts'
import { sampleAnswer } from '../../support/documents.ts'
import { twinJudge } from '../../support/json-twin.ts'

const canonical = (xml: string): string =>
  withDocument(Buffer.from(xml), (document) => Buffer.from(canonicalOctets(document)).toString())
const file = (name: string): URL => new URL(`../../../schemas/${name}`, import.meta.url)

function withEvidence(evidence: JsonObject) {
  const operation = operationRef('civil-registry/valid-person@1')
  return sampleAnswer({ parts: [{ call: 'driver', operation, outcome: 'found', evidence }] })
}

describe('the answer', () => {
  it('is read as it was written, evidence as texts, absence as absence', () => {
    const { stage, consumer, format, parts, ...rest } = sampleAnswer()
    assert.deepEqual([stage, consumer, format], ['assembled', 'troyan', 'xml'])
    const read = readAnswer(Buffer.from(writeAnswer(sampleAnswer())))
    assert.deepEqual({ ...read, parts: [] }, { ...rest, parts: [] })
    assert.deepEqual(read.parts[0], {
      ...parts[0],
      evidence: { names: parts[0]?.evidence?.['names'], birthDate: '1884-07-02' },
    })
    assert.deepEqual(read.parts[1]?.evidence, { tags: ['а', 'б'], count: '2', valid: 'true' })
    assert.deepEqual(read.parts[2], parts[2])
  })

  it('is in exclusive canonical form as it stands, whatever the evidence says', () => {
    const text = fc.string({ unit: 'binary' })
    const evidence = fc.dictionary(
      fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/),
      fc.oneof(text, fc.array(text), fc.integer()),
    )
    fc.assert(
      fc.property(evidence, (made) => {
        const xml = writeAnswer(withEvidence(made))
        assert.equal(canonical(xml), xml)
      }),
      { numRuns: 200 },
    )
    assert.equal(canonical(writeAnswer(sampleAnswer())), writeAnswer(sampleAnswer()))
  })

  it('may have neither problems nor parts nor checks, and evidence of nothing', () => {
    const bare = sampleAnswer({ status: 'refused', problems: [], parts: [], checks: [] })
    assert.deepEqual(readAnswer(Buffer.from(writeAnswer(bare))).parts, [])
    assert.deepEqual(readAnswer(Buffer.from(writeAnswer(withEvidence({})))).parts[0]?.evidence, {})
  })

  it('is not written where a member of the evidence cannot be an element', () => {
    assert.throws(() => writeAnswer(withEvidence({ 'not a name': 'x' })), { code: 'broker.internal' })
  })

  it('is not read where it is no answer, or passes no gate', () => {
    const xml = writeAnswer(sampleAnswer())
    assert.throws(() => readAnswer(Buffer.from(xml.replace('partial', 'done'))), { code: 'request.schema' })
    assert.throws(() => readAnswer(Buffer.from(`<!DOCTYPE a>${xml}`)), { code: 'request.malformed' })
    assert.throws(() => readAnswer(Buffer.from(xml.slice(0, -3))), { code: 'request.malformed' })
  })

  it('has an example, and a twin in JSON with the same members', () => {
    const example = readAnswer(readFileSync(file('examples/taxi-permit.answer.xml')))
    assert.deepEqual(
      example.parts.map(({ outcome }) => outcome),
      ['found', 'late'],
    )
    const judge = twinJudge('Answer')
    const twin = JSON.parse(readFileSync(file('examples/taxi-permit.answer.json'), 'utf8')) as object
    assert.deepEqual(judge(twin), [])
    assert.notDeepEqual(judge({ ...twin, Status: 'done' }), [])
  })
})
