import assert from 'node:assert/strict'
import { type CallShape, type Facts, scopeOf, start } from '../../../src/expression/scope.ts'

const trader: CallShape = { name: 'trader', needs: [] }
const managers: CallShape = {
  name: 'managers',
  needs: ['trader'],
  when: 'application.kind == "company"',
  forEach: 'calls.trader.representatives',
}
const facts = (kind: string): Facts => ({
  application: { kind },
  applicant: {},
  date: '2026-03-01',
  calls: [trader, managers],
})

describe('what expressions see', () => {
  it('has no member for a call that found nothing', () => {
    assert.deepEqual(scopeOf(facts('company'), [{ call: 'trader' }]).calls, {})
  })

  it('lists the items of a forEach call in order, with a gap where one was not found', () => {
    const items = [{ call: 'managers.1' }, { call: 'managers.0', evidence: { a: 1 } }]
    assert.deepEqual(scopeOf(facts('company'), items).calls, { managers: [{ a: 1 }, null] })
  })

  it('is absent where there was nobody to ask about, and where nobody was to be asked', () => {
    const told = [{ call: 'trader', evidence: { representatives: [] } }, { call: 'managers' }]
    assert.equal(scopeOf(facts('company'), told).calls?.['managers'], undefined)
    assert.equal(scopeOf(facts('person'), told).calls?.['managers'], undefined)
  })

  it('starts a call when its condition holds, is off when it does not, unknown when it cannot be told', () => {
    const scope = scopeOf(facts('company'), [{ call: 'trader', evidence: { representatives: [{ egn: '1' }] } }])
    assert.deepEqual(start(managers, scope), { kind: 'each', items: [{ egn: '1' }] })
    assert.deepEqual(start(managers, scopeOf(facts('person'), [])), { kind: 'off' })
    assert.deepEqual(start(managers, scopeOf(facts('company'), [])), { kind: 'unknown' })
    assert.deepEqual(start({ ...trader, when: '"yes"' }, scope), { kind: 'unknown' })
    assert.deepEqual(start(trader, scope), { kind: 'one' })
  })
})
