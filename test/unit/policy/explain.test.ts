import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { operationRef, partyId } from '../../../src/model/ids.ts'
import { withAgreements } from '../../../src/policy/agreement/with-agreements.ts'
import { explain, type Explanation } from '../../../src/policy/explain.ts'
import type { Governance } from '../../../src/policy/governance.ts'
import { aGovernance, GRANT, PERMIT } from './a-governance.ts'
import { agreedOn, agreementOn, contentOn } from './agreement/an-agreement.ts'

const PERSON = operationRef('people/person@1')

const ask = (governance: Governance, consumer: string, at = new Date('2030-06-01T12:00:00Z')): Explanation =>
  explain(governance, { consumer: partyId(consumer), service: PERMIT, at, answerKeptHours: 72 })

describe('explain', () => {
  it('shows which registries would be asked, who approved, what comes back and how long it is kept', () => {
    const explanation = ask(aGovernance(), 'town')
    assert.equal(explanation.allowed, true)
    assert.equal(explanation.refusal, undefined)
    assert.deepEqual(explanation.grant, { id: 'town-permit', validFrom: '2030-01-01', validUntil: '2030-12-31' })
    assert.deepEqual(explanation.legalBases, [{ code: 'law-a', text: { bg: 'Закон А', en: 'Act A' } }])
    assert.equal(explanation.answerKeptHours, 72)
    assert.deepEqual(explanation.registries, [
      {
        registry: 'people',
        owner: { id: 'ministry', name: { bg: 'ministry', en: 'ministry' } },
        approval: { by: 'ministry', on: '2029-12-01', reference: 'M-1' },
        calls: [{ call: 'person', operation: 'people/person@1', need: 'required', fields: ['names'] }],
      },
      {
        registry: 'cars',
        owner: { id: 'police', name: { bg: 'police', en: 'police' } },
        approval: { by: 'police', on: '2029-12-02', reference: 'P-1' },
        calls: [{ call: 'car', operation: 'cars/car@1', need: 'optional', fields: [] }],
      },
    ])
  })

  it('shows the same to those who may not, with the reason, and nothing that would come back without a grant', () => {
    const explanation = ask(aGovernance(), 'village')
    assert.equal(explanation.allowed, false)
    assert.deepEqual(explanation.refusal, {
      code: 'access.not-granted',
      detail: 'village has no grant for permit@1',
    })
    assert.deepEqual(
      explanation.legalBases.map(({ code }) => code),
      ['law-a', 'law-b'],
    )
    assert.deepEqual(
      explanation.registries.map(({ registry, approval, calls }) => [registry, approval, calls[0]?.fields]),
      [
        ['people', undefined, []],
        ['cars', undefined, []],
      ],
    )
  })

  it('shows which approval is missing and which is there', () => {
    const governance = aGovernance({ 'grants/town-permit.yaml': GRANT.replace(/ {2}cars: \{ by.*\n/, '') })
    const explanation = ask(governance, 'town')
    assert.equal(explanation.allowed, false)
    assert.match(explanation.refusal?.detail ?? '', /police for cars/)
    assert.deepEqual(
      explanation.registries.map(({ approval }) => approval?.by),
      ['ministry', undefined],
    )
  })
})

describe('explain, of agreements', () => {
  const registriesOf = (...agreements: Governance['agreements']) => {
    const none = aGovernance({ 'grants/town-permit.yaml': undefined })
    return ask(withAgreements(none, agreements), 'town').registries
  }

  it('shows of each registry the agreement in force or the one that comes nearest, and approvals where they are', () => {
    const people = agreedOn(contentOn('people', { operations: [{ operation: PERSON, fields: ['names'] }] }))
    const cars = agreementOn(contentOn('cars'), ['accept', 'town'])
    assert.deepEqual(registriesOf(people, cars), [
      {
        registry: 'people',
        owner: { id: 'ministry', name: { bg: 'ministry', en: 'ministry' } },
        approval: { by: 'ministry', on: '2030-05-01', reference: people.digest },
        agreement: { digest: people.digest, state: 'valid', standing: 'in force' },
        calls: [{ call: 'person', operation: PERSON, need: 'required', fields: ['names'] }],
      },
      {
        registry: 'cars',
        owner: { id: 'police', name: { bg: 'police', en: 'police' } },
        agreement: { digest: cars.digest, state: 'proposed', standing: 'waits for police since 2030-05-01' },
        calls: [{ call: 'car', operation: 'cars/car@1', need: 'optional', fields: [] }],
      },
    ])
  })

  it('leaves out what there is not: an owner, an approval, an agreement, a text of a legal basis', () => {
    const governance = aGovernance({ 'grants/town-permit.yaml': undefined })
    const bases = new Map([['law-b', { bg: 'Закон Б', en: 'Act B' }]])
    const explained = ask({ ...governance, owners: new Map(), legalBases: bases }, 'town')
    assert.deepEqual(explained, {
      allowed: false,
      refusal: { code: 'access.not-granted', detail: 'town has no grant for permit@1' },
      consumer: 'town',
      service: 'permit@1',
      legalBases: [{ code: 'law-b', text: { bg: 'Закон Б', en: 'Act B' } }],
      registries: [
        { registry: 'people', calls: [{ call: 'person', operation: PERSON, need: 'required', fields: [] }] },
        { registry: 'cars', calls: [{ call: 'car', operation: 'cars/car@1', need: 'optional', fields: [] }] },
      ],
      answerKeptHours: 72,
    })
  })
})
