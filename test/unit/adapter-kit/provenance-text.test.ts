import assert from 'node:assert/strict'
import { isAsOf, isSourceReference, readAsOf, readSourceReference } from '../../../src/adapter-kit/provenance-text.ts'

const BAD = { name: 'AdapterFault', kind: 'bad-answer' }

describe('as of when an answer holds', () => {
  it('is a date, or an instant with its zone, as it was stated', () => {
    for (const text of ['2026-01-15', '2024-02-29', '2026-01-15T10:00:00Z', '2026-01-15T10:00:00.1234567+02:00']) {
      assert.equal(readAsOf(text), text)
      assert.ok(isAsOf(text))
    }
  })

  it('is the day of an instant that states no zone', () => {
    assert.equal(readAsOf('2026-01-15T10:00:00'), '2026-01-15')
    assert.equal(isAsOf('2026-01-15T10:00:00'), false)
  })

  it('is nothing else, and a fault repeats nothing of it', () => {
    const others = ['', 'вчера', '15.01.2026', '2026-02-30', '2026-13-01', '2026-01-15T25:00:00Z', '2026-01-15T10:00Z']
    for (const text of [...others, '2026-01-15T10:00:00+15:00', '2026-01-15 ', '2026-01-15T10:00:00Z Иван']) {
      assert.throws(() => readAsOf(text), BAD)
      assert.equal(isAsOf(text), false)
    }
  })
})

describe("a registry's number of an answer", () => {
  it('is short and holds no free text', () => {
    for (const text of ['regix:4711', 'iaaa:2026/01-15_a.b', 'x'.repeat(100)])
      assert.equal(readSourceReference(text), text)
    for (const text of ['', 'Иван', 'Ivan Primerov', 'x'.repeat(101), 'a\nb', '<a/>']) {
      assert.throws(() => readSourceReference(text), BAD)
      assert.equal(isSourceReference(text), false)
    }
  })
})
