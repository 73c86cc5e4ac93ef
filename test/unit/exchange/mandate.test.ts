import assert from 'node:assert/strict'
import { assemble } from '../../../src/exchange/assemble.ts'
import { hasMandate, requireFirm } from '../../../src/exchange/mandate.ts'
import type { ExchangePlan } from '../../../src/model/exchange.ts'
import { operationRef } from '../../../src/model/ids.ts'
import type { Json } from '../../../src/model/json.ts'
import type { CallOutcome, OutcomeKind } from '../../../src/model/outcome.ts'

const operation = operationRef('commercial-register/actual-state@1')
const FIRM = '999999995'
const SIGNER = '8427029993'

const aPlan = (changes: Partial<ExchangePlan> = {}, uic = FIRM): ExchangePlan =>
  ({
    application: { trader: { uic } },
    applicant: { identifierType: 'eik', identifier: FIRM, names: 'Измислица' },
    date: '2026-03-01',
    mandate: { call: 'trader', firm: 'uic', representatives: 'representatives.egn', signer: SIGNER },
    calls: [
      {
        ...{ name: 'trader', operation, need: 'required', input: { uic: 'application.trader.uic' }, needs: [] },
        ...{ timeoutMs: 1000, idempotent: true, fields: ['name', 'representatives.egn'], disclosed: ['name'] },
      },
    ],
    checks: [],
    ...changes,
  }) as unknown as ExchangePlan
const trader = (outcome: OutcomeKind, evidence?: Json): CallOutcome =>
  ({ call: 'trader', operation, outcome, ...(evidence === undefined ? {} : { evidence }) }) as unknown as CallOutcome
const named = (...numbers: readonly string[]): Json => ({
  name: 'Измислица',
  representatives: numbers.map((egn) => ({ egn })),
})

describe('a mandate', () => {
  it('is shown where the register names the signer among those who represent the Applicant', () => {
    assert.equal(hasMandate(aPlan(), [trader('found', named('8731309995', SIGNER))]), true)
  })

  for (const [what, outcomes, plan] of [
    ['the register names others', [trader('found', named('8731309995'))], aPlan()],
    ['the register names nobody', [trader('found', named())], aPlan()],
    ['the register says nothing of it', [trader('found', { name: 'Измислица' })], aPlan()],
    ['the number stands elsewhere in the answer', [trader('found', { name: SIGNER, representatives: [] })], aPlan()],
    ['the register knows no such firm', [trader('not-found')], aPlan()],
    ['the register was not asked', [trader('skipped')], aPlan()],
    ['the register did not answer, whatever came with it', [trader('failed', named(SIGNER))], aPlan()],
    ['the register was asked about another firm', [trader('found', named(SIGNER))], aPlan({}, '999999988')],
    ['there is no such call', [], aPlan({ calls: [] })],
  ] as const satisfies readonly (readonly [string, readonly CallOutcome[], ExchangePlan])[])
    it(`is not shown where ${what}`, () => assert.equal(hasMandate(plan, outcomes), false))

  it('is not asked for where the Applicant signed', () => {
    const { mandate: _none, ...alone } = aPlan()
    assert.equal(hasMandate(alone, []), true)
    assert.doesNotThrow(() => requireFirm(alone))
  })

  it('for another firm is refused before anybody is asked, where the application shows it', () => {
    assert.throws(() => requireFirm(aPlan({}, '999999988')), { code: 'applicant.mismatch' })
    assert.doesNotThrow(() => requireFirm(aPlan()))
  })

  it('that is not shown makes a refused answer without evidence; one that cannot be told is a missing part', () => {
    const at = new Date('2026-03-01T10:00:00Z')
    const refused = assemble(aPlan(), [trader('found', named('8731309995'))], at)
    assert.deepEqual(
      [refused.status, refused.problems.map(({ code, call }) => [code, call])],
      ['refused', [['applicant.mismatch', 'trader']]],
    )
    assert.equal(refused.parts[0]?.evidence, undefined)
    const silent = assemble(aPlan(), [trader('failed')], at)
    assert.equal(silent.problems[0]?.code, 'provider.required-missing')
    assert.equal(assemble(aPlan(), [trader('found', named(SIGNER))], at).status, 'complete')
  })
})
