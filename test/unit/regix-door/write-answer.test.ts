import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import type { AssembledAnswer } from '../../../src/model/exchange.ts'
import { exchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import type { Json, JsonObject } from '../../../src/model/json.ts'
import { LARGEST_ANSWER, writeRegixAnswer } from '../../../src/regix-door/write-answer.ts'
import { writeXml } from '../../../src/adapter-kit/soap/xml-element.ts'
import { writeResponse } from '../../../src/regix-door/write-response.ts'

const adapter = (path: string): string => join(import.meta.dirname, '../../../adapters', path)
const map = readRegixMap(adapter('civil-registry/valid-person.v1'))
const OPERATION = operationRef('civil-registry/valid-person@1')
const PARTS = {
  mapOf: () => ({ map, fields: ['names', 'names.first', 'birthDate', 'deathDate'] }),
  writeComposite: () => '<Answer xmlns="urn:edno:exchange:1"/>',
}

const answer = (change: Partial<AssembledAnswer>, form: Partial<NonNullable<AssembledAnswer['regix']>> = {}) =>
  writeRegixAnswer(
    {
      stage: 'assembled',
      exchangeId: exchangeId('00000000-0000-8000-8000-000000000000'),
      consumer: partyId('troyan'),
      service: serviceRef('regix-civil-registry-valid-person', 1),
      format: 'regix',
      requestDigest: '',
      issuedAt: '2026-01-01T00:00:00.000Z',
      status: 'complete',
      problems: [],
      parts: [{ call: 'answer', operation: OPERATION, outcome: 'found', evidence: { names: { first: 'Иван' } } }],
      checks: [],
      regix: {
        ...{ entry: 'v2', soap: '1.1', callId: '12', operation: 'x', argument: '<a/>', asynchronous: false },
        ...{ signResult: false, returnAccessMatrix: false, disclosure: { answer: ['names'] } },
        ...form,
      },
      ...change,
    },
    PARTS,
  )
const title = { bg: 'б', en: 'e' }

describe('an answer for a client of RegiX', () => {
  it('leaves ServiceCallID out for a client that does not know it', () => {
    assert.match(answer({}, { entry: 'v1', soap: '1.2' }).text, /<ServiceCallID>12</)
    assert.doesNotMatch(answer({}, { entry: 'v1', soap: '1.2', withoutCallId: true }).text, /ServiceCallID/)
  })

  it('is refused where it is larger than clients take, and holds nothing of what was found', () => {
    const first = 'Я'.repeat(LARGEST_ANSWER / 2)
    const { text, refused } = answer({
      parts: [{ call: 'answer', operation: OPERATION, outcome: 'found', evidence: { names: { first } } }],
    })
    assert.ok(refused)
    assert.doesNotMatch(text, /ЯЯ/)
    assert.match(
      text,
      /<IsReady>true<\/IsReady><Data xsi:nil="true"\/><HasError>true<\/HasError><Error>.*\[regix\.answer-too-large\]/,
    )
    assert.equal(answer({}).refused, false)
  })

  it('of access that was taken away meanwhile is a refusal without data', () => {
    const { text } = answer({ status: 'refused', problems: [{ code: 'access.suspended', title }] })
    assert.match(
      text,
      /<IsReady>false<\/IsReady>.*<Error>Access denied! ConsumerCertificate is not active \[access\.suspended\]/,
    )
  })

  it('names what the registry did, not only that a part is missing', () => {
    const problems = [
      { code: 'provider.required-missing', title },
      { code: 'provider.timeout', title, call: 'answer' },
    ]
    assert.match(answer({ status: 'refused', problems }).text, /<Error>\[provider\.timeout\]/)
  })

  it('of a composite service holds the answer of edno, also where it is refused', () => {
    const problems = [{ code: 'provider.required-missing', title }]
    const { text } = answer({ status: 'refused', problems }, { composite: true })
    assert.match(text, /<Response id="response"><Answer xmlns="urn:edno:exchange:1"\/><\/Response>.*<HasError>true</)
  })

  it('writes what was joined when it was read whole into the first of its parts', () => {
    const state = readRegixMap(adapter('commercial-register/actual-state.v1'))
    const evidence: JsonObject = { uic: '999999995', status: 'active', seat: 'гр. Троян пл. Измислен 1' }
    const text = (given: Json | undefined): string => writeXml(writeResponse(state, given), '')
    assert.match(text(evidence), /<Settlement>гр\. Троян пл\. Измислен 1<\/Settlement>/)
    assert.match(text(evidence), /<DataFound>true<\/DataFound>/)
    assert.match(text(undefined), /<DataFound>false<\/DataFound>/)
    assert.doesNotMatch(text(undefined), /Deed/)
  })
})
