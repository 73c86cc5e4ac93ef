import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { closedBy } from '../../../src/app/closed-by.ts'
import type { Rules } from '../../../src/app/rules.ts'
import { operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import type { LeftOut } from '../../../src/model/left-out.ts'
import { aCall, aPlan } from '../dispatch/a-plan.ts'
import { aGovernance } from '../policy/a-governance.ts'

const JUNE = new Date('2030-06-01T12:00:00Z')
const SINGLE = serviceRef('regix-people-person', 1)
const PEOPLE_OUT: LeftOut = { owners: new Map([['people', partyId('ministry')]]) }
const plan = {
  ...aPlan([aCall('answer', { operation: operationRef('people/person@1'), disclosed: ['names'] })]),
  consumer: partyId('town'),
  signer: { party: partyId('town'), certificate: 'c', key: 'k' },
  service: SINGLE,
  legalBasis: { code: 'law-a', text: { bg: 'Закон А', en: 'Act A' } },
}

const withoutService = (leftOut: LeftOut, change: { readonly granted: boolean } = { granted: true }) => {
  const governance = aGovernance()
  const grants = change.granted ? governance.grants.map((grant) => ({ ...grant, service: SINGLE })) : []
  const catalogue = { services: new Map(), adapters: new Map(), leftOut }
  const rules = { governance: { ...governance, grants, leftOut }, catalogue } as unknown as Rules
  return closedBy({ rules, clock: () => JUNE })(plan)
}

describe('a single question that was taken before its adapter was refused', () => {
  it('is not closed: it waits for its adapter, as what a crash left open does', () => {
    assert.equal(withoutService(PEOPLE_OUT), undefined)
    assert.equal(withoutService({ owners: new Map(), othersThan: new Set(['cars']) }), undefined)
  })

  it('ends all the same where its grant is gone', () => {
    assert.equal(withoutService(PEOPLE_OUT, { granted: false }), 'access.not-granted')
  })

  it('ends where nobody’s adapter is refused that could be asked', () => {
    assert.equal(withoutService({ owners: new Map([['cars', undefined]]) }), 'service.unknown')
    assert.equal(withoutService({ owners: new Map(), othersThan: new Set(['people']) }), 'service.unknown')
  })
})
