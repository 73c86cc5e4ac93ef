import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { Agreement, AgreementContent } from '../../../../src/model/agreement.ts'
import { partyId } from '../../../../src/model/ids.ts'
import { sayStanding } from '../../../../src/policy/agreement/say-standing.ts'
import { stateOf } from '../../../../src/policy/agreement/state.ts'
import { agreedOn, agreementOn, contentOn } from './an-agreement.ts'

const AT = new Date('2030-06-01T12:00:00Z')
const delegate = { party: partyId('agency'), keys: [] }
let content: AgreementContent
const say = (agreement: Agreement, at = AT): string =>
  sayStanding({ agreement, state: stateOf(agreement.content, agreement.acts, at) })

describe('how an agreement stands, in words', () => {
  before(() => {
    content = contentOn('people')
  })

  it('names all that it waits for, and since which day in Sofia', () => {
    const late = agreementOn(contentOn('people', { delegate }), [
      ...(['accept', 'town', { recordedAt: '2030-05-01T21:30:00.000Z' }] as const),
    ])
    assert.equal(say(late), 'waits for ministry and agency since 2030-05-02')
    assert.equal(say(agreementOn(content)), 'waits for town and ministry since it was proposed')
  })

  it('says when it begins, that it is in force, and when it ended', () => {
    const agreed = agreedOn(content)
    assert.equal(say(agreed, new Date('2029-12-31T12:00:00Z')), 'begins on 2030-01-01')
    assert.equal(say(agreed), 'in force')
    assert.equal(say(agreed, new Date('2031-01-01T12:00:00Z')), 'ended on 2030-12-31')
  })

  it('says who ended or stopped it and the reason that was given for that, as far as one was', () => {
    const reason = (text: string) => ({ reason: text })
    assert.equal(say(agreedOn(content, ['revoke', 'ministry', reason('Over')])), 'revoked by ministry: Over')
    assert.equal(say(agreedOn(content, ['revoke', 'town'])), 'revoked by town')
    assert.equal(
      say(agreementOn(content, ['accept', 'town'], ['refuse', 'ministry', reason('No')])),
      'refused by ministry: No',
    )
    assert.equal(say(agreementOn(content, ['accept', 'town'], ['withdraw', 'town'])), 'withdrawn by town')
    assert.equal(
      say(agreedOn(content, ['suspend', 'town', reason('Review')], ['resume', 'ministry', reason('Nothing')])),
      'suspended by town: Review',
    )
    assert.equal(
      say(agreedOn(content, ['suspend', 'town', reason('One')], ['suspend', 'ministry', reason('Two')])),
      'suspended by town and ministry: Two',
    )
  })

  it('names the operator that suspended it last, among those who were it', () => {
    const operator = ['suspend', 'edno-operator', { reason: 'Incident' }] as const
    assert.equal(say(agreedOn(content, operator)), 'suspended by edno-operator: Incident')
    const [suspended] = agreedOn(content, operator).acts.slice(-1)
    assert.ok(suspended)
    const state = { name: 'suspended', by: ['operator'], inForce: false } as const
    assert.equal(sayStanding({ agreement: agreedOn(content), state }), 'suspended by operator')
    assert.equal(say(agreedOn(content, operator, ['resume', 'town'])), 'suspended by edno-operator: Incident')
  })

  it('tells no more than two hundred characters of a reason', () => {
    const told = say(agreedOn(content, ['revoke', 'ministry', { reason: 'r'.repeat(300) }]))
    assert.equal(told, `revoked by ministry: ${'r'.repeat(200)}`)
  })

  it('says that its service changed, or that its records are not what was signed, before all else', () => {
    const agreement = agreedOn(content)
    const state = stateOf(content, agreement.acts, AT)
    assert.equal(sayStanding({ agreement, state, outdated: true }), 'the service changed since it was agreed')
    assert.equal(
      sayStanding({ agreement: { ...agreement, damaged: true }, state }),
      'its records in the database are not what was signed',
    )
  })
})
