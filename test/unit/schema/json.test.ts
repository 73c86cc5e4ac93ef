import assert from 'node:assert/strict'
import { lineOfBreak } from '../../../src/schema/json.ts'

describe('the line on which a text stops being JSON', () => {
  const cases: Record<string, readonly [text: string, line: number]> = {
    'a word without quotes': ['{\n "a": hunter2,\n "b": 1\n}', 2],
    'a comma too many': ['{\n "a": 1,\n}', 3],
    'a comma too few': ['{\n "a": 1\n "b": 2\n}', 3],
    'an end too early': ['{\n "a": [1,\n', 3],
    'a text that does not end': ['{\n "a": "x\n}', 2],
    'something after the end': ['{}\n\nx', 3],
    'a comment': ['{ "a": -1.5e3,\n// no\n "b": true }', 2],
  }
  for (const [what, [text, line]] of Object.entries(cases))
    it(`is found for ${what}`, () => {
      assert.throws(() => JSON.parse(text))
      assert.equal(lineOfBreak(text), line)
    })
})
