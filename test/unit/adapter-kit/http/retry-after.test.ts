import assert from 'node:assert/strict'
import { readRetryAfter } from '../../../../src/adapter-kit/http/retry-after.ts'

const NOW = Date.parse('2026-03-01T10:00:00Z')
const DAY_MS = 86_400_000

describe('what a registry asks to wait', () => {
  const read = [
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['Sun, 01 Mar 2026 10:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
    ['9999999999', DAY_MS],
    ['Fri, 01 Mar 2999 10:00:30 GMT', DAY_MS],
  ] as const
  for (const [header, ms] of read) it(`is ${ms} ms by "${header}"`, () => assert.equal(readRetryAfter(header, NOW), ms))

  const unread = [
    undefined,
    '',
    '-1',
    '1.5',
    'soon',
    '2026-03-01T10:00:30Z',
    '99999999999',
    'Xxx, 99 Mar 2026 99:00:00 GMT',
    ['5'],
  ]
  for (const header of unread)
    it(`is not told by ${JSON.stringify(header)}`, () => assert.equal(readRetryAfter(header, NOW), undefined))
})
