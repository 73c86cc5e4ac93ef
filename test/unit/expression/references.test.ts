import assert from 'node:assert/strict'
import { ExpressionError } from '../../../src/expression/compile.ts'
import { references } from '../../../src/expression/references.ts'

const callsOf = (source: string): Record<string, readonly string[]> => Object.fromEntries(references(source).calls)

describe('references of an expression', () => {
  it('reads the call and the dotted path of the evidence', () => {
    assert.deepEqual(callsOf('has(calls.vehicle.owner.uic) && calls.vehicle.owner.uic == application.trader.uic'), {
      vehicle: ['owner.uic'],
    })
  })

  it('resolves the variable of a loop to the list it walks', () => {
    assert.deepEqual(callsOf('calls.trader.representatives.exists(r, r.egn == application.x)'), {
      trader: ['representatives.egn'],
    })
    assert.deepEqual(callsOf('calls.a.list.filter(v, v.kind == "x").map(v, v.owners).exists(o, o.id == "1")'), {
      a: ['list.kind', 'list.owners.id'],
    })
  })

  it('needs no field of its own for a list that is only counted, where a deeper one is read', () => {
    assert.deepEqual(callsOf('calls.a.list.filter(v, v.s == "active").size() > 0'), { a: ['list.s'] })
    assert.deepEqual(callsOf('size(calls.a.list) > 0'), { a: ['list'] })
  })

  it('reads the items of a forEach call as its evidence', () => {
    assert.deepEqual(callsOf('calls.managers.all(m, !has(m.deathDate))'), { managers: ['deathDate'] })
  })

  it('takes a position in a list for the list, and an unknown key for the whole value', () => {
    assert.deepEqual(callsOf('calls.a.list[0].s == "x"'), { a: ['list.s'] })
    assert.deepEqual(callsOf('calls.a.table[application.key] == "x"'), { a: ['table'] })
  })

  it('tells what of the application, the applicant and the item is read, and where a plain value comes from', () => {
    const found = references('application.a.b == applicant.identifier && item.egn == "1" && exchange.date > "2020"')
    assert.deepEqual([...found.roots].sort(), ['applicant', 'application', 'exchange', 'item'])
    assert.deepEqual([found.application, found.applicant, found.item], [['a.b'], ['identifier'], ['egn']])
    assert.deepEqual(references('calls.trader.representatives').source, {
      root: 'calls',
      path: ['trader', 'representatives'],
    })
  })

  const refused: readonly (readonly [string, RegExp])[] = [
    ['calls["vehicle"].vin', /only read as calls\.<name>/],
    ['calls[application.name].vin', /only read as calls\.<name>/],
    ['calls', /only read as calls\.<name>/],
    ['size(calls) > 0', /only read as calls\.<name>/],
    ['calls.all(c, true)', /only read as calls\.<name>/],
    ['calls.a == calls.b', /field by field/],
    ['has(calls.a)', /needs a field of the answer/],
    ['somebody.egn', /somebody/],
    ['exchange.time > "1"', /exchange\.date/],
    ['calls.a.list.exists(calls, calls.x == "1")', /hides a name/],
    ['calls.a.list.exists(item, item.x == "1")', /hides a name/],
    ['calls.a.b.matches("(a+)+$")', /"matches" is not allowed/],
    ['timestamp("2020-01-01T00:00:00Z") == timestamp(calls.a.b)', /"timestamp" is not allowed/],
    ['cel.bind(calls, application, calls.a.b)', /not allowed/],
    ['calls.a.b ==', /./],
    ['1 == "a"', /no such overload/],
    ['calls.a.x.exists(p, p.y.exists(q, q.z.exists(r, r == "1")))', /no more than 2 loops/],
    [`application.a == ${'(1 + '.repeat(60)}1${')'.repeat(60)}`, /./],
    [Array.from({ length: 300 }, () => 'application.a').join(' + '), /./],
  ]
  for (const [source, why] of refused)
    it(`refuses ${source.slice(0, 60)}`, () => {
      assert.throws(
        () => references(source),
        (error) => error instanceof ExpressionError && why.test(error.message),
      )
    })
})
