import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { partyId } from '../../../../src/model/ids.ts'
import { standingOfDelegate } from '../../../../src/policy/agreement/delegates.ts'
import { grantOf } from '../../../../src/policy/agreement/agreed-grant.ts'
import { officialOf, requireSigner } from '../../../../src/policy/agreement/judge-signer.ts'
import type { Governance, Grant } from '../../../../src/policy/governance.ts'
import { aGovernance, partyText, suspended } from '../a-governance.ts'
import { agreedOn, contentOn } from './an-agreement.ts'

let governance: Governance
const load = (): void => {
  governance = aGovernance({
    'parties/agency.yaml': partyText('agency', 'consumer'),
    'parties/gone.yaml': suspended('gone'),
  })
  file = governance.grants[0] ?? assert.fail()
}
let file: Grant
const agreed = (delegate?: { party: string; keys: readonly string[] }): Grant =>
  grantOf(
    agreedOn(contentOn('people', delegate && { delegate: { party: partyId(delegate.party), keys: delegate.keys } })),
  )
const sign = (grant: Grant, party: string, key: string): void =>
  requireSigner(governance, grant, { consumer: partyId('town'), signer: { party: partyId(party), key } })

describe('who signs under a grant', () => {
  before(load)

  it('is the consumer, with a key that the grant is bound to, or with any where it is bound to none', () => {
    sign(agreed(), 'town', 'k1')
    sign(file, 'town', 'any')
    assert.throws(() => sign(agreed(), 'town', 'k2'), {
      ...{ code: 'access.key', detail: 'permit@1 for town is not bound to the key that signed' },
    })
  })

  it('is a delegate that its agreements name, with the key that they name for it', () => {
    const named = agreed({ party: 'agency', keys: ['d1'] })
    sign(named, 'agency', 'd1')
    assert.throws(() => sign(named, 'agency', 'k1'), {
      ...{ code: 'access.key', detail: 'permit@1 for town is not bound to the key that signed' },
    })
    assert.throws(() => sign(named, 'village', 'd1'), {
      code: 'access.delegation',
      detail: 'not every agreement for permit@1 names village as the delegate of town',
    })
  })

  it('is a delegate that the file of the consumer records, where a file grants all or some of it', () => {
    sign(file, 'village', 'any')
    const mixed = { ...agreed({ party: 'agency', keys: ['d1'] }), approvals: file.approvals }
    assert.throws(() => sign(mixed, 'agency', 'd1'), {
      ...{ code: 'access.delegation', detail: 'agency is no recorded delegate of town' },
    })
    sign({ ...agreed({ party: 'village', keys: ['v1'] }), approvals: file.approvals }, 'village', 'v1')
  })

  it('is nobody who is suspended or unknown', () => {
    for (const party of ['gone', 'nobody']) {
      const detail = `${party} is not an active party`
      assert.throws(() => sign(file, party, 'any'), { code: 'access.delegation', detail })
      assert.equal(standingOfDelegate(governance, agreed({ party, keys: [] }), partyId(party)), detail)
    }
    assert.equal(standingOfDelegate(governance, file, partyId('agency')), undefined, 'the party’s own file says that')
  })
})

describe('the official that asks', () => {
  before(load)

  const restricted = () => ({ ...file, officials: ['Head', 'Главен   експерт'] })

  it('is anybody where the grant names nobody', () => assert.equal(officialOf(file, 'Anybody'), undefined))

  it('is the one that the grant names, whatever case and spacing', () => {
    assert.equal(officialOf(restricted(), '  ГЛАВЕН\tексперт '), 'Главен   експерт')
    assert.equal(officialOf(restricted(), 'head'), 'Head')
  })

  it('is nobody else', () => {
    for (const position of ['главенексперт', 'експерт', 'He ad', ''])
      assert.throws(() => officialOf(restricted(), position), {
        ...{ code: 'access.official', detail: 'permit@1 for town is for: Head, Главен   експерт' },
      })
  })
})
