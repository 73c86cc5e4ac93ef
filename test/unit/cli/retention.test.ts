import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { sayOrder } from '../../../src/cli/retention.ts'

describe('what is said of an order about one exchange', () => {
  const said = (
    language: 'bg' | 'en',
    ...order: Parameters<typeof sayOrder> extends [infer V, infer R, unknown] ? [V, R] : never
  ) => sayOrder(...order, { text: (words) => words[language] }).join('\n')
  const run = { before: { payloads: 6, keys: 1 }, after: { payloads: 0, keys: 0 }, keys: [] }

  it('is, where it was erased, that its key is shredded, and what stays provable', () => {
    assert.match(said('en', 'erase', run), /key of the exchange is shredded.*What stays provable.*all receipts verify/)
    assert.match(said('bg', 'erase', run), /Ключът на обмена е унищожен.*Доказуемо остава/)
  })

  it('is nothing of that where nothing was erased', () => {
    for (const refused of ['running', 'held', 'unknown'] as const)
      assert.doesNotMatch(said('en', 'erase', refused), /shredded/)
    assert.match(said('en', 'hold', 'done'), /until it is released/)
  })
})
