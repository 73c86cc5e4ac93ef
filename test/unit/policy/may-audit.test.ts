import assert from 'node:assert/strict'
import { partyId } from '../../../src/model/ids.ts'
import { requireOverseer } from '../../../src/policy/may-audit.ts'
import { aGovernance, partyText } from './a-governance.ts'

describe('who may look at how edno does', () => {
  const governance = aGovernance({
    'parties/keeper.yaml': partyText('keeper', 'operator'),
    'parties/retired.yaml': partyText('retired', 'operator').replace('state: active', 'state: suspended'),
    'parties/auditor.yaml': partyText('auditor', 'auditor'),
    'parties/city.yaml': partyText('city', 'consumer'),
    'parties/owner.yaml': partyText('owner', 'provider'),
  })

  it('is an operator or an auditor', () => {
    assert.equal(requireOverseer(governance, partyId('keeper')), 'operator')
    assert.equal(requireOverseer(governance, partyId('auditor')), 'auditor')
  })

  it('is no party of another role', () => {
    for (const name of ['city', 'owner'])
      assert.throws(() => requireOverseer(governance, partyId(name)), { code: 'access.not-operator' })
  })

  it('is nobody who is suspended, nor who is not registered', () => {
    for (const name of ['retired', 'atlantis'])
      assert.throws(() => requireOverseer(governance, partyId(name)), { code: 'access.suspended' })
  })
})
