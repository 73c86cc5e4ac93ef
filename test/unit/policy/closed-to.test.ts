import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { ExchangePlan } from '../../../src/model/exchange.ts'
import { partyId } from '../../../src/model/ids.ts'
import { closedTo } from '../../../src/policy/closed-to.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { aPlan, aCall } from '../dispatch/a-plan.ts'
import { aGovernance, GRANT, PERMIT, suspended } from './a-governance.ts'

const JUNE = new Date('2030-06-01T12:00:00Z')
const planned = (change: Partial<ExchangePlan> = {}): ExchangePlan => ({
  ...aPlan([aCall('person', { disclosed: ['names'] }), aCall('car', { disclosed: [] })]),
  consumer: partyId('town'),
  signer: { party: partyId('town'), certificate: 'c', key: 'k' },
  service: PERMIT.ref,
  legalBasis: { code: 'law-a', text: { bg: 'Закон А', en: 'Act A' } },
  ...change,
})
const asThings = (files: Parameters<typeof aGovernance>[0] = {}, plan = planned(), at = JUNE) =>
  closedTo(plan, { governance: aGovernance(files), service: PERMIT }, at)

describe('what an opened exchange may still ask', () => {
  it('goes on while the rules would grant it again', () => {
    assert.equal(asThings(), undefined)
  })

  it('ends where the grant is gone, is over, or the party is suspended', () => {
    assert.equal(asThings({ 'grants/town-permit.yaml': undefined }), 'access.not-granted')
    assert.equal(asThings({}, planned(), new Date('2031-06-01T12:00:00Z')), 'access.not-granted')
    assert.equal(asThings({ 'parties/town.yaml': suspended('town') }), 'access.suspended')
  })

  it('ends where less would be shown than was planned', () => {
    assert.equal(asThings({ 'grants/town-permit.yaml': GRANT.replace('[names]', 'checks-only') }), 'access.not-granted')
  })

  it('is judged by whom it is for', () => {
    assert.equal(asThings({}, planned({ onBehalfOf: partyId('village') })), 'access.not-granted')
  })

  it('ends where it would ask by a call that the service does not have any more', () => {
    const { calls } = planned()
    const gone = aCall('boat', { disclosed: ['name'] })
    assert.equal(asThings({}, planned({ calls: [...calls, gone] })), 'access.not-granted')
    assert.equal(asThings({}, planned({ calls: [...calls, { ...gone, disclosed: [] }] })), undefined)
  })

  it('is not judged by a failure of edno itself, which is passed on', () => {
    for (const failure of [new BrokerError('broker.internal', 'failed'), new TypeError('failed')]) {
      const parties = new Map(aGovernance().parties)
      parties.get = () => {
        throw failure
      }
      const governance = { ...aGovernance(), parties }
      assert.throws(
        () => closedTo(planned(), { governance, service: PERMIT }, JUNE),
        (error) => error === failure,
      )
    }
  })

  it('ends where the service left the catalogue', () => {
    assert.equal(closedTo(planned(), { governance: aGovernance(), service: undefined }, JUNE), 'service.unknown')
  })
})
