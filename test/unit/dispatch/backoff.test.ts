import assert from 'node:assert/strict'
import { waitBefore } from '../../../src/dispatch/backoff.ts'

const most = (repetition: number): number | undefined =>
  waitBefore({ repetition, leftMs: 60_000, random: () => 0.999_999 })

describe('the wait before a question is put again', () => {
  it('may be twice as long each time, up to two seconds, and as short as nothing', () => {
    assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(most), [99, 199, 399, 799, 1599, 1999, 1999])
    assert.equal(waitBefore({ repetition: 5, leftMs: 1000, random: () => 0 }), 0)
  })

  it('is never shorter than the registry asked for', () => {
    for (const random of [0, 0.5, 0.99])
      assert.ok(Number(waitBefore({ repetition: 1, retryAfterMs: 700, leftMs: 5000, random: () => random })) >= 700)
  })

  it('is not begun where it would not end in time', () => {
    assert.equal(waitBefore({ repetition: 1, retryAfterMs: 700, leftMs: 700, random: () => 0 }), undefined)
    assert.equal(waitBefore({ repetition: 3, leftMs: 100, random: () => 0.5 }), undefined)
    assert.equal(waitBefore({ repetition: 1, leftMs: 0, random: () => 0 }), undefined)
  })
})
