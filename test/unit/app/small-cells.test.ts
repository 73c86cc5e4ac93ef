import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Cell, smallCells } from '../../../src/app/small-cells.ts'

const cell = (count: number, ...names: readonly string[]): Cell => ({ names, count })
const hiddenIn = (...cells: readonly Cell[]): string[] =>
  [...smallCells(cells, 5)].map(({ names }) => names.join(' ')).toSorted()

describe('small cells of a table', () => {
  it('are hidden, and with a single one the smallest beside it, so that it does not follow from the sum', () => {
    assert.deepEqual(hiddenIn(cell(4, 'a'), cell(90, 'b'), cell(70, 'c')), ['a', 'c'])
    assert.deepEqual(hiddenIn(cell(4, 'a'), cell(3, 'b'), cell(70, 'c')), ['a', 'b'])
    assert.deepEqual(hiddenIn(cell(5, 'a'), cell(90, 'b')), [])
    assert.deepEqual(hiddenIn(cell(4, 'a')), ['a'])
    assert.deepEqual(hiddenIn(), [])
  })

  it('are hidden along every name by which the table tells apart', () => {
    const table = [cell(2, 'x', '1'), cell(9, 'x', '2'), cell(20, 'y', '1'), cell(30, 'y', '2')]
    assert.deepEqual(hiddenIn(...table), ['x 1', 'x 2', 'y 1', 'y 2'])
  })

  it('leave no line with one hidden cell alone, and no small cell told', () => {
    const tables = fc.array(
      fc.record({
        a: fc.constantFrom('p', 'q', 'r'),
        b: fc.constantFrom('s', 't', 'u'),
        count: fc.integer({ min: 1, max: 30 }),
      }),
      { maxLength: 9 },
    )
    fc.assert(
      fc.property(tables, (rows) => {
        const unique = [...new Map(rows.map((row) => [`${row.a}${row.b}`, row])).values()]
        const cells = unique.map(({ a, b, count }) => cell(count, a, b))
        const hidden = smallCells(cells, 5)
        for (const each of cells) assert.ok(hidden.has(each) || each.count >= 5)
        for (const place of [0, 1])
          for (const name of new Set(cells.map(({ names }) => names[1 - place]))) {
            const line = cells.filter(({ names }) => names[1 - place] === name)
            const count = line.filter((each) => hidden.has(each)).length
            assert.ok(count !== 1 || line.length === 1, JSON.stringify(line))
          }
      }),
    )
  })
})
