import assert from 'node:assert/strict'
import type { AgreementContent } from '../../../src/model/agreement.ts'
import { operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import { agreementReader, mayHandIn, partiesSeenBy, totalsReader } from '../../../src/policy/may-see-agreement.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import type { Governance } from '../../../src/policy/governance.ts'
import { aGovernance, partyText, suspended } from './a-governance.ts'

const content = (consumer = 'town', delegate?: string): AgreementContent => ({
  type: 'edno-agreement@1',
  id: '0c3f5ad2-4e0b-4d4e-9d55-0d7a3f6f1a01',
  request: '0c3f5ad2-4e0b-4d4e-9d55-0d7a3f6f1a02',
  consumer: { party: partyId(consumer), keys: [] },
  provider: partyId('police'),
  registry: 'cars',
  service: serviceRef('permit', 1),
  asks: 'ab'.repeat(32),
  operations: [{ operation: operationRef('cars/car@1'), fields: [] }],
  withhold: [],
  legalBases: ['law-a'],
  purpose: 'permits',
  validity: { from: '2030-01-01', until: '2030-12-31' },
  createdAt: '2029-12-01T10:00:00.000Z',
  ...(delegate === undefined ? {} : { delegate: { party: partyId(delegate), keys: [] } }),
})

let governance: Governance
const load = (): void => {
  governance = aGovernance({
    'parties/office.yaml': partyText('office', 'auditor'),
    'parties/operator.yaml': partyText('operator', 'operator'),
    'parties/hamlet.yaml': partyText('hamlet', 'consumer'),
    'parties/gone.yaml': suspended('gone'),
  })
}

describe('who may see an agreement', () => {
  before(load)

  const sees = (reader: string, of = content()): boolean => agreementReader(governance, partyId(reader))(of)

  it('are its consumer, the owner of its registry, its delegate and the recorded delegates of those', () => {
    for (const reader of ['town', 'police', 'village']) assert.equal(sees(reader), true, reader)
    assert.equal(sees('hamlet'), false)
    assert.equal(sees('hamlet', content('town', 'hamlet')), true)
  })

  it('are not the owners of other registries', () => assert.equal(sees('ministry'), false))

  it('are every auditor and operator', () => {
    for (const reader of ['office', 'operator']) assert.equal(sees(reader), true, reader)
  })

  it('is nobody who is suspended or unknown', () => {
    for (const reader of ['gone', 'stranger'])
      assert.throws(
        () => sees(reader),
        (error) => error instanceof BrokerError && error.message === `access.suspended: ${reader} is suspended`,
      )
  })
})

describe('whose agreements a reader sees', () => {
  before(load)

  const seen = (reader: string): readonly string[] | undefined => partiesSeenBy(governance, partyId(reader))

  it('are its own and those of whom it is the recorded delegate', () => {
    assert.deepEqual(seen('village'), ['town', 'village'])
    assert.deepEqual(seen('town'), ['town'])
    assert.deepEqual(seen('police'), ['police'])
  })

  it('are everybody’s for auditors and operators', () => {
    for (const reader of ['office', 'operator']) assert.equal(seen(reader), undefined, reader)
  })

  it('are nobody’s for who is suspended or unknown', () => {
    for (const reader of ['gone', 'stranger'])
      assert.throws(() => seen(reader), { code: 'access.suspended', detail: `${reader} is suspended` })
  })
})

describe('who may see how much all consumers ask of an owner', () => {
  before(load)

  const sees = (reader: string, provider = 'police'): boolean =>
    totalsReader(governance, partyId(reader))(partyId(provider))

  it('is that owner alone, of all that are no operator and no auditor', () => {
    assert.equal(sees('police'), true)
    for (const reader of ['town', 'village', 'ministry']) assert.equal(sees(reader), false, reader)
    assert.equal(sees('village', 'town'), true, 'a recorded delegate')
  })

  it('are every auditor and operator', () => {
    for (const reader of ['office', 'operator']) assert.equal(sees(reader), true, reader)
  })

  it('is nobody who is suspended', () => {
    assert.throws(() => sees('gone'), { code: 'access.suspended', detail: 'gone is suspended' })
  })
})

describe('who may hand in what a party signed', () => {
  before(load)

  const may = (sender: string, signer: string, of?: AgreementContent): boolean =>
    mayHandIn(governance, partyId(sender), partyId(signer), of)

  it('is the party itself', () => assert.equal(may('police', 'police'), true))

  it('is its recorded delegate, and the delegate that the agreement names, for the consumer alone', () => {
    assert.equal(may('village', 'town'), true)
    assert.equal(may('hamlet', 'town'), false)
    assert.equal(may('hamlet', 'town', content('town', 'hamlet')), true)
    assert.equal(may('hamlet', 'police', content('town', 'hamlet')), false)
  })

  it('is no other party, also not an operator', () => {
    assert.equal(may('operator', 'police', content()), false)
    assert.equal(may('town', 'police', content()), false)
  })
})
