import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { partyId } from '../../../src/model/ids.ts'
import { ownsRegistry } from '../../../src/policy/owns-registry.ts'
import { aGovernance } from './a-governance.ts'

describe('whether what a party agreed to counts for a registry', () => {
  const owns = (party: string, registry: string, leftOut?: ReadonlyMap<string, undefined>): boolean => {
    const governance = aGovernance()
    return ownsRegistry(
      leftOut === undefined ? governance : { ...governance, leftOut: { owners: leftOut } },
      partyId(party),
      registry,
    )
  }

  it('it does where the party owns it, and nobody else’s does', () => {
    assert.equal(owns('police', 'cars'), true)
    assert.equal(owns('ministry', 'cars'), false)
  })

  it('it does not where the registry has no owner', () => assert.equal(owns('police', 'planes'), false))

  it('it does where the registry is left out and nobody can say whose it is, and of no other registry', () => {
    const leftOut = new Map([['planes', undefined]])
    assert.equal(owns('police', 'planes', leftOut), true)
    assert.equal(owns('police', 'trains', leftOut), false)
    assert.equal(owns('ministry', 'cars', leftOut), false)
  })
})
