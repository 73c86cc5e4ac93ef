import assert from 'node:assert/strict'
import { requireCaseNumber } from '../../../src/policy/case-number.ts'

describe('the number of a case', () => {
  const refused = [
    '8427029967',
    'ТР-8427029967/1',
    '８４２７０２９９６７',
    '84270\u200b29967',
    '1001001001',
    '800101 0008',
    '80-01-01-0008',
  ]
  for (const number of refused)
    it(`is not that of a person: ${JSON.stringify(number)}`, () => {
      assert.throws(() => requireCaseNumber(number, 'request.schema'), { code: 'request.schema' })
    })

  it('may have as many digits as its municipality gives it', () => {
    const allowed = [
      'ТР-ДЕМО-1',
      '20261123000123',
      '123456789',
      '0001-8427029-23.11.2026',
      '8427029968',
      'А-1001001001',
    ]
    for (const number of allowed) assert.doesNotThrow(() => requireCaseNumber(number, 'request.schema'), number)
  })
})
