import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { GovernanceRefused } from '../../../src/policy/governance-refused.ts'

describe('refused governance data', () => {
  it('names every mistake on a line of its own, with file and line', () => {
    const mistakes = [
      { file: 'a.yaml', line: 1, message: 'is wrong' },
      { file: 'b.yaml', line: 7, message: 'is wrong too' },
    ]
    const refused = new GovernanceRefused(mistakes)
    assert.equal(refused.message, 'the governance data is refused:\n  a.yaml:1: is wrong\n  b.yaml:7: is wrong too')
    assert.deepEqual([refused.name, refused.mistakes], ['GovernanceRefused', mistakes])
  })
})
