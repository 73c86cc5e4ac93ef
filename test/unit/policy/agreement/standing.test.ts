import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { Agreement } from '../../../../src/model/agreement.ts'
import { partyId } from '../../../../src/model/ids.ts'
import { forceOf, standingOf } from '../../../../src/policy/agreement/standing.ts'
import { stateOf } from '../../../../src/policy/agreement/state.ts'
import { withAgreements } from '../../../../src/policy/agreement/with-agreements.ts'
import type { Governance } from '../../../../src/policy/governance.ts'
import { aGovernance, GRANT, PERMIT } from '../a-governance.ts'
import { agreedOn, agreementOn, contentOn, MAY } from './an-agreement.ts'

const AT = new Date('2030-06-01T12:00:00Z')
let files: Governance
const load = (): void => {
  files = aGovernance({ 'grants/town-permit.yaml': GRANT })
}
const numbered = (id: number, change: object = {}) =>
  contentOn('people', { id: `0195f2c0-0000-7000-8000-00000000000${id}`, ...change })
const standing = (...agreements: Agreement[]) =>
  standingOf(withAgreements(files, agreements), { consumer: partyId('town'), service: PERMIT, registry: 'people' }, AT)
const force = (agreement: Agreement, ...recorded: Agreement[]) =>
  forceOf(withAgreements(files, recorded), PERMIT, agreement, AT)
const stated = (agreement: Agreement) => ({
  agreement,
  state: stateOf(agreement.content, agreement.acts, AT),
})

describe('how a registry stands', () => {
  before(load)

  let agreed: Agreement
  let waiting: Agreement
  before(() => {
    agreed = agreedOn(numbered(1))
    waiting = agreementOn(numbered(2), ['accept', 'town'])
  })

  it('is open where its owner never agreed, with what came last as the nearest', () => {
    assert.deepEqual(standing(), { kind: 'open' })
    assert.deepEqual(standing(waiting), { kind: 'open', nearest: stated(waiting) })
    const bare = { ...waiting, acts: [] }
    assert.deepEqual(standing(waiting, bare), { kind: 'open', nearest: stated(waiting) })
    assert.deepEqual(standing(bare, waiting), { kind: 'open', nearest: stated(waiting) })
    const others = agreementOn(contentOn('people', { consumer: { party: partyId('village'), keys: [] } }))
    assert.deepEqual(standing(others), { kind: 'open' })
  })

  it('is agreed by the one in force, whatever waits beside it', () => {
    assert.deepEqual(standing(agreed, waiting), { kind: 'agreed', agreement: agreed })
  })

  it('is closed while the last word is suspended, whatever was proposed after it', () => {
    const suspended = agreedOn(numbered(1), ['suspend', 'town'])
    const later = agreementOn(numbered(3), ['accept', 'town'])
    assert.deepEqual(standing(suspended, later), { kind: 'closed', nearest: stated(suspended) })
  })

  it('is closed where anything of it is damaged, whatever else is in force', () => {
    const damaged = { ...agreementOn(numbered(4)), damaged: true as const }
    assert.deepEqual(standing(agreed, damaged), { kind: 'closed', nearest: stated(damaged) })
  })

  it('is closed by the last word that ended, not by what it had replaced, though that one ended later', () => {
    for (const from of ['2030-01-01', '2030-06-01']) {
      const first = agreedOn(numbered(1, { validity: { from, until: '2030-12-31' } }))
      const ended = agreedOn(numbered(2), ['revoke', 'ministry'])
      const acts = agreementOn(numbered(1, { validity: first.content.validity }), ['revoke', 'town']).acts
      const revoked = { ...first, acts: [...first.acts, ...acts] }
      assert.deepEqual(standing(revoked, ended), { kind: 'closed', nearest: stated(ended) }, from)
      assert.deepEqual(standing(ended, revoked), { kind: 'closed', nearest: stated(ended) }, from)
    }
  })

  it('is closed where the service asks something else than what was agreed', () => {
    const outdated = agreedOn(numbered(1, { asks: 'ab'.repeat(32) }))
    assert.deepEqual(standing(outdated), { kind: 'closed', nearest: { ...stated(outdated), outdated: true } })
  })

  it('is closed once all that was agreed is to come or over, and shows the newest of these', () => {
    const over = agreedOn(numbered(1, { validity: { from: '2030-01-01', until: '2030-05-31' } }))
    assert.deepEqual(standing(over), { kind: 'closed', nearest: stated(over) })
    const next = agreedOn(numbered(2, { validity: { from: '2030-07-01', until: '2030-12-31' } }))
    assert.deepEqual(standing(next), { kind: 'closed', nearest: stated(next) })
  })

  it('shows none as in force that is not recorded, whatever is', () => {
    assert.deepEqual(force(waiting, agreed), { inForce: false })
    assert.deepEqual(force(agreed), { inForce: false })
    assert.deepEqual(force(agreed, agreed), { inForce: true })
  })

  it('tells of each of several whether another replaced it, from its first day on', () => {
    const first = agreedOn(numbered(1, { validity: { from: '2030-06-01', until: '2030-12-31' } }))
    const later = agreedOn(numbered(2))
    assert.deepEqual(force(first, first, later), { inForce: false, replacedBy: later.digest })
    assert.deepEqual(force(later, first, later), { inForce: true })
    const open = agreementOn(numbered(3), ['accept', 'town', { recordedAt: MAY }])
    assert.deepEqual(force(open, later, open), { inForce: false })
  })
})

describe('governance with agreements', () => {
  before(load)

  it('takes the grants of files unless only agreements count, and says so in its digest', () => {
    const agreement = agreedOn(numbered(1))
    const [both, alone] = [withAgreements(files, [agreement]), withAgreements(files, [agreement], 'agreements')]
    assert.equal(both.digest, withAgreements(files, [agreement], 'files-and-agreements').digest)
    assert.notEqual(both.digest, alone.digest)
    assert.deepEqual([both.grants, alone.grants], [files.grants, []])
    assert.equal(withAgreements(files, []).digest, files.digest)
    assert.ok(Object.isFrozen(both) && Object.isFrozen(both.agreements))
  })
})

describe('the state of an agreement that is over', () => {
  before(load)

  it('is nobody’s doing', () => {
    const agreed = agreedOn(numbered(1))
    assert.deepEqual(stateOf(agreed.content, agreed.acts, new Date('2031-01-01T12:00:00Z')), {
      ...{ name: 'expired', by: [], inForce: false },
    })
  })
})
