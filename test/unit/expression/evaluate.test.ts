import assert from 'node:assert/strict'
import { evaluate, type Scope } from '../../../src/expression/evaluate.ts'

const scope: Scope = {
  application: { whole: 1, part: 1.5, text: 'x', nothing: null, flag: true },
  calls: {
    driver: { names: { first: 'Иван' } },
    vehicle: { owner: { uic: '999999995' }, seats: 5 },
    alive: [{ names: {} }, { names: {} }],
    gap: [{ names: {} }, null],
    dead: [{ deathDate: '2020-01-01' }, null],
    none: [],
  },
  exchange: { date: '2026-03-01' },
}
const valueOf = (source: string): unknown => {
  const result = evaluate(source, scope)
  return result.unknown ? 'unknown' : result.value
}

describe('evaluate', () => {
  it('compares whole numbers of JSON with whole numbers of an expression', () => {
    assert.equal(valueOf('application.whole == 1'), true)
    assert.equal(valueOf('calls.vehicle.seats > 4 && calls.vehicle.seats < 6'), true)
    assert.equal(valueOf('application.part > 1'), true)
    assert.equal(valueOf('application.whole == 1.0'), true)
  })

  it('calculates across the two kinds of number and gives JSON back', () => {
    assert.equal(valueOf('application.whole + 1'), 2)
    assert.equal(valueOf('application.whole * 1.5'), 1.5)
    assert.equal(valueOf('application.part - 1'), 0.5)
    assert.equal(valueOf('size(calls.alive)'), 2)
    assert.deepEqual(valueOf('{"a": [application.whole]}'), { a: [1] })
  })

  it('compares dates as ISO texts', () => {
    assert.equal(valueOf('"2026-03-02" >= exchange.date'), true)
    assert.equal(valueOf('"2026-02-28" >= exchange.date'), false)
  })

  it('takes null for absent', () => assert.equal(valueOf('has(application.nothing)'), false))

  it('is unknown where something is not there, unless the rest decides alone', () => {
    assert.equal(valueOf('calls.nobody.names == "x"'), 'unknown')
    assert.equal(valueOf('has(calls.nobody.names)'), 'unknown')
    assert.equal(valueOf('application.text == "y" && calls.nobody.x == 1'), false)
    assert.equal(valueOf('calls.nobody.x == 1 || application.text == "x"'), true)
    assert.equal(valueOf('application.text == "x" && calls.nobody.x == 1'), 'unknown')
  })

  it('is unknown, and throws nothing, for an expression that is wrong or makes no JSON', () => {
    assert.equal(valueOf('application.text +'), 'unknown')
    assert.equal(valueOf('application.text + 1'), 'unknown')
    assert.equal(valueOf('1 / 0'), 'unknown')
    assert.equal(valueOf('9007199254740993'), 'unknown')
    assert.equal(valueOf('b"abc"'), 'unknown')
  })

  it('never takes an item that nobody told us about for one in order', () => {
    assert.equal(valueOf('calls.alive.all(m, !has(m.deathDate))'), true)
    assert.equal(valueOf('calls.gap.all(m, !has(m.deathDate))'), 'unknown')
    assert.equal(valueOf('calls.dead.all(m, !has(m.deathDate))'), false)
    assert.equal(valueOf('calls.dead.exists(m, has(m.deathDate))'), true)
    assert.equal(valueOf('calls.none.all(m, !has(m.deathDate))'), true)
    assert.equal(valueOf('calls.gap'), 'unknown')
  })
})
