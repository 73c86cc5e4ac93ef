import assert from 'node:assert/strict'
import { type ContextRules, judgeContext } from '../../../src/regix-door/judge-context.ts'

const KNOWN = {
  callId: '7',
  legalBases: new Map([
    ['zavp-24a', { bg: 'Закон за автомобилните превози, чл. 24а', en: 'Road Transport Act, Article 24a' }],
    ['zmdt-52', { bg: 'Закон за местните данъци и такси, чл. 52', en: 'Local Taxes and Fees Act, Article 52' }],
  ]),
}
const REQUIRE: ContextRules = { legalBasis: 'require' }
const WARN: ContextRules = { legalBasis: 'warn', assumedLegalBasis: 'zavp-24a' }
const OFFICIAL = { identifier: '-', names: '-', position: '-' }
const judge = (said: { lawReason?: string; serviceUri?: string }, rules = REQUIRE) =>
  judgeContext({ ...said, official: OFFICIAL }, rules, KNOWN)

describe('LawReason and ServiceURI', () => {
  it('name a legal basis by its code or in its words, whatever the spacing and the case', () => {
    for (const lawReason of [
      'zmdt-52',
      ' ZMDT-52 ',
      'закон за  местните данъци и такси, чл. 52',
      'Local taxes and fees act, article 52',
    ])
      assert.deepEqual(judge({ lawReason, serviceUri: 'ТР-1' }), { legalBasis: 'zmdt-52', case: 'ТР-1', assumed: [] })
  })

  it('are required of a consumer of whom they are', () => {
    for (const lawReason of ['', '?', 'чл. 52', 'zmdt-5'])
      assert.throws(() => judge({ lawReason, serviceUri: 'ТР-1' }), { code: 'access.legal-basis' })
    assert.throws(() => judge({ serviceUri: 'ТР-1' }), { code: 'access.legal-basis' })
    for (const serviceUri of ['', 'a\nb', 'x'.repeat(201)])
      assert.throws(() => judge({ lawReason: 'zmdt-52', serviceUri }), { code: 'regix.call-context' })
  })

  it('are assumed where that is allowed, and what was assumed is told', () => {
    assert.deepEqual(judge({}, WARN), { legalBasis: 'zavp-24a', case: 'regix-7', assumed: ['LawReason', 'ServiceURI'] })
    assert.deepEqual(judge({ lawReason: 'zmdt-52' }, WARN), {
      legalBasis: 'zmdt-52',
      case: 'regix-7',
      assumed: ['ServiceURI'],
    })
    assert.throws(() => judge({}, { legalBasis: 'warn' }), { code: 'access.legal-basis' })
  })
})
