import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { partyId } from '../../../src/model/ids.ts'
import { readableBy } from '../../../src/policy/may-read.ts'
import type { Governance } from '../../../src/policy/governance.ts'
import { aGovernance, partyText, suspended } from './a-governance.ts'

let governance: Governance
const load = (): void => {
  governance = aGovernance({
    'parties/hamlet.yaml': partyText('hamlet', 'consumer', 'delegates: [city]\n'),
    'parties/city.yaml': partyText('city', 'consumer'),
    'parties/gone.yaml': suspended('gone'),
  })
}

describe('whose exchanges a party may read', () => {
  before(load)

  it('its own, and those of whom it is a recorded delegate', () => {
    assert.deepEqual(readableBy(governance, partyId('city')), ['city', 'hamlet'])
    assert.deepEqual(readableBy(governance, partyId('hamlet')), ['hamlet'])
  })

  it('nobody’s where it is suspended or not registered', () => {
    for (const name of ['gone', 'atlantis'])
      assert.throws(() => readableBy(governance, partyId(name)), {
        code: 'access.suspended',
        detail: `${name} is suspended`,
      })
  })
})
