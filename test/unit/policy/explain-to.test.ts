import assert from 'node:assert/strict'
import { partyId } from '../../../src/model/ids.ts'
import { explain } from '../../../src/policy/explain.ts'
import { type ExplainedToReader, explainedTo } from '../../../src/policy/explain-to.ts'
import type { Governance } from '../../../src/policy/governance.ts'
import { aGovernance, GRANT, partyText, PERMIT } from './a-governance.ts'

const PARTIES = {
  'parties/office.yaml': partyText('office', 'auditor'),
  'parties/operator.yaml': partyText('operator', 'operator'),
  'parties/hamlet.yaml': partyText('hamlet', 'consumer'),
}
let GOVERNANCE: Governance
const load = (): void => {
  GOVERNANCE = aGovernance(PARTIES)
}
const AT = new Date('2030-06-01T12:00:00Z')

const wholeOf = (governance: Governance) =>
  explain(governance, { consumer: partyId('town'), service: PERMIT, at: AT, answerKeptHours: 72 })
const told = (reader: string, governance = GOVERNANCE): ExplainedToReader | undefined =>
  explainedTo(governance, partyId(reader), wholeOf(governance))

describe('an explanation', () => {
  before(load)

  it('is told whole to the consumer, its recorded delegate, operators and auditors', () => {
    for (const reader of ['town', 'village', 'operator', 'office'])
      assert.deepEqual(told(reader), wholeOf(GOVERNANCE), reader)
  })

  it('is told to an owner for its own registry: of others neither approval nor fields, nor the joined grant', () => {
    const explained = told('police')
    const [people, cars] = explained?.registries ?? []
    assert.deepEqual(people, {
      registry: 'people',
      owner: { id: 'ministry', name: { bg: 'ministry', en: 'ministry' } },
      calls: [{ call: 'person', operation: 'people/person@1', need: 'required' }],
    })
    assert.deepEqual(cars, wholeOf(GOVERNANCE).registries[1])
    assert.deepEqual([explained?.allowed, explained?.grant, explained?.legalBases], [true, undefined, []])
    assert.ok(!JSON.stringify(explained).includes('M-1'))
  })

  it('tells an owner that something is missing, not what another owner said', () => {
    const missing = aGovernance({ ...PARTIES, 'grants/town-permit.yaml': GRANT.replace(/ {2}people: \{ by.*\n/, '') })
    const explained = told('police', missing)
    assert.deepEqual(explained?.refusal, {
      code: 'access.not-granted',
      detail: 'what is missing is told to the consumer, and to each owner its part',
    })
  })

  it('is nothing to others, also where a registry has no owner', () => {
    assert.equal(told('hamlet'), undefined)
    assert.equal(told('hamlet', { ...GOVERNANCE, owners: new Map() }), undefined)
  })

  it('names no owner of a registry that has none, to the owner of another', () => {
    const explained = told('police', { ...GOVERNANCE, owners: new Map([['cars', partyId('police')]]) })
    assert.deepEqual(explained?.registries[0], {
      registry: 'people',
      calls: [{ call: 'person', operation: 'people/person@1', need: 'required' }],
    })
  })

  it('is told whole to the owner of all its registries, and to nobody else where there are none', () => {
    const service = { ...PERMIT, calls: PERMIT.calls.slice(1) }
    const of = (calls: typeof service.calls) =>
      explain(GOVERNANCE, { consumer: partyId('town'), service: { ...service, calls }, at: AT, answerKeptHours: 72 })
    const whole = of(service.calls)
    assert.ok(whole.grant)
    assert.deepEqual(explainedTo(GOVERNANCE, partyId('police'), whole), whole)
    assert.equal(explainedTo(GOVERNANCE, partyId('ministry'), whole), undefined)
    assert.equal(explainedTo(GOVERNANCE, partyId('police'), of([])), undefined)
    assert.deepEqual(explainedTo(GOVERNANCE, partyId('town'), of([])), of([]))
  })
})
